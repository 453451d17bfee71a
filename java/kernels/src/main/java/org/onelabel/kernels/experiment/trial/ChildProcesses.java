package org.onelabel.kernels.experiment.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processes, one at a time, and a folder for what they leave. None outlives its owner or this
 * process, however that ends.
 */
final class ChildProcesses implements AutoCloseable {
  private final Path folder;
  private final Thread hook = new Thread(this::stop);
  private Optional<Process> running = Optional.empty();
  private boolean stopped;

  ChildProcesses() throws IOException {
    folder = Files.createTempDirectory("onelabel-candidate");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Where the processes work. */
  Path folder() {
    return folder;
  }

  /** Starts a process in the folder; its errors go where its output goes. */
  synchronized Process start(ProcessBuilder builder) throws IOException {
    if (stopped) {
      throw new IOException("interrupted");
    }
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    running = Optional.of(process);
    return process;
  }

  /** Ends a process and all that it has started. */
  static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Ends what runs and removes what it left. */
  private synchronized void stop() {
    stopped = true;
    try {
      if (running.isPresent()) {
        kill(running.get());
        running.get().waitFor(2, TimeUnit.SECONDS);
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException _) {
      // It lies in the system's folder for such things.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // The process is ending; the hook has done the same.
    }
  }
}
