package org.onelabel.volumes.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * What the {@code dataset.json} of nnU-Net or the Medical Segmentation Decathlon says; nothing
 * where it is absent.
 *
 * @param name empty where it has none
 * @param naming {@link Naming#SUFFIXED} where {@code channel_names} say so, else open
 * @param modalities names of the channels; empty where they have none
 * @param structures names of classes 1, 2, …; empty where they have none
 * @param ignored the label value of voxels that nobody looked at
 * @param spacing of files that tell none
 */
record DatasetDescription(
    Path file,
    String name,
    Naming naming,
    List<String> modalities,
    List<String> structures,
    OptionalInt ignored,
    Optional<Spacing> spacing) {
  private static final String IGNORE = "ignore";
  private static final int MOST = LabelMap.IGNORED - 1;

  static DatasetDescription read(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return new DatasetDescription(
          file, "", Naming.AUTO, List.of(), List.of(), OptionalInt.empty(), Optional.empty());
    }
    try {
      JsonNode json = object(file);
      String ending = json.path("file_ending").asText(".nii.gz");
      if (!VolumeFormats.endings().contains(ending.toLowerCase(Locale.ROOT))) {
        throw new InputException(
            file,
            "file_ending is %s, a format that is not read; %s are"
                .formatted(ending, String.join(", ", VolumeFormats.endings())));
      }
      boolean second = json.has("channel_names");
      NavigableMap<Integer, String> labels = labels(file, json.path("labels"));
      OptionalInt ignored = ignored(file, labels);
      return new DatasetDescription(
          file,
          json.path("name").asText(""),
          second ? Naming.SUFFIXED : Naming.AUTO,
          modalities(json.path(second ? "channel_names" : "modality")),
          structures(file, labels),
          ignored,
          spacing(file, json));
    } catch (IOException e) {
      throw new InputException(file, "is not valid JSON: " + InputException.firstLine(e), e);
    }
  }

  /**
   * The value that a dataset.json names {@code ignore}, by the same rule as {@link #read} but
   * whatever else it says: regions, gaps and formats that are not read.
   */
  static OptionalInt ignoredIn(Path file) {
    try {
      NavigableMap<Integer, String> names = new TreeMap<>();
      object(file)
          .path("labels")
          .properties()
          .forEach(
              entry ->
                  label(entry.getKey(), entry.getValue())
                      .ifPresent(label -> names.put(label.getKey(), label.getValue())));
      return ignored(file, names);
    } catch (IOException e) {
      throw new InputException(file, "is not valid JSON: " + InputException.firstLine(e), e);
    }
  }

  /** The spacing that a dataset.json gives files that tell none, whatever else it says. */
  static Optional<Spacing> spacingIn(Path file) {
    try {
      return spacing(file, object(file));
    } catch (IOException e) {
      throw new InputException(file, "is not valid JSON: " + InputException.firstLine(e), e);
    }
  }

  private static Optional<Spacing> spacing(Path file, JsonNode json) {
    JsonNode sides = json.path("spacing");
    if (sides.isMissingNode()) {
      return Optional.empty();
    }
    try {
      if (sides.isArray()
          && sides.size() == 3
          && sides.valueStream().allMatch(JsonNode::isNumber)) {
        return Optional.of(
            new Spacing(sides.get(0).asDouble(), sides.get(1).asDouble(), sides.get(2).asDouble()));
      }
    } catch (IllegalArgumentException _) {
      // Numbers, but no sides of a voxel.
    }
    throw new InputException(
        file, "spacing is %s, not three positive numbers [x, y, z] in mm".formatted(sides));
  }

  /** The content of a file, whose labels are an object as well if there are any. */
  private static JsonNode object(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new InputException(file, "is no file; a link to nothing?");
    }
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    JsonNode labels = json.path("labels");
    if (!json.isObject() || !(labels.isMissingNode() || labels.isObject())) {
      throw new InputException(
          file, json.isObject() ? "its labels are no JSON object" : "is no JSON object");
    }
    return json;
  }

  /** Number and name of a label, whichever of the two comes first; empty where it has no number. */
  private static Optional<Map.Entry<Integer, String>> label(String key, JsonNode value) {
    if (value.isInt()) {
      return Optional.of(Map.entry(value.asInt(), key));
    }
    if (value.isTextual() && key.matches("\\d{1,3}")) {
      return Optional.of(Map.entry(Integer.valueOf(key), value.asText()));
    }
    return value.isTextual() && value.asText().matches("\\d{1,3}")
        ? Optional.of(Map.entry(Integer.valueOf(value.asText()), key))
        : Optional.empty();
  }

  /** Number of channels, where they are named. */
  OptionalInt channels() {
    return modalities.isEmpty() ? OptionalInt.empty() : OptionalInt.of(modalities.size());
  }

  /** Names of channels by their numbers; a list has them in their order. */
  private static List<String> modalities(JsonNode names) {
    NavigableMap<Integer, String> ordered = new TreeMap<>();
    List<String> listed = new ArrayList<>();
    names.forEach(name -> listed.add(name.asText("")));
    if (names.properties().stream().allMatch(name -> name.getKey().matches("\\d{1,3}"))) {
      names
          .properties()
          .forEach(n -> ordered.put(Integer.valueOf(n.getKey()), n.getValue().asText("")));
    }
    return ordered.size() == listed.size() ? List.copyOf(ordered.values()) : listed;
  }

  /** nnU-Net v2 maps name to number, the Decathlon number to name; regions are refused. */
  private static NavigableMap<Integer, String> labels(Path file, JsonNode node) {
    NavigableMap<Integer, String> names = new TreeMap<>();
    node.properties()
        .forEach(
            entry -> {
              String key = entry.getKey();
              JsonNode value = entry.getValue();
              Map.Entry<Integer, String> label =
                  label(key, value)
                      .orElseThrow(
                          () ->
                              new InputException(
                                  file,
                                  value.isArray()
                                      ? "label %s is the region %s; regions are not learnt: name each value of the files"
                                          .formatted(key, value)
                                      : "label " + key + " is no single number: " + value));
              String twin = names.put(label.getKey(), label.getValue());
              if (twin != null) {
                throw new InputException(
                    file, "labels %s and %s have the same number".formatted(twin, key));
              }
            });
    names.forEach(
        (number, name) -> {
          if (number != 0 && name.equalsIgnoreCase("background")) {
            throw new InputException(file, "the background is 0, not " + number);
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
    if (!names.get(value).equals(IGNORE) || value < 1 || value > MOST) {
      throw new InputException(
          file, "the label ignore must be the highest, and one of 1 to " + MOST);
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
          if (name.chars().anyMatch(Character::isISOControl)) {
            throw new InputException(
                file, "the name of label " + number + " has a line break or the like");
          }
          if (structures.contains(name)) {
            throw new InputException(file, "two labels are called " + name);
          }
          structures.add(name);
        });
    return structures;
  }
}
