package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.kernels.Kernels;
import org.onelabel.volumes.Dataset;
import org.onelabel.volumes.DatasetFolder;
import org.onelabel.volumes.InputException;

/** A grid of small runs on the synthetic cohort. */
class ExperimentTest {
  @TempDir private static Path folder;
  private static Dataset dataset;

  @BeforeAll
  static void makeCohort() {
    SyntheticCohort.write(folder.resolve("cohort"), 5);
    dataset = DatasetFolder.open(folder.resolve("cohort"), Optional.empty());
  }

  private static Map<String, String> settings(Map<String, String> changes) {
    Map<String, String> settings = new LinkedHashMap<>(PipelineTest.SMALL);
    settings.put("training.attempts", "1");
    settings.put("training.pretrained", "false");
    settings.put("spacing", "4");
    settings.putAll(changes);
    return settings;
  }

  @Test
  void anExperimentIsContinuedAndTellsWhatItReached() throws IOException {
    Path root = folder.resolve("experiment");
    Map<String, String> settings = settings(Map.of("training.iterations", "4"));
    Experiment.Grid grid =
        new Experiment.Grid(
            "quick",
            List.of("onelabel", "supervised"),
            List.of("consensus", "volume"),
            List.of("descriptors", "pool"),
            List.of(1L),
            "supervised",
            settings);
    List<String> said = new ArrayList<>();
    Progress progress = saying(said);
    try (Kernels kernels = Kernels.open()) {
      Experiment.open(root, grid).run(dataset, kernels, progress);
      for (String file : List.of("report.html", "table.csv", "cases.csv", "table.tex")) {
        assertTrue(Files.isRegularFile(root.resolve(file)), file);
      }
      assertEquals(6, Files.readAllLines(root.resolve("table.csv")).size());
      assertTrue(said.stream().noneMatch(line -> line.contains("done before")));
      assertTrue(said.contains("begins reading volumes"), said.toString());
      said.clear();
      // With nothing left to do no volume is read.
      Experiment.open(root, grid).run(dataset, kernels, progress);
      assertEquals(5, said.stream().filter(line -> line.endsWith(": done before")).count());
      assertFalse(said.contains("begins reading volumes"), said.toString());
      assertSharedWorkIsWhatARunWouldHaveDone(root, grid, kernels);
    }
    Experiment.Grid other =
        new Experiment.Grid(
            "quick", List.of("supervised"), List.of(), List.of(), List.of(1L), "", settings);
    assertEquals("supervised", other.reference(), "the first where none is named");
    assertThrows(InputException.class, () -> Experiment.open(root, other));
  }

  @Test
  void aRunWithoutAResultIsNamedInTheReport() throws IOException {
    Path root = folder.resolve("lost");
    Map<String, String> settings =
        settings(
            Map.of(
                "training.iterations", "2",
                "training.examineEvery", "1",
                "training.learningRate", "1000"));
    Experiment.Grid grid =
        new Experiment.Grid(
            "quick", List.of("supervised"), List.of(), List.of(), List.of(1L), "", settings);
    try (Kernels kernels = Kernels.open()) {
      List<String> lines = Experiment.open(root, grid).run(dataset, kernels, Progress.SILENT);
      assertTrue(lines.getLast().startsWith("supervised, seed 1: no round has a result"));
    }
    assertTrue(
        Files.readString(root.resolve("report.html"))
            .contains("supervised, seed 1: no round has a result"));
  }

  private static void assertSharedWorkIsWhatARunWouldHaveDone(
      Path root, Experiment.Grid grid, Kernels kernels) throws IOException {
    String first = "onelabel-descriptors-consensus-seed-1";
    Map<String, Map<String, String>> taken =
        Map.of(
            "onelabel-pool-consensus-seed-1", Map.of("round-1-training", first),
            "onelabel-descriptors-volume-seed-1", Map.of("features", first, "propagation", first));
    for (Experiment.Member member : grid.members()) {
      Map<String, String> stages = taken.get(member.folder(1));
      if (stages == null) {
        continue;
      }
      Path own = root.resolve("runs").resolve(member.folder(1));
      RunDirectory shared = RunDirectory.open(own);
      for (String stage : List.of("encoder", "features", "propagation", "round-1-training")) {
        assertEquals(Optional.ofNullable(stages.get(stage)), shared.from(stage), own + stage);
      }
      Path alone = folder.resolve(member.folder(1));
      RunDirectory run = RunDirectory.create(alone, shared.configuration());
      Cohort cohort = Cohort.read(dataset, shared.configuration(), Progress.SILENT);
      new Pipeline(cohort, run, kernels, Progress.SILENT).run();
      PipelineTest.assertSameResults(alone, own);
    }
  }

  private static Progress saying(List<String> lines) {
    return new Progress() {
      @Override
      public Task begin(String name, int steps) {
        lines.add("begins " + name);
        return SILENT.begin(name, steps);
      }

      @Override
      public void say(String line) {
        lines.add(line);
      }
    };
  }
}
