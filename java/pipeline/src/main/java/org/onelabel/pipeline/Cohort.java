package org.onelabel.pipeline;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;

/**
 * The scans of a dataset, read and checked before anything is computed or written: an unreadable
 * volume, a label of another shape or a class nobody named is an {@link InputException} here, not
 * after hours of training.
 *
 * @param structures names of classes 1, 2, … that are learnt
 * @param spacing voxel sides of the working grids that were asked for, along right, front, up,
 *     millimetres; a scan's own are those that fit its extent
 * @param intensities how scans are normalised
 * @param templateLabels on the working grid
 * @param files that were read, and what they were
 */
public record Cohort(
    Dataset dataset,
    boolean merged,
    List<String> structures,
    double[] spacing,
    Intensities intensities,
    WorkingScan template,
    byte[] templateLabels,
    List<WorkingScan> pool,
    List<WorkingScan> validation,
    InputFiles files) {
  /** A vote has 255 columns, and a search answers with background and three positions as well. */
  private static final int MOST_STRUCTURES = 251;

  /** Reads every volume and label; those of the test cases are only checked. */
  public static Cohort read(Dataset dataset, Configuration configuration, Progress progress) {
    return read(dataset, configuration, InputFiles.of(dataset, progress), progress);
  }

  /** The same of files that were looked at before. */
  static Cohort read(
      Dataset dataset, Configuration configuration, InputFiles files, Progress progress) {
    boolean merged = configuration.mergeStructures();
    List<String> structures = structures(dataset, configuration);
    if (structures.size() > MOST_STRUCTURES) {
      throw new InputException(
          "%s names %d structures; %d at most can be told apart"
              .formatted(dataset.name(), structures.size(), MOST_STRUCTURES));
    }
    double[] spacing = WorkingSpacing.of(dataset.template(), configuration);
    int steps =
        1 + dataset.unlabelled().size() + dataset.validation().size() + dataset.test().size();
    try (Progress.Task task = progress.begin("reading volumes", steps)) {
      Reader reader = new Reader(dataset, spacing, structures, merged, task);
      WorkingScan template = reader.read(dataset.template());
      byte[] labels = reader.templateLabels(template).labels();
      Intensities intensities =
          Intensities.of(
              configuration.intensities(), dataset.modalities(), template.volume(), labels);
      Function<Case, WorkingScan> read = source -> reader.read(source).normalised(intensities);
      List<WorkingScan> pool = dataset.unlabelled().stream().map(read).toList();
      List<WorkingScan> validation = dataset.validation().stream().map(read).toList();
      for (Case source : dataset.test()) {
        reader.read(source).requireFits(intensities);
      }
      return new Cohort(
          dataset,
          merged,
          structures,
          spacing,
          intensities,
          template.normalised(intensities),
          labels,
          pool,
          validation,
          files);
    }
  }

  /** Names of classes 1, 2, … that a configuration learns of a dataset. */
  static List<String> structures(Dataset dataset, Configuration configuration) {
    return configuration.mergeStructures() ? List.of("structure") : dataset.structures();
  }

  /** Reads scans and holds them against the dataset. */
  private static final class Reader {
    private final Dataset dataset;
    private final double[] spacing;
    private final List<String> structures;
    private final boolean merged;
    private final Progress.Task task;
    private OptionalInt channels;

    Reader(
        Dataset dataset,
        double[] spacing,
        List<String> structures,
        boolean merged,
        Progress.Task task) {
      this.dataset = dataset;
      this.spacing = spacing;
      this.structures = structures;
      this.merged = merged;
      this.task = task;
      channels = dataset.channels();
    }

    /** The template is the first: it says how many channels a scan has where nothing else does. */
    WorkingScan read(Case source) {
      WorkingScan scan = WorkingScan.unnormalised(source, spacing);
      if (channels.isEmpty()) {
        channels = OptionalInt.of(scan.channels());
      }
      scan.requireChannels(channels.getAsInt(), "the dataset");
      if (source.label().isPresent()) {
        int highest = scan.truth(merged).highest();
        if (highest > structures.size()) {
          throw new InputException(
              dataset.structuresFrom(),
              "%s %d, but %s has class %d"
                  .formatted(
                      dataset.structuresFrom().equals(dataset.template().label().orElseThrow())
                          ? "the template's highest class is"
                          : "names the classes up to",
                      structures.size(),
                      source.label().get(),
                      highest));
        }
      }
      task.step(source.id());
      return scan;
    }

    /** The template's label on the working grid; every structure must be there. */
    LabelMap templateLabels(WorkingScan template) {
      LabelMap truth = template.truth(merged);
      LabelMap working = template.grid().forward(truth);
      long[] inFile = truth.counts(256);
      long[] inGrid = working.counts(256);
      for (int c = 1; c <= structures.size(); c++) {
        if (inGrid[c] == 0) {
          String there =
              IntStream.range(0, 256)
                  .filter(i -> inFile[i] > 0)
                  .mapToObj(Integer::toString)
                  .collect(Collectors.joining(", "));
          throw new InputException(
              dataset.template().label().orElseThrow(),
              "the template's label has no voxel of class %d (%s)"
                      .formatted(c, structures.get(c - 1))
                  + (inFile[c] == 0
                      ? "; its classes are " + there
                      : " on the working grid, " + inFile[c] + " in the file: make spacing finer"));
        }
      }
      return working;
    }
  }

  /** Channels of every scan. */
  int channels() {
    return template.channels();
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
