package org.onelabel.pipeline.cohort;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;

/** Reads scans of a dataset and holds them against it. */
final class CohortReader {
  private final Dataset dataset;
  private final double[] spacing;
  private final List<String> structures;
  private final boolean merged;
  private OptionalInt channels;

  /**
   * A reader.
   *
   * @param spacing sides of the working voxels, millimetres
   * @param structures names of classes 1, 2, …
   * @param merged whether all structures are read as one
   */
  CohortReader(Dataset dataset, double[] spacing, List<String> structures, boolean merged) {
    this.dataset = dataset;
    this.spacing = spacing;
    this.structures = structures;
    this.merged = merged;
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
      requireLabels(source, scan.grid().source());
    }
    return scan;
  }

  /** Refuses a label that does not lie on its image's grid, or has a class that nobody named. */
  void requireLabels(Case source, Geometry image) {
    requireKnown(source, WorkingScan.truth(source, image, merged).highest());
  }

  private void requireKnown(Case source, int highest) {
    if (highest > structures.size()) {
      boolean fromTemplate =
          dataset.structuresFrom().equals(dataset.template().label().orElseThrow());
      throw new InputException(
          dataset.structuresFrom(),
          "%s %d, but %s has class %d"
              .formatted(
                  fromTemplate ? "the template's highest class is" : "names the classes up to",
                  structures.size(),
                  source.label().get(),
                  highest));
    }
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
            "the template's label has no voxel of class %d (%s)".formatted(c, structures.get(c - 1))
                + (inFile[c] == 0
                    ? "; its classes are " + there
                    : " on the working grid, " + inFile[c] + " in the file: make spacing finer"));
      }
    }
    return working;
  }
}
