package org.onelabel.pipeline.run;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sam.SamMed3d;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.Checkpoint;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.volumes.InputException;

/** Whether the networks that a configuration names suit a cohort. */
public final class Suitability {
  private Suitability() {}

  /**
   * Refuses networks of a configuration that are no networks, or do not suit the cohort: to be
   * asked before a run is begun.
   */
  public static void require(Cohort cohort, Configuration configuration, ComputeDevice device) {
    int[] patch = Plan.of(cohort, configuration).patch();
    String generalist = configuration.training().teaching().generalist();
    if (configuration.training().teaching().kind().needsGeneralist()) {
      requireSamMed3d(Path.of(generalist), patch, device);
    }
    if (configuration.network().kind().startsFromCheckpoint()) {
      requireSamMed3d(Path.of(configuration.network().file()), patch, device);
    }
    if (configuration.propagates()) {
      configuration.encoder().requireReadable(device);
    }
  }

  /** Refuses a file that is no SAM-Med3D, or takes fewer voxels than a patch has. */
  private static void requireSamMed3d(Path file, int[] patch, ComputeDevice device) {
    try (SamMed3d network = Checkpoint.samMed3d(file, device)) {
      int[] sides = network.inputSides();
      if (IntStream.range(0, 3).anyMatch(a -> patch[a] > sides[a])) {
        throw new InputException(
            file,
            "takes %s voxels, less than a training patch of %s: make training.patch smaller"
                .formatted(Arrays.toString(sides), Arrays.toString(patch)));
      }
    }
  }
}
