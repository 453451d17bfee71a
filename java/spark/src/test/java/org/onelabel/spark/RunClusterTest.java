package org.onelabel.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.SmallCohort;

/** Runs on a master and two workers of this machine, which are killed meanwhile. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunClusterTest {
  private static final List<String> STAGES_OF_CASES =
      List.of(
          "registration",
          "atlases",
          "features",
          "propagation",
          "round-1-prediction",
          "predictions");
  private static final String[] SETTINGS = {
    "rounds=1",
    "mergeStructures=true",
    "network.width=4",
    "training.iterations=12",
    "training.validateEvery=6",
    "training.patchVoxels=8000",
    "training.extensions=0",
    "registration.cells=1000",
    "registration.atlases=2",
    "encoder.kind=descriptors",
    "encoder.stride=3",
    "prediction.overlap=0",
    "report.volumes=1"
  };

  /** A comma that stands in no quotes. */
  private static final Pattern COMMA = Pattern.compile(",(?=([^\"]*\"[^\"]*\")*[^\"]*$)");

  @TempDir private static Path folder;
  private static LocalCluster cluster;
  private static Path straight;

  @BeforeAll
  static void begin() throws IOException, InterruptedException {
    SmallCohort.write(folder.resolve("cohort"), 3);
    cluster = LocalCluster.start(folder.resolve("cluster"));
    straight = folder.resolve("straight");
    Path said = folder.resolve("straight.txt");
    assertEquals(0, cluster.here(said, command(straight)).waitFor(), () -> LocalCluster.text(said));
  }

  @AfterAll
  static void end() throws IOException {
    cluster.close();
  }

  private static List<String> command(Path run) {
    List<String> command = begun(run);
    for (String setting : SETTINGS) {
      command.addAll(List.of("--set", setting));
    }
    return command;
  }

  private static List<String> begun(Path run) {
    return new ArrayList<>(
        List.of(
            "run",
            "--device",
            "cpu",
            "--quiet",
            "--data",
            folder.resolve("cohort").toString(),
            "--out",
            run.toString()));
  }

  @Test
  @Order(1)
  void wrongInputIsALineAndNoApplicationBegins() throws IOException, InterruptedException {
    Path said = folder.resolve("wrong.txt");
    List<String> wrong =
        List.of("run", "--data", folder.resolve("nowhere").toString(), "--out", "never");
    assertEquals(2, cluster.submit(said, wrong).waitFor());
    // What the virtual machine says of itself is not ours.
    assertEquals(
        List.of("onelabel: %s: no such folder".formatted(folder.resolve("nowhere"))),
        Files.readAllLines(said).stream().filter(line -> !line.startsWith("WARNING:")).toList());
  }

  /** An executor of each stage that does cases is killed. */
  @Test
  @Tag("long")
  @Order(2)
  void aRunWhoseExecutorsAreKilledHasTheBytesOfOneProcess()
      throws IOException, InterruptedException {
    Path run = folder.resolve("killed-executors");
    Path said = folder.resolve("killed-executors.txt");
    Process driver = cluster.submit(said, command(run));
    List<String> open = new ArrayList<>(STAGES_OF_CASES);
    while (driver.isAlive()) {
      for (String stage : STAGES_OF_CASES) {
        if (open.contains(stage) && Files.isDirectory(run.resolve("stages").resolve(stage))) {
          List<ProcessHandle> executors = cluster.executors();
          if (!executors.isEmpty()) {
            executors.getFirst().destroyForcibly();
            open.remove(stage);
          }
        }
      }
      Thread.sleep(5);
    }
    assertEquals(0, driver.waitFor(), () -> LocalCluster.text(said));
    assertEquals(List.of(), open, "stages in which nothing was killed");
    assertSameFiles(straight, run);
  }

  /**
   * A worker of each stage that does cases is killed with its executors, and comes back while the
   * other one goes on.
   */
  @Test
  @Tag("long")
  @Order(3)
  void aRunWhoseWorkersAreKilledHasTheBytesOfOneProcess() throws IOException, InterruptedException {
    Path run = folder.resolve("killed-workers");
    Path said = folder.resolve("killed-workers.txt");
    Process driver = cluster.submit(said, command(run));
    List<String> open = new ArrayList<>(STAGES_OF_CASES);
    List<Process> starting = new ArrayList<>();
    while (driver.isAlive()) {
      for (String stage : List.copyOf(open)) {
        List<Integer> workers = cluster.workers();
        if (Files.isDirectory(run.resolve("stages").resolve(stage)) && !workers.isEmpty()) {
          int worker = workers.get(open.size() % workers.size());
          cluster.loseWorker(worker);
          open.remove(stage);
          starting.add(cluster.restartWorker(worker));
        }
      }
      Thread.sleep(5);
    }
    assertEquals(0, driver.waitFor(), () -> LocalCluster.text(said));
    assertEquals(List.of(), open, "stages in which nothing was killed");
    assertSameFiles(straight, run);
    for (Process worker : starting) {
      assertEquals(0, worker.waitFor(), "a worker did not come back");
    }
  }

  @Test
  @Tag("long")
  @Order(4)
  void aDriverThatIsKilledGoesOnAndDoesNothingTwice() throws IOException, InterruptedException {
    Path run = folder.resolve("killed-driver");
    Path said = folder.resolve("killed-driver.txt");
    Process driver = cluster.submit(said, command(run));
    Path stage = run.resolve("stages/features");
    while (driver.isAlive() && cases(stage).isEmpty()) {
      Thread.sleep(2);
    }
    driver.destroyForcibly().waitFor();
    Map<Path, FileTime> done = times(run.resolve("registration"));
    assertFalse(done.isEmpty());
    assertFalse(Files.exists(run.resolve("stages/features.json")), "it had gone on already");
    List<String> resumed = begun(run);
    resumed.add("--resume");
    assertEquals(0, cluster.submit(said, resumed).waitFor(), () -> LocalCluster.text(said));
    assertEquals(done, times(run.resolve("registration")));
    assertSameFiles(straight, run);
  }

  @Test
  @Tag("long")
  @Order(5)
  void predictionsAreTheBytesOfOneProcess() throws IOException, InterruptedException {
    Path said = folder.resolve("predictions.txt");
    // A baseline ends with a model, however little it has learnt.
    Path run = folder.resolve("supervised");
    List<String> training = command(run);
    training.addAll(List.of("--baseline", "supervised"));
    assertEquals(0, cluster.here(said, training).waitFor(), () -> LocalCluster.text(said));
    for (String place : List.of("here", "there")) {
      Path output = folder.resolve("predicted-" + place);
      List<String> command =
          List.of(
              "predict",
              "--device",
              "cpu",
              "--quiet",
              "--run",
              run.toString(),
              "--input",
              folder.resolve("cohort/imagesUn").toString(),
              "--output",
              output.toString(),
              "--uncertainty",
              "--statistics",
              output.resolve("table.csv").toString());
      Process process =
          place.equals("here") ? cluster.here(said, command) : cluster.submit(said, command);
      assertEquals(0, process.waitFor(), () -> LocalCluster.text(said));
    }
    assertSameFiles(folder.resolve("predicted-here"), folder.resolve("predicted-there"));
    assertTrue(Files.exists(folder.resolve("predicted-there/uncertainty/synthetic_001.nii.gz")));
  }

  @Test
  @Tag("long")
  @Order(6)
  void runsOfAnExperimentAreTheBytesOfOneProcess() throws IOException, InterruptedException {
    Path said = folder.resolve("experiment.txt");
    for (String place : List.of("here", "there")) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "experiment",
                  "--device",
                  "cpu",
                  "--quiet",
                  "--data",
                  folder.resolve("cohort").toString(),
                  "--out",
                  folder.resolve("experiment-" + place).toString(),
                  "--methods",
                  "onelabel,supervised",
                  "--refinements",
                  "none,consensus",
                  "--seeds",
                  "1"));
      for (String setting : SETTINGS) {
        if (!setting.startsWith("encoder.kind")) {
          command.addAll(List.of("--set", setting));
        }
      }
      Process process =
          place.equals("here") ? cluster.here(said, command) : cluster.submit(said, command);
      assertEquals(0, process.waitFor(), () -> LocalCluster.text(said));
    }
    Path here = folder.resolve("experiment-here");
    Path there = folder.resolve("experiment-there");
    for (String run :
        List.of("onelabel-none-seed-1", "onelabel-consensus-seed-1", "supervised-seed-1")) {
      assertSameFiles(here.resolve("runs").resolve(run), there.resolve("runs").resolve(run));
    }
    for (String table : List.of("table.csv", "cases.csv")) {
      assertEquals(
          withoutSeconds(here.resolve(table)), withoutSeconds(there.resolve(table)), table);
    }
  }

  @Test
  @Tag("long")
  @Order(7)
  void aTaskThatRunsOutOfMemoryIsDoneAgain() throws IOException, InterruptedException {
    Path said = folder.resolve("hungry.txt");
    Path tried = Files.createDirectory(folder.resolve("hungry"));
    List<String> once = List.of(tried.toString(), "false");
    assertEquals(
        0, cluster.submit(said, HungryWork.class, once).waitFor(), () -> LocalCluster.text(said));
    assertEquals(
        List.of("done: 0", "done: 1", "done: 2", "done: 3", "done: 4"),
        Files.readAllLines(said).stream()
            .filter(line -> line.startsWith("done"))
            .sorted()
            .toList());
    Path never = folder.resolve("always-hungry.txt");
    List<String> always = List.of(tried.toString(), "true");
    assertNotEquals(0, cluster.submit(never, HungryWork.class, always).waitFor());
    assertTrue(
        LocalCluster.text(never).contains("Spark gave up; what was finished is kept"),
        () -> LocalCluster.text(never));
  }

  @Test
  @Order(8)
  void aWorkerThatIsLostForGoodIsDoneWithout() throws IOException, InterruptedException {
    Path run = folder.resolve("lost-worker");
    Path said = folder.resolve("lost-worker.txt");
    Process driver = cluster.submit(said, command(run));
    while (driver.isAlive() && cases(run.resolve("stages/registration")).isEmpty()) {
      Thread.sleep(2);
    }
    assertTrue(driver.isAlive(), () -> LocalCluster.text(said));
    cluster.loseWorker(1);
    assertEquals(0, driver.waitFor(), () -> LocalCluster.text(said));
    assertSameFiles(straight, run);
  }

  /** The cells of a table but those of columns that tell seconds. */
  private static List<List<String>> withoutSeconds(Path table) throws IOException {
    List<List<String>> rows =
        Files.readAllLines(table).stream().map(line -> List.of(COMMA.split(line, -1))).toList();
    List<String> heads = rows.getFirst();
    int[] columns =
        IntStream.range(0, heads.size())
            .filter(column -> !heads.get(column).startsWith("seconds"))
            .toArray();
    return rows.stream().map(row -> Arrays.stream(columns).mapToObj(row::get).toList()).toList();
  }

  private static List<Path> cases(Path stage) throws IOException {
    if (!Files.isDirectory(stage)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(stage)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static Map<Path, FileTime> times(Path folder) throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    for (Path file : cases(folder)) {
      times.put(file, Files.getLastModifiedTime(file));
    }
    return times;
  }

  /** All files but those that tell seconds; of others all but seconds and threads. */
  private static void assertSameFiles(Path one, Path two) throws IOException {
    assertEquals(texts(one), texts(two));
  }

  private static Map<String, String> texts(Path root) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (!name.matches("\\.lock|timing\\.json|report\\.html|stages/report\\.json")) {
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          texts.put(
              name,
              switch (name) {
                // A process has the machine's threads, an executor those of its task.
                case "run.json" -> text.replaceFirst("\"kernels' threads\" : \"[0-9]+\"", "");
                case String stage when stage.startsWith("stages/") ->
                    text.replaceFirst("\"seconds\" : [0-9.E-]+", "");
                default -> Integer.toHexString(text.hashCode()) + " " + text.length();
              });
        }
      }
    }
    return texts;
  }
}
