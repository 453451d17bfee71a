package org.onelabel.volumes.format.metaimage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.format.stored.HeaderText;

/** The lines {@code Key = value} of a MetaImage header; ElementDataFile is the last one. */
final class MetaImageFields {
  private static final String LAST = "ElementDataFile";

  private final Path file;
  private final Map<String, String> values = new HashMap<>();

  MetaImageFields(Path file, HeaderText text) throws IOException {
    this.file = file;
    while (!values.containsKey(LAST)) {
      String line =
          text.line().orElseThrow(() -> refused("not a MetaImage file: no " + LAST + " in it"));
      int equals = line.indexOf('=');
      if (equals < 0) {
        if (line.isBlank()) {
          continue;
        }
        throw refused("not a MetaImage file: a line of its header is no Key = value");
      }
      String key = line.substring(0, equals).strip();
      if (values.put(key, line.substring(equals + 1).strip()) != null) {
        throw refused("the header has %s twice".formatted(key));
      }
    }
  }

  /** The value of the first of some keys that is there. */
  Optional<String> get(String... keys) {
    return Arrays.stream(keys).filter(values::containsKey).map(values::get).findFirst();
  }

  String require(String key) {
    return get(key).orElseThrow(() -> refused("the header lacks " + key));
  }

  /** Whether the first of some keys that is there is true; false where none is. */
  boolean isTrue(String... keys) {
    return get(keys).map(value -> value.matches("[Tt1].*")).orElse(false);
  }

  long integer(String key, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new InputException(file, "%s is %s, no whole number".formatted(key, text), e);
    }
  }

  /** The numbers of the first of some keys that is there, as many as there must be. */
  Optional<List<Double>> numbers(int count, String... keys) {
    return get(keys)
        .map(
            text -> {
              String[] parts = text.split("\\s+");
              if (parts.length != count) {
                throw refused("%s has %d numbers, not %d".formatted(keys[0], parts.length, count));
              }
              return Arrays.stream(parts).map(part -> number(keys[0], part)).toList();
            });
  }

  private double number(String key, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new InputException(file, "%s is %s, no number".formatted(key, text), e);
    }
  }

  Path file() {
    return file;
  }

  InputException refused(String cause) {
    return new InputException(file, cause);
  }
}
