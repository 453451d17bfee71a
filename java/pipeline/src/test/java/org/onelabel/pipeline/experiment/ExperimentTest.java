package org.onelabel.pipeline.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.SmallCohort;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunLock;
import org.onelabel.pipeline.directory.StageManifest;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.run.PipelineTest;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;

/** A grid of small runs on the synthetic cohort. */
class ExperimentTest {
  @TempDir private static Path folder;
  private static Dataset dataset;

  @BeforeAll
  static void makeCohort() {
    SmallCohort.writeLeast(folder.resolve("cohort"), 5);
    dataset = DatasetFolder.open(folder.resolve("cohort"), Optional.empty());
  }

  private static Map<String, String> settings(Map<String, String> changes) {
    Map<String, String> settings = new LinkedHashMap<>(PipelineTest.SMALL);
    settings.put("training.pretrained", "false");
    settings.put("spacing", "4");
    settings.putAll(changes);
    return settings;
  }

  @Test
  void whatCannotBeginWritesNothing() {
    Map<String, String> settings = settings(Map.of("training.generalist", "none.pth"));
    Grid grid =
        new Grid(
            "quick",
            List.of("supervised", "semisam"),
            List.of("none"),
            List.of("descriptors"),
            List.of(1L),
            "",
            settings);
    Path root = folder.resolve("impossible");
    Configuration run = Configuration.of("quick", "semisam", Optional.empty(), settings);
    try (Kernels kernels = Kernels.open()) {
      assertThrows(
          InputException.class,
          () ->
              Experiment.open(root, grid)
                  .run(dataset, new Devices(kernels, ComputeDevice.cpu()), Progress.SILENT));
      assertThrows(
          InputException.class,
          () ->
              Pipeline.begin(
                  dataset, run, root, new Devices(kernels, ComputeDevice.cpu()), Progress.SILENT));
    }
    assertFalse(Files.exists(root));
  }

  @Test
  void anExperimentIsContinuedAndTellsWhatItReached() throws IOException {
    Path root = folder.resolve("experiment");
    Map<String, String> settings = settings(Map.of("training.iterations", "4"));
    Grid grid =
        new Grid(
            "quick",
            List.of("onelabel", "supervised"),
            List.of("none", "consensus"),
            List.of("descriptors", "pool"),
            List.of(1L),
            "supervised",
            settings);
    List<String> said = new ArrayList<>();
    Progress progress = saying(said);
    try (Kernels kernels = Kernels.open()) {
      Experiment.open(root, grid).run(dataset, new Devices(kernels, ComputeDevice.cpu()), progress);
      assertTablesHave(
          root,
          List.of(
              "onelabel, descriptors, none",
              "onelabel, descriptors, consensus",
              "onelabel, pool, none",
              "onelabel, pool, consensus",
              "supervised"));
      assertTrue(said.stream().noneMatch(line -> line.contains("done before")));
      assertTrue(said.contains("begins reading volumes"), said.toString());
      said.clear();
      // With nothing left to do no volume is read.
      Experiment.open(root, grid).run(dataset, new Devices(kernels, ComputeDevice.cpu()), progress);
      assertEquals(5, said.stream().filter(line -> line.endsWith(": done before")).count());
      assertFalse(said.contains("begins reading volumes"), said.toString());
      Path runs = root.resolve("runs");
      String none = "onelabel-descriptors-none-seed-1";
      String consensus = "onelabel-descriptors-consensus-seed-1";
      String learnt = "onelabel-pool-none-seed-1";
      assertSharedWorkIsWhatARunWouldHaveDone(
          runs.resolve(consensus), Map.of("features", none, "propagation", none), kernels);
      assertSharedWorkIsWhatARunWouldHaveDone(
          runs.resolve("onelabel-pool-consensus-seed-1"),
          Map.of(
              "encoder", learnt,
              "features", learnt,
              "propagation", learnt,
              "round-1-training", consensus),
          kernels);
    }
    Grid other =
        new Grid("quick", List.of("supervised"), List.of(), List.of(), List.of(1L), "", settings);
    assertEquals("supervised", other.reference(), "the first where none is named");
    InputException e = assertThrows(InputException.class, () -> Experiment.open(root, other));
    assertTrue(
        e.getMessage().contains("with other encoders, methods, refinements;"), e.getMessage());
  }

  @Test
  void aRunThatLostAStructureHasAResultAndIsNamedInTheReport() throws IOException {
    Path root = folder.resolve("lost");
    Map<String, String> settings =
        settings(
            Map.of(
                "rounds", "1",
                "training.iterations", "2",
                "training.validateEvery", "1",
                "training.learningRate", "1000"));
    Grid grid =
        new Grid("quick", List.of("supervised"), List.of(), List.of(), List.of(1L), "", settings);
    try (Kernels kernels = Kernels.open()) {
      List<String> lines =
          Experiment.open(root, grid)
              .run(dataset, new Devices(kernels, ComputeDevice.cpu()), Progress.SILENT);
      assertTrue(lines.get(1).startsWith("supervised"), lines.toString());
      assertEquals(
          "supervised, seed 1: round 1: the specialist does not find structure", lines.getLast());
    }
    assertTrue(
        Files.readString(root.resolve("report.html"))
            .contains("supervised, seed 1: round 1: the specialist does not find structure"));
  }

  @Test
  void aFolderThatIsUsedAgainDoesNotMixDatasets() throws IOException {
    Path cohort = folder.resolve("changing");
    SmallCohort.write(cohort, 5);
    SmallCohort.delete(cohort, "imagesUn", "labelsUnHidden", 3, SmallCohort.UNLABELLED);
    Path root = folder.resolve("again");
    Grid grid =
        new Grid(
            "quick",
            List.of("supervised"),
            List.of(),
            List.of(),
            List.of(1L, 2L),
            "",
            settings(Map.of("training.iterations", "1", "training.validateEvery", "2")));
    List<String> said = new ArrayList<>();
    try (Kernels kernels = Kernels.open()) {
      Experiment.open(root, grid)
          .run(
              DatasetFolder.open(cohort, Optional.empty()),
              new Devices(kernels, ComputeDevice.cpu()),
              Progress.SILENT);
      // A label of the test cases becomes another one's: only what is measured changes.
      Path label = cohort.resolve("labelsTs/synthetic_014.nii.gz");
      Files.copy(
          cohort.resolve("labelsTs/synthetic_015.nii.gz"),
          label,
          StandardCopyOption.REPLACE_EXISTING);
      String before = Files.readString(root.resolve("cases.csv"));
      Path settings = root.resolve("runs/supervised-seed-1/configuration.json");
      String whole = Files.readString(settings);
      Files.writeString(settings, whole.replace("\"width\" : 4", "\"width\" : 5"));
      Experiment.open(root, grid)
          .run(
              DatasetFolder.open(cohort, Optional.empty()),
              new Devices(kernels, ComputeDevice.cpu()),
              saying(said));
      assertFalse(said.stream().anyMatch(line -> line.contains("seed 1: done before")));
      assertTrue(said.contains("round-1-training: done before"), said.toString());
      assertTrue(
          said.contains("supervised, seed 1: its settings were changed; the experiment's count"));
      assertEquals(whole, Files.readString(settings));
      assertTrue(
          said.stream()
                  .filter(line -> line.startsWith("evaluation: dataset/test/synthetic_014/label"))
                  .count()
              == 2,
          said.toString());
      assertNotEquals(before, Files.readString(root.resolve("cases.csv")));

      Path other = folder.resolve("another-cohort");
      SmallCohort.writeLeast(other, 6);
      Dataset another = DatasetFolder.open(other, Optional.empty());
      String table = Files.readString(root.resolve("table.csv"));
      InputException e =
          assertThrows(
              InputException.class,
              () ->
                  Experiment.open(root, grid)
                      .run(another, new Devices(kernels, ComputeDevice.cpu()), Progress.SILENT));
      assertTrue(e.getMessage().contains("another dataset"), e.getMessage());
      assertEquals(table, Files.readString(root.resolve("table.csv")));
    }
  }

  @Test
  void aGridThatSaysAThingTwiceIsRefused() {
    for (Grid grid :
        List.of(
            new Grid("quick", List.of("dan"), List.of(), List.of(), List.of(1L, 1L), "", Map.of()),
            new Grid(
                "quick", List.of("dan", "dan"), List.of(), List.of(), List.of(1L), "", Map.of()))) {
      InputException e =
          assertThrows(InputException.class, () -> Experiment.open(folder.resolve("twice"), grid));
      assertTrue(e.getMessage().endsWith("is named twice"), e.getMessage());
    }
    assertFalse(Files.exists(folder.resolve("twice")));
  }

  @Test
  void whatAnotherProcessIsJustDoingIsLeftForLater() throws IOException {
    Path root = folder.resolve("shared");
    Grid grid =
        new Grid(
            "quick",
            List.of("onelabel", "supervised"),
            List.of("none", "volume"),
            List.of("descriptors"),
            List.of(1L),
            "",
            settings(Map.of("training.iterations", "2")));
    Experiment experiment = Experiment.open(root, grid);
    Path begun = root.resolve("runs/onelabel-none-seed-1");
    RunDirectory other =
        RunDirectory.begin(begun, grid.members().getFirst().configuration("quick", 1));
    List<String> said = new ArrayList<>();
    try (RunLock held = other.lock();
        Kernels kernels = Kernels.open()) {
      held.requireOpen();
      experiment.run(dataset, new Devices(kernels, ComputeDevice.cpu()), saying(said));
    }
    assertEquals(
        List.of(
            "onelabel, none, seed 1: another process works on it",
            "supervised, seed 1",
            "onelabel, volume, seed 1"),
        said.stream().filter(line -> line.contains(", seed 1")).toList());
    assertEquals(2, Files.readAllLines(root.resolve("table.csv")).size() - 1, said.toString());
  }

  /** Every system in every table; every case of every system. */
  private static void assertTablesHave(Path root, List<String> systems) throws IOException {
    List<String> csv = Files.readAllLines(root.resolve("table.csv"));
    List<String> tex = Files.readAllLines(root.resolve("table.tex"));
    List<String> cases = Files.readAllLines(root.resolve("cases.csv"));
    String html = Files.readString(root.resolve("report.html"));
    int tested = dataset.test().size();
    int all = tested + dataset.unlabelled().size() + dataset.validation().size();
    assertEquals(systems.size() + 1, csv.size());
    assertEquals(systems.size() * all + 1, cases.size());
    for (int i = 0; i < systems.size(); i++) {
      String system = systems.get(i);
      String row = "\"" + system + "\",1," + tested + ",0.";
      assertTrue(csv.get(i + 1).startsWith(row), csv.get(i + 1));
      assertTrue(tex.stream().anyMatch(line -> line.startsWith(system + " & " + tested)), system);
      assertEquals(
          all, cases.stream().filter(line -> line.startsWith("\"" + system + "\",1,")).count());
      assertTrue(html.contains("<td>" + system + "</td><td>1/1</td>"), system);
    }
  }

  private static Optional<String> from(RunDirectory run, String stage) {
    return run.manifests().of(StageName.parse(stage).orElseThrow()).read().map(StageManifest::from);
  }

  private static void assertSharedWorkIsWhatARunWouldHaveDone(
      Path own, Map<String, String> taken, Kernels kernels) throws IOException {
    RunDirectory shared = RunDirectory.open(own);
    for (String stage : List.of("encoder", "features", "propagation", "round-1-training")) {
      assertEquals(Optional.ofNullable(taken.get(stage)), from(shared, stage), own + stage);
    }
    Path alone = folder.resolve(own.getFileName());
    RunDirectory run = RunDirectory.create(alone, shared.configuration());
    Cohort cohort =
        Cohort.read(
            dataset,
            shared.configuration().cohort(),
            shared.configuration().registration(),
            Progress.SILENT);
    new Pipeline(cohort, run, new Devices(kernels, ComputeDevice.cpu()), Progress.SILENT).run();
    PipelineTest.assertSameResults(alone, own);
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
