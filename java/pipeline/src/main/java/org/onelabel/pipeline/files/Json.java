package org.onelabel.pipeline.files;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.NumberDeserializers.DoubleDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.AtomicFile;

/** Records as JSON files. NaN is written as null and read as NaN. */
public final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          // What a record can also tell of itself is no component of it.
          .setVisibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
          .registerModule(
              new SimpleModule()
                  .addSerializer(double.class, new NumberOrNull())
                  .addSerializer(Double.class, new NumberOrNull())
                  .addDeserializer(double.class, new DoubleDeserializer(Double.class, Double.NaN))
                  .addDeserializer(Double.class, new DoubleDeserializer(Double.class, Double.NaN)));

  private static final class NumberOrNull extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (value.isNaN()) {
        json.writeNull();
      } else {
        json.writeNumber(value);
      }
    }
  }

  private Json() {}

  public static String pretty(Object value) {
    try {
      return MAPPER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A record's values by their dotted names, in text. */
  public static Map<String, String> flat(Object value) {
    Map<String, String> flat = new TreeMap<>();
    flatten("", MAPPER.valueToTree(value), flat);
    return flat;
  }

  private static void flatten(String name, JsonNode node, Map<String, String> flat) {
    if (node.isObject()) {
      String prefix = name.isEmpty() ? "" : name + ".";
      node.properties().forEach(p -> flatten(prefix + p.getKey(), p.getValue(), flat));
    } else {
      flat.put(name, node.isValueNode() ? node.asText() : node.toString());
    }
  }

  /** The name that an enum's constant has in JSON. */
  public static String name(Enum<?> constant) {
    return MAPPER.valueToTree(constant).asText();
  }

  /** The names that an enum's constants have in JSON, in their order. */
  public static List<String> names(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants()).map(Json::name).toList();
  }

  public static void write(Path file, Object value) {
    AtomicFile.write(file, pretty(value));
  }

  public static <T> T read(Path file, Class<T> type) {
    try {
      requireFile(file);
      T value = MAPPER.readValue(file.toFile(), type);
      if (value == null) {
        throw new InputException(file, "cannot be read: it holds nothing");
      }
      return value;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** A JSON object of numbers. */
  public static Map<String, Double> readNumbers(Path file) {
    try {
      return MAPPER.readValue(file.toFile(), new TypeReference<TreeMap<String, Double>>() {});
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** A pipe would keep its reader waiting. */
  public static void requireFile(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InputException(file, "is no file");
    }
  }

  private static InputException unreadable(Path file, IOException e) {
    return new InputException(file, "cannot be read: " + InputException.firstLine(e));
  }
}
