package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.evaluation.Evaluation;
import org.onelabel.pipeline.example.OneLabelExample;
import org.onelabel.pipeline.inference.PredictionRequest;
import org.onelabel.pipeline.inference.Predictions;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.ResumeRequest;
import org.onelabel.pipeline.run.RunRequest;
import org.onelabel.pipeline.run.RunResult;
import org.onelabel.pipeline.run.StageRequest;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.template.TemplateRanking;
import org.onelabel.pipeline.template.TemplateRequest;
import org.onelabel.volumes.InputException;

/** All calls as a program makes them, with a network too small to be good. */
class OneLabelTest {
  private static final Configuration CONFIGURATION =
      Configuration.of(
          "quick",
          "supervised",
          Optional.empty(),
          Map.of(
              "network.width", "4",
              "training.iterations", "8",
              "training.validateEvery", "4",
              "training.extensions", "0",
              "training.patchVoxels", "8000",
              "prediction.overlap", "0",
              "report.volumes", "1"));

  @TempDir private static Path folder;
  private static Path data;
  private static Evaluation evaluation;

  @BeforeAll
  static void runTheExample() {
    data = folder.resolve("cohort");
    SmallCohort.write(data, 3);
    evaluation =
        OneLabelExample.segment(
            data, data.resolve("imagesTs"), data.resolve("labelsTs"), folder, CONFIGURATION);
  }

  private static ResumeRequest begun() {
    return ResumeRequest.of(data, folder.resolve("run")).withDevices(DeviceSettings.CPU);
  }

  @Test
  void theExampleMeasuresWhatItHasSegmented() {
    assertEquals(
        List.of("synthetic_014", "synthetic_015"),
        evaluation.cases().stream().map(c -> c.id()).toList());
    assertEquals(2, evaluation.mean().cases());
  }

  @Test
  void aRunThatIsDoneGivesItsResultAgain() {
    List<String> said = new ArrayList<>();
    RunResult result = OneLabel.resume(begun(), new HeardLines(said));
    assertTrue(said.contains("round-1-training: done before"), said::toString);
    assertEquals(List.of("chamber", "wedge", "node"), result.metrics().structures());
    assertTrue(result.metrics().sets().containsKey("test"), result.metrics()::toString);
    assertTrue(Files.exists(result.report()));
    said.clear();
    OneLabel.stage(StageRequest.of(begun(), "selection"), new HeardLines(said));
    assertTrue(said.contains("selection: done before"), said::toString);
    StageRequest one = StageRequest.of(begun(), "selection").withCase("synthetic_014");
    InputException e =
        assertThrows(InputException.class, () -> OneLabel.stage(one, Progress.SILENT));
    assertEquals("selection is done in one piece, not case by case", e.getMessage());
  }

  @Test
  void aScanThatCannotBeReadIsInTheResult() throws IOException {
    Path scans = Files.createDirectories(folder.resolve("scans"));
    Files.copy(
        data.resolve("imagesTs/synthetic_014_0000.nii.gz"), scans.resolve("good_0000.nii.gz"));
    Files.writeString(scans.resolve("bad_0000.nii.gz"), "no scan");
    Files.writeString(scans.resolve("other.mgz"), "x");
    List<String> said = new ArrayList<>();
    Path output = folder.resolve("output");
    Predictions predictions =
        OneLabel.predict(
            PredictionRequest.of(folder.resolve("run"), scans, output)
                .withDevices(DeviceSettings.CPU),
            new HeardLines(said));
    assertEquals(Map.of("good", output.resolve("good.nii.gz")), predictions.written());
    assertEquals(1, predictions.failures().size());
    InputException e = assertThrows(InputException.class, predictions::requireComplete);
    assertTrue(e.getMessage().endsWith("1 of 2 scans are done"), e.getMessage());
    assertTrue(said.getFirst().contains("other.mgz (a format that is not read)"), said::toString);
    assertTrue(OneLabel.inspect(output.resolve("good.nii.gz")).contains("voxels       56×52×40"));
  }

  @Test
  void whatEndsAPredictionTellsOfTheScansThatFailedBefore() throws IOException {
    Path scans = Files.createDirectories(folder.resolve("faulty"));
    Files.copy(
        data.resolve("imagesTs/synthetic_014_0000.nii.gz"), scans.resolve("good_0000.nii.gz"));
    Files.writeString(scans.resolve("bad_0000.nii.gz"), "no scan");
    Progress broken =
        new Progress() {
          @Override
          public Task begin(String name, int steps) {
            return SILENT.begin(name, steps);
          }

          @Override
          public void say(String line) {
            if (line.startsWith("good")) {
              throw new IllegalStateException("broken");
            }
          }
        };
    PredictionRequest request =
        PredictionRequest.of(folder.resolve("run"), scans, folder.resolve("faulty-output"))
            .withDevices(DeviceSettings.CPU);
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> OneLabel.predict(request, broken));
    assertEquals(1, e.getSuppressed().length);
    String failure = e.getSuppressed()[0].getMessage();
    assertTrue(failure.contains("bad_0000.nii.gz"), failure);
  }

  @Test
  void whatIsWrongWithARunIsRefusedBeforeAnythingIsWritten() {
    for (Path place : List.of(data.resolve("run"), folder.resolve("run/below"))) {
      RunRequest request = RunRequest.of(data, CONFIGURATION, place);
      assertThrows(InputException.class, () -> OneLabel.run(request, Progress.SILENT));
      assertTrue(Files.notExists(place), place.toString());
    }
    assertEquals(Path.of("runs/cohort-supervised-1"), RunRequest.of(data, CONFIGURATION).folder());
    InputException unknown =
        assertThrows(
            InputException.class,
            () -> OneLabel.stage(StageRequest.of(begun(), "fly"), Progress.SILENT));
    assertTrue(unknown.getMessage().startsWith("no stage named \"fly\""), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("round-1-training"), unknown.getMessage());
  }

  @Test
  void everyScanIsRankedAsATemplate() {
    List<TemplateRanking.Candidate> ranking =
        OneLabel.suggestTemplate(
            TemplateRequest.of(data.resolve("imagesVal")).withDevices(DeviceSettings.CPU),
            Progress.SILENT);
    assertEquals(2, ranking.size());
    assertTrue(ranking.getFirst().distance() <= ranking.getLast().distance());
    assertEquals(ranking.getFirst().id(), ranking.getLast().worst());
  }
}
