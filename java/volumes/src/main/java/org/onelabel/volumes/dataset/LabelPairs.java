package org.onelabel.volumes.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Label files of two folders with the same names, or two label files: predictions and their truth.
 *
 * @param pairs sorted by name
 * @param withoutTruth names of predictions
 * @param withoutPrediction names of truths
 * @param description the dataset.json that says what is ignored, and the spacing of HDF5 files
 */
public record LabelPairs(
    List<Pair> pairs,
    List<String> withoutTruth,
    List<String> withoutPrediction,
    Optional<Path> description,
    Warnings warnings) {
  private static final String ITSELF = "%s is compared with itself";

  /**
   * A prediction with its truth.
   *
   * @param ignored the value in the truth's file of voxels that nobody looked at
   * @param spacing of files that tell none
   */
  public record Pair(
      String id, Path predicted, Path expected, OptionalInt ignored, Spacing spacing) {

    /** The true labels, {@link LabelMap#IGNORED} where nobody looked. */
    public LabelMap truth() {
      LabelMap labels = Case.readLabels(expected, spacing);
      return new Case(id, List.of(expected), Optional.of(expected), ignored, spacing)
          .readLabels(labels.geometry());
    }

    /** The predicted labels on the grid of the truth; refused where they lie elsewhere. */
    public LabelMap prediction(Geometry truth) {
      LabelMap labels = Case.readLabels(predicted, spacing);
      return labels
          .onto(truth)
          .orElseThrow(
              () ->
                  Case.elsewhere(
                      predicted,
                      "the prediction",
                      labels.geometry(),
                      "its truth",
                      expected,
                      truth));
    }
  }

  /** Pairs two files whatever they are called, or the files of two folders by their names. */
  public static LabelPairs of(Path predictions, Path truth) {
    boolean folder = isFolder(predictions);
    if (folder != isFolder(truth)) {
      throw new InputException(
          folder ? truth : predictions,
          "is a file and %s a folder: give two files or two folders"
              .formatted(folder ? predictions : truth));
    }
    return folder ? ofFolders(predictions, truth) : ofFiles(predictions, truth);
  }

  private static boolean isFolder(Path path) {
    if (!Files.exists(path)) {
      throw new InputException(path, "no such file or folder");
    }
    return Files.isDirectory(path) && VolumeFile.of(path).isEmpty();
  }

  private static LabelPairs ofFiles(Path predicted, Path expected) {
    VolumeFile prediction = VolumeFile.require(predicted);
    Path truth = VolumeFile.require(expected).path();
    NearbyDescription description = NearbyDescription.of(truth.toAbsolutePath().getParent());
    Optional<Spacing> spacing = description.spacing(Stream.of(predicted, truth));
    List<String> notes = new ArrayList<>();
    if (isOne(predicted, truth)) {
      notes.add(ITSELF.formatted(predicted));
    }
    ImageFiles.note(spacing, Stream.of(predicted, truth)).ifPresent(notes::add);
    Pair pair =
        new Pair(
            prediction.stem(),
            predicted,
            truth,
            description.ignored(),
            spacing.orElse(ImageFiles.ASSUMED));
    return new LabelPairs(
        List.of(pair),
        List.of(),
        List.of(),
        description.file(),
        new Warnings(new TreeMap<>(), notes));
  }

  /**
   * Pairs the files of two folders. Names of labels bear no channel; where only one of two names
   * ends in {@code _0000}, they are taken for a pair, and noted.
   */
  private static LabelPairs ofFolders(Path predictions, Path truth) {
    Map<Path, String> leftOut = new TreeMap<>();
    List<String> notes = new ArrayList<>();
    SortedMap<String, VolumeFile> predicted = labels(predictions, leftOut);
    SortedMap<String, VolumeFile> expected = labels(truth, leftOut);
    NearbyDescription description = NearbyDescription.of(truth);
    OptionalInt ignored = description.ignored();
    Optional<Spacing> spacing =
        description.spacing(
            Stream.of(predicted, expected).flatMap(c -> c.values().stream()).map(VolumeFile::path));
    Spacing sides = spacing.orElse(ImageFiles.ASSUMED);
    List<Pair> pairs = new ArrayList<>();
    List<String> withoutTruth = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    predicted.forEach(
        (id, file) -> {
          String twin = twin(id, predicted, expected);
          if (twin.isEmpty()) {
            withoutTruth.add(id);
          } else {
            Path other = expected.get(twin).path();
            if (!twin.equals(id)) {
              notes.add("%s is taken for the truth of %s".formatted(other, file.path()));
            }
            if (isOne(file.path(), other)) {
              notes.add(ITSELF.formatted(file.path()));
            }
            taken.add(twin);
            pairs.add(new Pair(id, file.path(), other, ignored, sides));
          }
        });
    if (pairs.isEmpty()) {
      throw new InputException(predictions, "no file has the name of one in " + truth);
    }
    ImageFiles.note(
            spacing, pairs.stream().flatMap(pair -> Stream.of(pair.predicted(), pair.expected())))
        .ifPresent(notes::add);
    return new LabelPairs(
        pairs,
        withoutTruth,
        expected.keySet().stream().filter(id -> !taken.contains(id)).toList(),
        description.file(),
        new Warnings(new TreeMap<>(leftOut), notes));
  }

  private static boolean isOne(Path predicted, Path expected) {
    try {
      return Files.isSameFile(predicted, expected);
    } catch (IOException e) {
      throw new InputException(predicted, "cannot be read: " + InputException.firstLine(e), e);
    }
  }

  /** Every file that was compared, and every dataset.json that says what is ignored. */
  public List<Path> all() {
    return Stream.concat(
            pairs.stream()
                .flatMap(pair -> Stream.of(pair.predicted(), pair.expected()))
                .flatMap(volume -> VolumeFormats.files(volume).stream()),
            description.stream())
        .toList();
  }

  /** The name among the truths that belongs to a prediction; empty where none does. */
  private static String twin(
      String id, Map<String, VolumeFile> predicted, Map<String, VolumeFile> expected) {
    if (expected.containsKey(id)) {
      return id;
    }
    String longer = id + "_0000";
    if (expected.containsKey(longer) && !predicted.containsKey(longer)) {
      return longer;
    }
    if (id.endsWith("_0000")) {
      String shorter = id.substring(0, id.length() - 5);
      if (expected.containsKey(shorter) && !predicted.containsKey(shorter)) {
        return shorter;
      }
    }
    return "";
  }

  private static SortedMap<String, VolumeFile> labels(Path folder, Map<Path, String> leftOut) {
    SortedMap<String, VolumeFile> labels = CaseFiles.byStem(VolumeFolder.list(folder, leftOut));
    if (labels.isEmpty()) {
      throw new InputException(
          folder, "holds no %s file".formatted(VolumeFormats.describeEndings()));
    }
    return labels;
  }
}
