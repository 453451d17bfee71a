package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.demo.SyntheticCohort;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.grid.Smoothing;

/** Where the template's structures are not, none are made up. */
class MissingAnatomyTest {
  @TempDir private Path folder;

  /** Smooth noise: as much contrast as a scan has, and nothing of the template's anatomy. */
  private static Volume noise(Volume like) {
    SplittableRandom random = new SplittableRandom(4);
    float[] values = new float[like.voxels().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Volume(like.geometry(), Smoothing.gaussian(values, like.geometry().extent(), 3));
  }

  private static long labelled(Path file) {
    LabelMap map = VolumeFormats.NIFTI.readLabels(file);
    return map.geometry().voxels() - map.counts(4)[0];
  }

  @Test
  void scansOfSomethingElseGetNoLabelsAndAreNamed() throws IOException {
    Path cohort = folder.resolve("cohort");
    SyntheticCohort.write(cohort, 5);
    SmallCohort.delete(cohort, "imagesUn", "labelsUnHidden", 3, 9);
    SmallCohort.delete(cohort, "imagesVal", "labelsVal", 10, 11);
    SmallCohort.delete(cohort, "imagesTs", "labelsTs", 12, 15);
    Path scan = cohort.resolve("imagesUn/synthetic_001_0000.nii.gz");
    Volume noise = noise(VolumeFormats.NIFTI.readVolume(scan));
    VolumeFormats.NIFTI.write(cohort.resolve("imagesUn/other_0000.nii.gz"), noise);
    VolumeFormats.NIFTI.write(cohort.resolve("imagesTs/another_0000.nii.gz"), noise);
    List<String> said = new ArrayList<>();
    Configuration configuration =
        Configuration.of("quick", Map.of("rounds", "0", "registration.cells", "1000"));
    try (Kernels kernels = Kernels.open()) {
      Pipeline.begin(
              DatasetFolder.open(cohort, Optional.empty()),
              configuration,
              folder.resolve("run"),
              new Devices(kernels, ComputeDevice.cpu()),
              new HeardLines(said))
          .run();
    }
    RunDirectory run = RunDirectory.open(folder.resolve("run"));
    assertEquals(0, labelled(run.prediction("other")));
    assertEquals(0, labelled(run.prediction("another")));
    for (String found : List.of("synthetic_001", "synthetic_002")) {
      assertTrue(labelled(run.prediction(found)) > 1000, found);
    }
    assertTrue(
        said.stream().anyMatch(line -> line.startsWith("other: the template's structures")),
        said::toString);
  }
}
