package org.onelabel.pipeline.configuration;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.onelabel.pipeline.files.Json;
import org.onelabel.volumes.InputException;

/**
 * Settings as a JSON object while they are put together. A name that is not there already is
 * refused, so is a value that its record refuses: each in one line with the setting's name.
 */
final class SettingsTree {
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withConfigOverride(
              List.class, list -> list.setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /** Settings that earlier versions called otherwise, and what they are called now. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "training.optimiser", "training.optimizer",
          "training.examineEvery", "training.validateEvery");

  private final ObjectNode root;

  SettingsTree(ObjectNode root) {
    this.root = root;
  }

  ObjectNode root() {
    return root;
  }

  /** The JSON object in a file. */
  static ObjectNode read(Path file) {
    try {
      Json.requireFile(file);
      if (JSON.readTree(file.toFile()) instanceof ObjectNode object) {
        return object;
      }
      throw new InputException(file, "is no JSON object");
    } catch (IOException e) {
      throw new InputException(file, "cannot be read as JSON: " + InputException.firstLine(e));
    }
  }

  /**
   * Takes the values of {@code changes}.
   *
   * @param where they stand, before what is wrong with them; empty for nowhere
   */
  void merge(ObjectNode changes, String where) {
    merge(root, changes, "", where);
  }

  private static void merge(ObjectNode tree, ObjectNode changes, String prefix, String where) {
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      JsonNode old = tree.get(change.getKey());
      String name = prefix + change.getKey();
      if (old == null) {
        throw unknown(where, name, tree, prefix);
      }
      if (old instanceof ObjectNode inner && change.getValue() instanceof ObjectNode values) {
        merge(inner, values, name + ".", where);
      } else {
        tree.set(change.getKey(), change.getValue());
      }
    }
  }

  /** Sets one value, given as text. */
  void set(String name, String value) {
    ObjectNode node = root;
    String[] parts = name.split("\\.", -1);
    String prefix = "";
    for (int i = 0; i < parts.length - 1; i++) {
      if (!(node.get(parts[i]) instanceof ObjectNode inner)) {
        throw unknown("", name, node, prefix);
      }
      node = inner;
      prefix += parts[i] + ".";
    }
    String last = parts[parts.length - 1];
    JsonNode old = node.get(last);
    if (old == null || old.isObject()) {
      throw unknown("", name, node, prefix);
    }
    node.set(last, value(old, value));
  }

  /**
   * A text as JSON of the kind of {@code old}; what is not stays text, and its record refuses it.
   */
  private static JsonNode value(JsonNode old, String value) {
    if (old.getNodeType() != JsonNodeType.STRING) {
      try {
        // A list may be given without its brackets.
        boolean bare = old.isArray() && !value.strip().startsWith("[");
        JsonNode parsed = JSON.readTree(bare ? "[" + value + "]" : value);
        return parsed == null || parsed.isMissingNode()
            ? JSON.getNodeFactory().textNode(value)
            : parsed;
      } catch (IOException _) {
        // Not JSON: text.
      }
    }
    return JSON.getNodeFactory().textNode(value);
  }

  private static InputException unknown(String where, String name, ObjectNode tree, String prefix) {
    if (RENAMED.containsKey(name)) {
      return new InputException(
          where + "no setting named %s: it is %s now".formatted(name, RENAMED.get(name)));
    }
    TreeSet<String> known = new TreeSet<>();
    tree.fieldNames().forEachRemaining(n -> known.add(prefix + n));
    return new InputException(where + "no setting named " + name + "; there are " + known);
  }

  /**
   * The configuration that the tree is.
   *
   * @param where it stands, before what is wrong with it
   */
  Configuration parse(String where) {
    try {
      return JSON.treeToValue(root, Configuration.class);
    } catch (ValueInstantiationException e) {
      // A record refused its values: its message begins with the setting's name.
      String section = name(e);
      String said = e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage();
      throw new InputException(where + (section.isEmpty() ? "" : section + ".") + said);
    } catch (JsonMappingException e) {
      String name = name(e);
      String place = "/" + name.replace('.', '/');
      JsonNode usual = Presets.preset("quick").root().at(place);
      throw new InputException(where + name + " " + WrongKind.of(e, root.at(place), usual));
    } catch (IOException e) {
      throw new InputException(where + InputException.firstLine(e));
    }
  }

  private static String name(JsonMappingException e) {
    List<JsonMappingException.Reference> path = e.getPath();
    return path.stream()
        .map(JsonMappingException.Reference::getFieldName)
        // The places of a list have numbers.
        .filter(Objects::nonNull)
        .collect(Collectors.joining("."));
  }
}
