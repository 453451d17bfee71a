package org.onelabel.pipeline;

import java.util.List;
import org.onelabel.volumes.Case;
import org.onelabel.volumes.Dataset;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.WorkingGrid;

/**
 * The scans of a dataset, read and checked before anything is computed or written: an unreadable
 * volume, a label of another shape or a class nobody named is an {@link InputException} here, not
 * after hours of training.
 *
 * @param structures names of classes 1, 2, … that are learnt
 * @param spacing voxel sides of the working grids that were asked for, along right, front, up,
 *     millimetres; a scan's own are those that fit its extent
 * @param templateLabels on the working grid
 * @param files that were read, and what they were
 */
public record Cohort(
    Dataset dataset,
    boolean merged,
    List<String> structures,
    double[] spacing,
    WorkingScan template,
    byte[] templateLabels,
    List<WorkingScan> pool,
    List<WorkingScan> validation,
    InputFiles files) {

  /** Reads every volume and label; those of the test cases are only checked. */
  public static Cohort read(Dataset dataset, Configuration configuration, Progress progress) {
    return read(dataset, configuration, InputFiles.of(dataset, progress), progress);
  }

  /** The same of files that were looked at before. */
  static Cohort read(
      Dataset dataset, Configuration configuration, InputFiles files, Progress progress) {
    double side = configuration.spacing();
    boolean merged = configuration.mergeStructures();
    List<String> structures = structures(dataset, configuration);
    if (structures.size() >= LabelMap.IGNORED) {
      throw new InputException(
          "%s names %d structures, but a label can tell %d at most"
              .formatted(dataset.name(), structures.size(), LabelMap.IGNORED - 1));
    }
    double[] spacing =
        side > 0
            ? new double[] {side, side, side}
            : WorkingGrid.canonicalSpacing(dataset.template().readGeometry());
    int steps =
        1 + dataset.unlabelled().size() + dataset.validation().size() + dataset.test().size();
    try (Progress.Task task = progress.begin("reading volumes", steps)) {
      WorkingScan template = read(dataset.template(), spacing, structures, merged, task);
      byte[] labels = template.grid().forward(template.truth(merged)).labels();
      long[] counts = new LabelMap(template.geometry(), labels).counts(256);
      for (int c = 1; c <= structures.size(); c++) {
        if (counts[c] == 0) {
          throw new InputException(
              dataset.template().label().orElseThrow(),
              "has no voxel of class %d (%s) on the working grid"
                  .formatted(c, structures.get(c - 1)));
        }
      }
      List<WorkingScan> pool =
          dataset.unlabelled().stream()
              .map(c -> read(c, spacing, structures, merged, task))
              .toList();
      List<WorkingScan> validation =
          dataset.validation().stream()
              .map(c -> read(c, spacing, structures, merged, task))
              .toList();
      for (Case source : dataset.test()) {
        read(source, spacing, structures, merged, task);
      }
      return new Cohort(
          dataset, merged, structures, spacing, template, labels, pool, validation, files);
    }
  }

  /** Names of classes 1, 2, … that a configuration learns of a dataset. */
  static List<String> structures(Dataset dataset, Configuration configuration) {
    return configuration.mergeStructures() ? List.of("structure") : dataset.structures();
  }

  private static WorkingScan read(
      Case source, double[] spacing, List<String> structures, boolean merged, Progress.Task task) {
    WorkingScan scan = WorkingScan.read(source, spacing);
    if (source.label().isPresent()) {
      int highest = scan.truth(merged).highest();
      if (highest > structures.size()) {
        throw new InputException(
            source.label().get(),
            "has class %d, but the dataset names %d structures"
                .formatted(highest, structures.size()));
      }
    }
    task.step(source.id());
    return scan;
  }

  /** Classes with the background. */
  int classes() {
    return structures.size() + 1;
  }

  /** The true labels of a scan on its working grid. */
  byte[] workingTruth(WorkingScan scan) {
    return scan.grid().forward(scan.truth(merged)).labels();
  }
}
