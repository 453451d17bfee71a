package org.onelabel.volumes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the cases of a dataset on disk. Three layouts:
 *
 * <ul>
 *   <li>folders: {@code imagesTr labelsTr} the template, {@code imagesUn} the pool, {@code
 *       imagesVal labelsVal}, {@code imagesTs labelsTs}; {@code labelsUnHidden} only measures
 *   <li>nnU-Net v2 and Medical Segmentation Decathlon: {@code imagesTr labelsTr imagesTs}; the one
 *       case with a label is the template (or the one named), the others the pool
 *   <li>published: {@code train.txt val.txt test.txt} with one id a line and {@code data/<id>.h5};
 *       the first of train is the template
 * </ul>
 */
public final class DatasetFolder {
  private DatasetFolder() {}

  /**
   * Opens the dataset in {@code folder}.
   *
   * @param template the id of the template where several cases have a label; their labels then only
   *     measure
   */
  public static Dataset open(Path folder, Optional<String> template) {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder, "no such folder");
    }
    if (Files.isRegularFile(folder.resolve("train.txt"))) {
      return published(folder, template);
    }
    if (Files.isDirectory(folder.resolve("imagesTr"))) {
      return folders(folder, template);
    }
    throw new InputException(
        folder, "no dataset: neither a folder imagesTr nor a file train.txt is in it");
  }

  private static Dataset folders(Path folder, Optional<String> template) {
    Description description = Description.read(folder.resolve("dataset.json"));
    List<Case> training = cases(folder, "imagesTr", "labelsTr", description);
    List<Case> pool = new ArrayList<>(cases(folder, "imagesUn", "labelsUnHidden", description));
    List<Case> labelled = training.stream().filter(c -> c.label().isPresent()).toList();
    Case chosen = chooseTemplate(folder, labelled, template);
    training.stream().filter(c -> !c.id().equals(chosen.id())).forEach(pool::add);
    List<Case> validation =
        cases(folder, "imagesVal", "labelsVal", description).stream()
            .filter(c -> c.label().isPresent())
            .toList();
    List<Case> test = cases(folder, "imagesTs", "labelsTs", description);
    return checked(
        folder,
        new Dataset(
            description.name.isEmpty() ? folder.getFileName().toString() : description.name,
            description.channels,
            structures(description, chosen),
            chosen,
            pool,
            validation,
            test));
  }

  private static Case chooseTemplate(Path folder, List<Case> labelled, Optional<String> template) {
    if (template.isPresent()) {
      return labelled.stream()
          .filter(c -> c.id().equals(template.get()))
          .findFirst()
          .orElseThrow(
              () -> new InputException(folder, "no labelled case is named " + template.get()));
    }
    if (labelled.isEmpty()) {
      throw new InputException(
          folder, "no template: no image in imagesTr has a label of the same name in labelsTr");
    }
    if (labelled.size() > 1) {
      throw new InputException(
          folder,
          "%d templates (%s, %s, …); name one with --set template=ID"
              .formatted(labelled.size(), labelled.get(0).id(), labelled.get(1).id()));
    }
    return labelled.getFirst();
  }

  private static Dataset checked(Path folder, Dataset dataset) {
    if (dataset.unlabelled().isEmpty()) {
      throw new InputException(
          folder, "the pool is empty: no unlabelled image beside the template");
    }
    return dataset;
  }

  private static List<String> structures(Description description, Case template) {
    if (!description.structures.isEmpty()) {
      return description.structures;
    }
    int highest = template.readLabels(template.readGeometry()).highest();
    return IntStream.rangeClosed(1, highest).mapToObj(i -> "structure " + i).toList();
  }

  /** Every case of an image folder, sorted by id, with its label where there is one. */
  private static List<Case> cases(
      Path folder, String images, String labels, Description description) {
    NavigableMap<String, NavigableMap<Integer, Path>> channels = new TreeMap<>();
    for (Path file : list(folder.resolve(images))) {
      String stem = stem(file).orElse(null);
      if (stem == null) {
        continue;
      }
      boolean numbered = stem.matches(".*_\\d{4}");
      String id = numbered ? stem.substring(0, stem.length() - 5) : stem;
      int channel = numbered ? Integer.parseInt(stem.substring(stem.length() - 4)) : 0;
      Path twin = channels.computeIfAbsent(id, _ -> new TreeMap<>()).put(channel, file);
      if (twin != null) {
        throw new InputException(file, "is the same case and channel as " + twin.getFileName());
      }
    }
    Map<String, Path> truth = new TreeMap<>();
    for (Path file : list(folder.resolve(labels))) {
      stem(file).ifPresent(id -> truth.put(id, file));
    }
    List<Case> cases = new ArrayList<>();
    channels.forEach(
        (id, files) -> {
          for (int c = 0; c < description.channels; c++) {
            if (!files.containsKey(c)) {
              throw new InputException(
                  folder.resolve(images),
                  "case %s misses channel %d (a file %s_%04d…)".formatted(id, c, id, c));
            }
          }
          List<Path> used = IntStream.range(0, description.channels).mapToObj(files::get).toList();
          cases.add(new Case(id, used, Optional.ofNullable(truth.get(id))));
        });
    return cases;
  }

  /**
   * One scan or a folder of scans with {@code channels} files each, as {@code predict} takes it.
   */
  public static List<Case> scans(Path input, int channels) {
    if (Files.isDirectory(input)) {
      Description description = new Description("", channels, List.of());
      Path parent = input.toAbsolutePath().normalize().getParent();
      List<Case> found =
          cases(
              parent, input.toAbsolutePath().normalize().getFileName().toString(), "", description);
      if (found.isEmpty()) {
        throw new InputException(input, "holds no .nii, .nii.gz or .h5 file");
      }
      return found;
    }
    String stem =
        stem(input).orElseThrow(() -> new InputException(input, "is no .nii, .nii.gz or .h5 file"));
    if (channels > 1) {
      throw new InputException(input, "the model wants " + channels + " channels: give a folder");
    }
    return List.of(new Case(stem, List.of(input), Optional.empty()));
  }

  private static Dataset published(Path folder, Optional<String> template) {
    List<Case> train = publishedCases(folder, "train.txt");
    if (train.isEmpty()) {
      throw new InputException(folder.resolve("train.txt"), "no template: the list is empty");
    }
    Case chosen = template.isPresent() ? chooseTemplate(folder, train, template) : train.getFirst();
    List<Case> pool = train.stream().filter(c -> !c.id().equals(chosen.id())).toList();
    int highest = chosen.readLabels(chosen.readGeometry()).highest();
    return checked(
        folder,
        new Dataset(
            folder.toAbsolutePath().normalize().getFileName().toString(),
            1,
            IntStream.rangeClosed(1, highest).mapToObj(i -> "structure " + i).toList(),
            chosen,
            pool,
            publishedCases(folder, "val.txt"),
            publishedCases(folder, "test.txt")));
  }

  private static List<Case> publishedCases(Path folder, String list) {
    Path file = folder.resolve(list);
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    List<Case> cases = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String id = line.split(",", 2)[0].strip();
        if (!id.isEmpty()) {
          Path data = folder.resolve("data").resolve(id + ".h5");
          if (!Files.isRegularFile(data)) {
            throw new InputException(file, "names " + id + ", but " + data + " is not there");
          }
          cases.add(new Case(id, List.of(data), Optional.of(data)));
        }
      }
    } catch (IOException e) {
      throw new InputException(file, "cannot be read: " + e.getMessage(), e);
    }
    return cases;
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new InputException(folder, "cannot be listed: " + e.getMessage(), e);
    }
  }

  /** The file's name without its ending; empty for files that are no volumes. */
  public static Optional<String> stem(Path file) {
    return VolumeFormat.stem(file);
  }

  /** What dataset.json says; nothing where it is absent. */
  private record Description(String name, int channels, List<String> structures) {

    static Description read(Path file) {
      if (!Files.isRegularFile(file)) {
        return new Description("", 1, List.of());
      }
      try {
        JsonNode json = new ObjectMapper().readTree(file.toFile());
        JsonNode channels =
            json.has("channel_names") ? json.get("channel_names") : json.path("modality");
        return new Description(
            json.path("name").asText(""),
            Math.max(1, channels.size()),
            labels(file, json.path("labels")));
      } catch (IOException e) {
        throw new InputException(file, "is not valid JSON: " + InputException.firstLine(e), e);
      }
    }

    /** nnU-Net v2 maps name to number, the Decathlon number to name; regions are refused. */
    private static List<String> labels(Path file, JsonNode node) {
      NavigableMap<Integer, String> names = new TreeMap<>();
      node.properties()
          .forEach(
              entry -> {
                JsonNode value = entry.getValue();
                if (value.isInt()) {
                  names.put(value.asInt(), entry.getKey());
                } else if (value.isTextual() && entry.getKey().matches("\\d{1,3}")) {
                  names.put(Integer.valueOf(entry.getKey()), value.asText());
                } else if (value.isTextual() && value.asText().matches("\\d{1,3}")) {
                  names.put(Integer.valueOf(value.asText()), entry.getKey());
                } else {
                  throw new InputException(
                      file, "label " + entry.getKey() + " is no single number: " + value);
                }
              });
      if (names.isEmpty()) {
        return List.of();
      }
      names.remove(0);
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
}
