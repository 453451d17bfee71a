package org.onelabel.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A master and two workers of the script {@code local-cluster}, and drivers that work on them. */
final class LocalCluster implements AutoCloseable {
  private static final Path REPOSITORY = Path.of(System.getProperty("onelabel.repository"));
  private static final Path CLUSTER = REPOSITORY.resolve("java/spark/cluster");
  private static final Path JAR = REPOSITORY.resolve("java/spark/target/onelabel-spark.jar");

  private final Path folder;
  private final int port;

  private LocalCluster(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts it; {@code folder} takes its logs. */
  static LocalCluster start(Path folder) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    LocalCluster cluster = new LocalCluster(folder, port);
    cluster.script("start", "2");
    return cluster;
  }

  private void script(String... arguments) throws IOException {
    Path said = Files.createTempFile("local-cluster", ".txt");
    Process process = process(said, script(List.of(arguments)));
    assertEquals(0, process.onExit().join().exitValue(), () -> text(said));
  }

  private static List<String> script(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(CLUSTER.resolve("local-cluster").toString()));
    command.addAll(arguments);
    return command;
  }

  private Process process(Path said, List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().put("LOCAL_CLUSTER", folder.toString());
    builder.environment().put("LOCAL_CLUSTER_PORT", Integer.toString(port));
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder.start();
  }

  /** A command of onelabel as the driver of an application. */
  Process submit(Path said, List<String> command) throws IOException {
    return submit(said, List.of("--class", "org.onelabel.spark.Main", JAR.toString()), command);
  }

  /** A class among the tests as the driver of an application. */
  Process submit(Path said, Class<?> main, List<String> arguments) throws IOException {
    String path = REPOSITORY.resolve("java/spark/target/test-classes") + ":" + JAR;
    List<String> application =
        List.of(
            "--conf",
            "spark.driver.extraClassPath=" + path,
            "--conf",
            "spark.executor.extraClassPath=" + path,
            "--class",
            main.getName(),
            JAR.toString());
    return submit(said, application, arguments);
  }

  private Process submit(Path said, List<String> application, List<String> arguments)
      throws IOException {
    List<String> all =
        new ArrayList<>(List.of("submit", "--driver-memory", "1g", "--executor-memory", "900m"));
    all.addAll(application);
    all.addAll(arguments);
    return process(said, script(all));
  }

  /** The same command in one process without Spark. */
  Process here(Path said, List<String> command) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                JAR + ":" + CLUSTER.resolve("target/spark/jars") + "/*",
                "org.onelabel.cli.Main"));
    all.addAll(command);
    return process(said, all);
  }

  /** The numbers of the workers that live. */
  List<Integer> workers() throws IOException {
    List<Integer> workers = new ArrayList<>();
    for (int worker = 1; worker <= 2; worker++) {
      if (worker(worker).isPresent()) {
        workers.add(worker);
      }
    }
    return workers;
  }

  /** The executors that live, of all workers. */
  List<ProcessHandle> executors() throws IOException {
    List<ProcessHandle> executors = new ArrayList<>();
    for (int worker : workers()) {
      worker(worker).stream()
          .flatMap(ProcessHandle::children)
          .filter(child -> child.info().commandLine().orElse("").contains("CoarseGrainedExecutor"))
          .forEach(executors::add);
    }
    return executors;
  }

  /** Kills a worker with all of its executors, for good. */
  void loseWorker(int number) throws IOException {
    ProcessHandle worker = worker(number).orElseThrow();
    List<ProcessHandle> children = worker.children().toList();
    worker.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    worker.onExit().join();
  }

  /** Starts a worker again that was lost; the process ends once the master knows it. */
  Process restartWorker(int number) throws IOException {
    Path said = Files.createTempFile("local-cluster", ".txt");
    return process(said, script(List.of("worker", Integer.toString(number))));
  }

  private Optional<ProcessHandle> worker(int number) throws IOException {
    String id = Files.readString(folder.resolve("worker-%d.pid".formatted(number))).strip();
    // While a worker starts again, its file may be empty.
    return id.isEmpty()
        ? Optional.empty()
        : ProcessHandle.of(Long.parseLong(id)).filter(ProcessHandle::isAlive);
  }

  static String text(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return String.join("\n", lines.toList());
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws IOException {
    script("stop");
  }
}
