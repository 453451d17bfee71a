package org.onelabel.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What the {@code dataset.json} of nnU-Net or the Medical Segmentation Decathlon says; nothing
 * where it is absent.
 *
 * @param name empty where it has none
 * @param naming {@link Naming#SUFFIXED} where {@code channel_names} say so, else open
 * @param channels where they are named
 * @param structures names of classes 1, 2, …; empty where they have none
 * @param ignored the label value of voxels that nobody looked at
 */
record DatasetDescription(
    Path file,
    String name,
    Naming naming,
    OptionalInt channels,
    List<String> structures,
    OptionalInt ignored) {
  private static final String IGNORE = "ignore";
  private static final int MOST = LabelMap.IGNORED - 1;

  static DatasetDescription read(Path file) {
    if (!Files.isRegularFile(file)) {
      return new DatasetDescription(
          file, "", Naming.AUTO, OptionalInt.empty(), List.of(), OptionalInt.empty());
    }
    try {
      JsonNode json = new ObjectMapper().readTree(file.toFile());
      String ending = json.path("file_ending").asText(".nii.gz");
      if (!VolumeFormat.isRead(ending)) {
        throw new InputException(
            file,
            "file_ending is " + ending + ", a format that is not read; .nii.gz, .nii, .h5 are");
      }
      boolean second = json.has("channel_names");
      int channels = json.path(second ? "channel_names" : "modality").size();
      NavigableMap<Integer, String> labels = labels(file, json.path("labels"));
      OptionalInt ignored = ignored(file, labels);
      return new DatasetDescription(
          file,
          json.path("name").asText(""),
          second ? Naming.SUFFIXED : Naming.AUTO,
          channels > 0 ? OptionalInt.of(channels) : OptionalInt.empty(),
          structures(file, labels),
          ignored);
    } catch (IOException e) {
      throw new InputException(file, "is not valid JSON: " + InputException.firstLine(e), e);
    }
  }

  /** The value that a dataset.json names {@code ignore}, whatever else it says. */
  static OptionalInt ignoredIn(Path file) {
    try {
      JsonNode value = new ObjectMapper().readTree(file.toFile()).path("labels").path(IGNORE);
      return value.isInt() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
    } catch (IOException e) {
      throw new InputException(file, "is not valid JSON: " + InputException.firstLine(e), e);
    }
  }

  /** nnU-Net v2 maps name to number, the Decathlon number to name; regions are refused. */
  private static NavigableMap<Integer, String> labels(Path file, JsonNode node) {
    NavigableMap<Integer, String> names = new TreeMap<>();
    node.properties()
        .forEach(
            entry -> {
              String key = entry.getKey();
              JsonNode value = entry.getValue();
              String twin;
              if (value.isInt()) {
                twin = names.put(value.asInt(), key);
              } else if (value.isTextual() && key.matches("\\d{1,3}")) {
                twin = names.put(Integer.valueOf(key), value.asText());
              } else if (value.isTextual() && value.asText().matches("\\d{1,3}")) {
                twin = names.put(Integer.valueOf(value.asText()), key);
              } else if (value.isArray()) {
                throw new InputException(
                    file,
                    "label %s is the region %s; regions are not learnt: name each value of the files"
                        .formatted(key, value));
              } else {
                throw new InputException(file, "label " + key + " is no single number: " + value);
              }
              if (twin != null) {
                throw new InputException(
                    file, "labels %s and %s have the same number".formatted(twin, key));
              }
            });
    names.remove(0);
    return names;
  }

  /** Takes the label named {@code ignore}, which must be the highest, out of the names. */
  private static OptionalInt ignored(Path file, NavigableMap<Integer, String> names) {
    if (!names.containsValue(IGNORE)) {
      return OptionalInt.empty();
    }
    int value = names.lastKey();
    if (!names.get(value).equals(IGNORE) || value > MOST) {
      throw new InputException(file, "the label ignore must be the highest, and at most " + MOST);
    }
    names.remove(value);
    return OptionalInt.of(value);
  }

  private static List<String> structures(Path file, NavigableMap<Integer, String> names) {
    List<String> structures = new ArrayList<>();
    names.forEach(
        (number, name) -> {
          if (number != structures.size() + 1) {
            throw new InputException(
                file, "labels must be 0, 1, 2, … without a gap, not " + number);
          }
          structures.add(name);
        });
    return structures;
  }
}
