package org.onelabel.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.SmallCohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageManifest;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.experiment.ExperimentRequest;
import org.onelabel.pipeline.experiment.ExperimentResult;
import org.onelabel.pipeline.experiment.Grid;
import org.onelabel.pipeline.inference.FurtherOutputs;
import org.onelabel.pipeline.inference.PredictionRequest;
import org.onelabel.pipeline.inference.Predictions;
import org.onelabel.pipeline.inference.ScanOutput;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.Work;
import org.onelabel.pipeline.stage.Workers;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.dataset.Naming;

/** Work that is shipped as bytes gives the files of work that is done in place. */
@Tag("long")
class DistributedRunnersTest {
  @TempDir private static Path folder;

  /** Does pieces the last first, each as it comes out of its bytes, on devices of its own. */
  private static final class ByteWorkers implements Workers {
    private final List<String> done = new ArrayList<>();

    @Override
    public int count() {
      return 2;
    }

    @Override
    public <R extends Serializable> void run(List<? extends Work<R>> pieces, Consumer<R> heard) {
      for (Work<R> piece : pieces.reversed()) {
        try (Devices devices = DeviceSettings.CPU.open()) {
          done.add(piece.getClass().getSimpleName());
          heard.accept(shipped(shipped(piece).run(devices, Progress.SILENT)));
        }
      }
    }

    @SuppressWarnings({"unchecked", "BanSerializableRead"})
    private static <T> T shipped(T value) {
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
          out.writeObject(value);
        }
        try (ObjectInputStream in =
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
          return (T) in.readObject();
        }
      } catch (IOException | ClassNotFoundException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Configuration configuration;
  private static Path here;
  private static Path elsewhere;
  private static ByteWorkers workers;

  @BeforeAll
  static void runBoth() {
    SmallCohort.writeLeast(folder.resolve("cohort"), 5);
    Map<String, String> settings = new LinkedHashMap<>(PipelineTest.SMALL);
    settings.putAll(
        Map.of(
            "registration.find", "true",
            "registration.atlases", "2",
            "encoder.kind", "descriptors",
            "training.pretrained", "false",
            "rounds", "1"));
    configuration = Configuration.of("quick", settings);
    here = run("here", DeviceSettings.CPU);
    workers = new ByteWorkers();
    elsewhere = run("elsewhere", DeviceSettings.CPU.withRunners(new DistributedRunners(workers)));
  }

  private static Path run(String name, DeviceSettings devices) {
    Path run = folder.resolve(name);
    Runs.begin(
        RunRequest.of(folder.resolve("cohort"), configuration, run).withDevices(devices),
        Progress.SILENT);
    return run;
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).map(root::relativize).sorted().toList();
    }
  }

  private static void assertSameFiles(Path one, Path two, Set<String> besides) throws IOException {
    assertEquals(files(one), files(two));
    for (Path file : files(one)) {
      if (!besides.contains(file.toString()) && !file.startsWith("stages")) {
        assertArrayEquals(
            Files.readAllBytes(one.resolve(file)),
            Files.readAllBytes(two.resolve(file)),
            file.toString());
      }
    }
  }

  @Test
  void aRunHasTheSameFilesAndManifests() throws IOException {
    assertTrue(workers.done.containsAll(Set.of("CheckWork", "CasesWork")));
    PipelineTest.assertSameResults(here, elsewhere);
    // What tells seconds.
    assertSameFiles(here, elsewhere, Set.of(".lock", "timing.json", "report.html"));
    RunDirectory one = RunDirectory.open(here);
    RunDirectory two = RunDirectory.open(elsewhere);
    List<String> names = one.manifests().names();
    assertEquals(names, two.manifests().names());
    for (String name : names) {
      StageName stage = StageName.parse(name).orElseThrow();
      StageManifest expected = one.manifests().of(stage).read().orElseThrow();
      StageManifest found = two.manifests().of(stage).read().orElseThrow();
      if (!name.equals("report")) {
        assertEquals(expected.files(), found.files(), name);
        assertEquals(expected.inputs(), found.inputs(), name);
      }
    }
  }

  @Test
  void predictionsAreTheSame() throws IOException {
    // A baseline ends with a model, however little it has learnt.
    Map<String, String> settings = new LinkedHashMap<>(PipelineTest.SMALL);
    settings.putAll(Map.of("training.iterations", "4", "training.pretrained", "false"));
    Path run = folder.resolve("supervised");
    Runs.begin(
        RunRequest.of(
                folder.resolve("cohort"),
                Configuration.of("quick", "supervised", Optional.empty(), settings),
                run)
            .withDevices(DeviceSettings.CPU),
        Progress.SILENT);
    Map<Path, DeviceSettings> outputs =
        Map.of(
            folder.resolve("predicted-here"),
            DeviceSettings.CPU,
            folder.resolve("predicted-elsewhere"),
            DeviceSettings.CPU.withRunners(new DistributedRunners(new ByteWorkers())));
    outputs.forEach(
        (output, devices) -> {
          FurtherOutputs further =
              new FurtherOutputs(
                  Set.of(ScanOutput.UNCERTAINTY, ScanOutput.PREVIEW),
                  Optional.of(output.resolve("table.csv")));
          Predictions made =
              Predictions.of(
                  PredictionRequest.of(run, folder.resolve("cohort/imagesUn"), output)
                      .withFurther(further)
                      .withDevices(devices),
                  Progress.SILENT);
          made.requireComplete();
          assertEquals(3, made.written().size());
        });
    assertSameFiles(
        folder.resolve("predicted-here"), folder.resolve("predicted-elsewhere"), Set.of());
  }

  @Test
  void runsOfAnExperimentAreTheSame() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>(PipelineTest.SMALL);
    settings.putAll(
        Map.of("training.iterations", "4", "spacing", "4", "training.pretrained", "false"));
    settings.remove("encoder.kind");
    Grid grid =
        new Grid(
            "quick",
            List.of("onelabel", "supervised"),
            List.of("none", "consensus"),
            List.of("descriptors"),
            List.of(1L),
            "supervised",
            settings);
    ByteWorkers ofRuns = new ByteWorkers();
    experiment("experiment-here", grid, DeviceSettings.CPU);
    DeviceSettings spread = DeviceSettings.CPU.withRunners(new DistributedRunners(ofRuns));
    List<String> lines = experiment("experiment-elsewhere", grid, spread);
    assertEquals(List.of("RunWork", "RunWork", "RunWork"), runs(ofRuns));
    for (String run :
        List.of("onelabel-none-seed-1", "onelabel-consensus-seed-1", "supervised-seed-1")) {
      PipelineTest.assertSameResults(
          folder.resolve("experiment-here/runs").resolve(run),
          folder.resolve("experiment-elsewhere/runs").resolve(run));
    }
    // What is done is not done again.
    assertEquals(lines, experiment("experiment-elsewhere", grid, spread));
    assertEquals(3, runs(ofRuns).size());
  }

  private static List<String> runs(ByteWorkers workers) {
    return workers.done.stream().filter(piece -> piece.equals("RunWork")).toList();
  }

  private static List<String> experiment(String name, Grid grid, DeviceSettings devices) {
    ExperimentResult result =
        ExperimentResult.of(
            ExperimentRequest.of(folder.resolve("cohort"), folder.resolve(name), grid)
                .withDevices(devices),
            Progress.SILENT);
    return result.lines();
  }

  /** On machines that see other files nothing is done: of pieces of these kinds. */
  private static Workers idleAt(Set<String> kinds) {
    ByteWorkers working = new ByteWorkers();
    return new Workers() {
      @Override
      public int count() {
        return 1;
      }

      @Override
      public <R extends Serializable> void run(List<? extends Work<R>> pieces, Consumer<R> done) {
        if (!kinds.contains(pieces.getFirst().getClass().getSimpleName())) {
          working.run(pieces, done);
        }
      }
    };
  }

  @Test
  void aCaseThatNobodyDidIsMissed() {
    for (String kind : List.of("CheckWork", "CasesWork")) {
      DeviceSettings devices =
          DeviceSettings.CPU.withRunners(new DistributedRunners(idleAt(Set.of(kind))));
      InputException e = assertThrows(InputException.class, () -> run("missed-" + kind, devices));
      assertTrue(e.getMessage().contains("do all machines see the same files?"), e::getMessage);
      // What is read by nobody ends before anything is written.
      assertEquals(kind.equals("CasesWork"), Files.exists(folder.resolve("missed-" + kind)));
    }
  }

  @Test
  void whatIsWrongWithAScanIsSaidInTheSameWordsBeforeAnythingIsWritten() throws IOException {
    Path cohort = folder.resolve("spoilt");
    SmallCohort.writeLeast(cohort, 5);
    Path scan = files(cohort.resolve("imagesUn")).getLast();
    Files.writeString(cohort.resolve("imagesUn").resolve(scan), "no volume");
    Map<String, DeviceSettings> ways =
        Map.of(
            "wrong-here",
            DeviceSettings.CPU,
            "wrong-elsewhere",
            DeviceSettings.CPU.withRunners(new DistributedRunners(new ByteWorkers())));
    Set<String> said = new HashSet<>();
    ways.forEach(
        (name, devices) -> {
          RunRequest request =
              RunRequest.of(cohort, configuration, folder.resolve(name)).withDevices(devices);
          said.add(
              assertThrows(InputException.class, () -> Runs.begin(request, Progress.SILENT))
                  .getMessage());
          assertFalse(Files.exists(folder.resolve(name)));
        });
    assertEquals(1, said.size(), said::toString);
  }

  @Test
  void aCorrectedLabelThatIsNoneIsRefusedWhereverScansAreRead() throws IOException {
    Dataset dataset = DatasetFolder.open(folder.resolve("cohort"), Optional.empty(), Naming.AUTO);
    Path label = folder.resolve("corrected.nii.gz");
    Files.writeString(label, "no label");
    Case scan = dataset.unlabelled().getFirst();
    Dataset corrected =
        dataset.withCorrected(List.of(new Case(scan.id(), scan.images(), Optional.of(label))));
    for (DeviceSettings settings :
        List.of(
            DeviceSettings.CPU,
            DeviceSettings.CPU.withRunners(new DistributedRunners(new ByteWorkers())))) {
      try (Devices devices = settings.open()) {
        InputException e =
            assertThrows(
                InputException.class,
                () -> CohortCheck.read(corrected, configuration, devices, Progress.SILENT));
        assertTrue(e.getMessage().contains("corrected.nii.gz"), e::getMessage);
        CohortCheck.read(dataset, configuration, devices, Progress.SILENT);
      }
    }
  }
}
