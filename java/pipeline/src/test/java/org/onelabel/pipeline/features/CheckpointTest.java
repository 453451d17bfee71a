package org.onelabel.pipeline.features;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.configuration.ConfigurationTest;
import org.onelabel.pipeline.demo.SyntheticCohort;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.Suitability;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.file.AtomicFile;

/** Networks from files are looked at before a run is begun. */
class CheckpointTest {
  @TempDir private static Path folder;
  private static Dataset dataset;

  @BeforeAll
  static void makeFiles() {
    SyntheticCohort.write(folder.resolve("cohort"), 5);
    dataset = DatasetFolder.open(folder.resolve("cohort"), Optional.empty());
    Architecture architecture = new Architecture(1, false, 2, 4);
    AtomicFile.write(
        folder.resolve("u-net.safetensors"),
        Specialist.file(architecture, Specialist.fresh(architecture, 1, ComputeDevice.cpu()))
            ::writeTo);
  }

  @ParameterizedTest
  @CsvSource({
    "training.method=semisam, training.generalist, none.pth, no such file",
    "training.method=semisam-plus-unc, training.generalist, u-net.safetensors, not those of SAM",
    "network.kind=sam-med3d, network.file, none.pth, no such file",
    "network.kind=sam-med3d, network.file, u-net.safetensors, not those of SAM",
    "encoder.kind=sam-med3d, encoder.file, u-net.safetensors, not those of SAM",
    "encoder.kind=file, encoder.file, none.onnx, no such file"
  })
  void whatIsNoSuchNetworkIsRefused(String kind, String setting, String name, String cause) {
    assertRefused(cause, kind, setting, folder.resolve(name));
  }

  @Test
  void anEncoderThatNothingAsksIsNotLookedAt() {
    Configuration supervised =
        Configuration.of(
            "quick",
            "supervised",
            Optional.empty(),
            Map.of("encoder.kind", "file", "encoder.file", "none.onnx"));
    Suitability.require(
        Cohort.read(dataset, supervised.cohort(), supervised.registration(), Progress.SILENT),
        supervised,
        ComputeDevice.cpu());
  }

  @Test
  void aPatchLargerThanWhatSamMed3dTakesIsRefused() {
    Path weights = GoldenCase.weightsFile("sam_med3d_window3_small");
    assertRefused(
        "takes [32, 32, 32] voxels, less than a training patch of [48, 32, 32]",
        "training.method=semisam-plus-point;training.patch=48,32,32",
        "training.generalist",
        weights);
  }

  @Test
  void whatSamMed3dCannotTakeAsASpecialistIsRefused() {
    assertRefused(
        "no position",
        "network.kind=sam-med3d;network.position=true",
        "network.file",
        folder.resolve("u-net.safetensors"));
  }

  private void assertRefused(String cause, String settings, String setting, Path file) {
    Map<String, String> changes = new LinkedHashMap<>(ConfigurationTest.assignments(settings));
    changes.put(setting, file.toString());
    Configuration configuration = Configuration.of("quick", changes);
    Cohort cohort =
        Cohort.read(dataset, configuration.cohort(), configuration.registration(), Progress.SILENT);
    InputException e =
        assertThrows(
            InputException.class,
            () -> Suitability.require(cohort, configuration, ComputeDevice.cpu()));
    assertTrue(e.getMessage().contains(cause), e.getMessage());
  }
}
