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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.kernels.Kernels;
import org.onelabel.volumes.Dataset;
import org.onelabel.volumes.DatasetFolder;
import org.onelabel.volumes.InputException;

/** A grid of small runs on the synthetic cohort. */
class ExperimentTest {
  @TempDir private static Path folder;

  @Test
  void anExperimentIsContinuedAndTellsWhatItReached() throws IOException {
    SyntheticCohort.write(folder.resolve("cohort"), 5);
    Dataset dataset = DatasetFolder.open(folder.resolve("cohort"), Optional.empty());
    Path root = folder.resolve("experiment");
    Map<String, String> settings = new LinkedHashMap<>(PipelineTest.SMALL);
    settings.put("training.iterations", "4");
    settings.put("training.attempts", "1");
    Experiment.Grid grid =
        new Experiment.Grid(
            "quick",
            List.of("onelabel", "supervised", "upper-bound"),
            List.of("none", "consensus"),
            List.of("descriptors"),
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
      assertEquals(5, Files.readAllLines(root.resolve("table.csv")).size());
      assertTrue(said.stream().noneMatch(line -> line.contains("done before")));
      assertTrue(said.contains("begins reading volumes"), said.toString());
      said.clear();
      // With nothing left to do no volume is read.
      Experiment.open(root, grid).run(dataset, kernels, progress);
      assertEquals(4, said.stream().filter(line -> line.endsWith(": done before")).count());
      assertFalse(said.contains("begins reading volumes"), said.toString());
    }
    Experiment.Grid other =
        new Experiment.Grid(
            "quick", List.of("supervised"), List.of(), List.of(), List.of(1L), "", settings);
    assertEquals("supervised", other.reference(), "the first where none is named");
    assertThrows(InputException.class, () -> Experiment.open(root, other));
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
