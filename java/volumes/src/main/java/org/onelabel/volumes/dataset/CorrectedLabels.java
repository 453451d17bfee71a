package org.onelabel.volumes.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Label files of a folder that belong to scans of a dataset's pool: somebody corrected them. They
 * are called as the scans are.
 *
 * @param cases the scans with these labels, sorted by name
 */
public record CorrectedLabels(List<Case> cases, Warnings warnings) {

  public CorrectedLabels {
    cases = List.copyOf(cases);
  }

  /**
   * Finds the label files of a folder. One that belongs to no scan of the pool is refused.
   *
   * @throws InputException if there is no such folder
   */
  public static CorrectedLabels in(Path folder, Dataset dataset) {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder, "no such folder");
    }
    Map<Path, String> leftOut = new TreeMap<>();
    List<String> notes = new ArrayList<>();
    Map<String, Case> pool =
        dataset.unlabelled().stream().collect(Collectors.toMap(Case::id, Function.identity()));
    Map<Path, String> strangers = new TreeMap<>();
    Map<String, Path> labels =
        CaseFiles.labels(
            pool.keySet(),
            VolumeFolder.list(folder, leftOut),
            "is called as no scan of the pool",
            strangers,
            notes);
    strangers.forEach(
        (file, why) -> {
          throw new InputException(file, why);
        });
    OptionalInt unknown = OptionalInt.of(unknown(dataset));
    List<Case> cases =
        labels.entrySet().stream()
            .map(
                label -> {
                  Case scan = pool.get(label.getKey());
                  Optional<Path> file = Optional.of(label.getValue());
                  return new Case(scan.id(), scan.images(), file, unknown, scan.spacing());
                })
            .toList();
    return new CorrectedLabels(cases, new Warnings(new TreeMap<>(leftOut), notes));
  }

  /**
   * The value of voxels that nobody looked at: what dataset.json names {@code ignore}, else the one
   * after the last structure.
   */
  public static int unknown(Dataset dataset) {
    return dataset.template().ignored().orElse(dataset.structures().size() + 1);
  }

  /**
   * Writes the labels of a case as NIfTI on the grid of its image, {@code unknown} where nobody
   * looked.
   */
  public static void write(LabelMap labels, int unknown, Path file) {
    byte[] stored = labels.labels().clone();
    for (int i = 0; i < stored.length; i++) {
      stored[i] = stored[i] == (byte) LabelMap.IGNORED ? (byte) unknown : stored[i];
    }
    VolumeFormats.NIFTI.write(file, new LabelMap(labels.geometry(), stored));
  }
}
