package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The smallest whole run, in a process of its own, so that anything may be done to it. */
public final class SmallRun {
  private static final long DAY = TimeUnit.DAYS.toMillis(1);
  private static final String[] SETTINGS = {
    "rounds=1",
    "mergeStructures=true",
    "network.width=4",
    "training.iterations=12",
    "training.validateEvery=6",
    "training.patchVoxels=8000",
    "training.checkpointSeconds=0",
    "training.extensions=0",
    "registration.cells=1000",
    "encoder.kind=pool",
    "training.pretrained=true",
    "encoder.stride=3",
    "encoder.learnt.iterations=3",
    "encoder.learnt.patchVoxels=8000",
    "prediction.overlap=0",
    "report.volumes=1"
  };

  private final Path cohort;
  private final Path output;
  private final List<String> settings;

  /** {@code output} takes what the process says; {@code more} are settings of this run alone. */
  SmallRun(Path cohort, Path output, String... more) {
    this.cohort = cohort;
    this.output = output;
    settings = Stream.of(SETTINGS, more).flatMap(Stream::of).toList();
  }

  /** The command line of a run that is begun, or resumed. */
  List<String> command(Path out, boolean resume, String heap) {
    List<String> command = java(heap);
    command.addAll(
        List.of(
            "run",
            "--device",
            "cpu",
            "--quiet",
            "--data",
            cohort.toString(),
            "--out",
            out.toString()));
    if (resume) {
      command.add("--resume");
    } else {
      for (String setting : settings) {
        command.addAll(List.of("--set", setting));
      }
    }
    return command;
  }

  /** The command line up to the command. */
  public static List<String> java(String heap) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-XX:+UseSerialGC",
            // A process that lives for seconds spends a third of them on compiling well.
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dai.djl.offline=true",
            "-Dai.djl.pytorch.num_threads=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            "org.onelabel.cli.Main"));
  }

  /** Runs to the end; the exit code. */
  int run(List<String> command) throws IOException, InterruptedException {
    return run(command, DAY).orElseThrow();
  }

  /** Runs to the end in a changed environment. */
  int run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    return run(command, environment, DAY).orElseThrow();
  }

  /** The exit code, or nothing if the process was killed after {@code milliseconds}. */
  Optional<Integer> run(List<String> command, long milliseconds)
      throws IOException, InterruptedException {
    return run(command, Map.of(), milliseconds);
  }

  private Optional<Integer> run(
      List<String> command, Map<String, String> environment, long milliseconds)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    // Small patches: threads would wait for each other longer than they work.
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (process.waitFor(milliseconds, TimeUnit.MILLISECONDS)) {
      return Optional.of(process.exitValue());
    }
    process.destroyForcibly().waitFor();
    return Optional.empty();
  }

  /** What the last process said. */
  String said() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that a run leaves, but for what carries times or a process. */
  static List<Path> results(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(root::relativize)
          .filter(
              f ->
                  !f.startsWith("stages")
                      && !f.toString().matches("timing.json|report.html|\\.lock"))
          .sorted()
          .toList();
    }
  }

  static void assertSameResults(Path one, Path two) throws IOException {
    List<Path> files = results(one);
    assertEquals(files, results(two));
    for (Path file : files) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve(file)),
          Files.readAllBytes(two.resolve(file)),
          file.toString());
    }
  }

  static void delete(Path root) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(root)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
