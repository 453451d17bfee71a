package org.onelabel.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.onelabel.kernels.experiment.Candidate;

/**
 * Processes on behalf of a command, and a folder for what they leave. None outlives the command,
 * however that ends.
 */
final class CandidateProcess implements AutoCloseable {
  /** A process that does not even say that it lives. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final int MOST_LINES = 40;
  private static final int LONGEST_LINE = 300;
  private static final Pattern FATAL_SIGNAL = Pattern.compile("(?m)^#\\s+(SIG[A-Z]+) ");
  private static final Pattern FATAL_FRAME =
      Pattern.compile("(?m)^# C +\\[[^\\]]+\\] +(\\w+\\+0x\\p{XDigit}+)");
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 13,
          "SIGPIPE", 14, "SIGALRM", 15, "SIGTERM", 31, "SIGSYS");

  private final Path folder;
  private final Thread hook = new Thread(this::stop);
  private Process running;
  private boolean stopped;

  CandidateProcess() throws IOException {
    folder = Files.createTempDirectory("onelabel-candidate");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Where its processes work. */
  Path folder() {
    return folder;
  }

  /** How a command of the system ended, and the lines it said. */
  record Ended(int exit, List<String> lines) {}

  /** Runs a command of the system to its end. */
  Ended run(List<String> command) throws IOException, InterruptedException {
    Process process = start(new ProcessBuilder(command));
    List<String> lines;
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      lines = said.lines().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new Ended(process.waitFor(), lines);
  }

  /**
   * How a trial ended.
   *
   * @param stage what it was doing
   * @param end its last word; null where it came to none
   * @param crash how the process ended where it had not come to its last word
   */
  record Trial(String stage, TrialJournal.Entry end, String crash) {}

  /**
   * Runs a trial to its end. Its lines go to {@code out}, what the candidate says to {@code err}.
   */
  Trial run(CandidateTrial.Task task, PrintWriter out, PrintWriter err)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(java(task));
    builder.redirectInput(new File("/dev/null"));
    // Nothing is unpacked a second time, which a process that is killed would leave behind.
    builder.environment().put("ONELABEL_LIBRARY", Candidate.builtIn().toAbsolutePath().toString());
    Process process = start(builder);
    Thread relay = Thread.ofPlatform().daemon().start(() -> relay(process, err));
    TrialJournal journal = new TrialJournal(task.journal());
    String stage = "its start";
    TrialJournal.Entry end = null;
    long heard = System.nanoTime();
    boolean silent = false;
    while (end == null) {
      boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
      for (TrialJournal.Entry entry : journal.next()) {
        heard = System.nanoTime();
        if (entry.kind() == TrialJournal.Kind.STAGE) {
          stage = entry.text();
        } else if (entry.kind() == TrialJournal.Kind.LINE) {
          out.println(entry.text());
          out.flush();
        } else if (entry.kind().isEnd() && end == null) {
          end = entry;
        }
      }
      silent = System.nanoTime() - heard > SILENCE.toNanos();
      if (ended || silent) {
        break;
      }
    }
    kill(process);
    relay.join(Duration.ofSeconds(2));
    String crash = silent ? "stopped answering" : crash(process.waitFor());
    return new Trial(stage, end, crash);
  }

  private List<String> java(CandidateTrial.Task task) {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            // As much stack as the main thread of a C program has.
            "-Xss8m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + report(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            CandidateTrial.class.getName()));
    command.addAll(task.arguments());
    return command;
  }

  private Path report() {
    return folder.resolve("crash.log");
  }

  /** How the process ended that has not said so itself. */
  private String crash(int exit) throws IOException {
    String log =
        Files.exists(report()) ? Files.readString(report(), StandardCharsets.ISO_8859_1) : "";
    Matcher signal = FATAL_SIGNAL.matcher(log);
    if (signal.find()) {
      Matcher frame = FATAL_FRAME.matcher(log);
      String where = frame.find() ? " at " + frame.group(1) : "";
      return "crashed: %s%s".formatted(signal.group(1), where);
    }
    if (exit > 128) {
      return "crashed: " + SIGNALS.getOrDefault(exit - 128, "signal " + (exit - 128));
    }
    return "ended the process, with exit code " + exit;
  }

  private synchronized Process start(ProcessBuilder builder) throws IOException {
    if (stopped) {
      throw new IOException("interrupted");
    }
    running = builder.directory(folder.toFile()).redirectErrorStream(true).start();
    return running;
  }

  /** Passes on what the candidate prints, but not everything, and nothing of the JVM's crash. */
  private static void relay(Process process, PrintWriter err) {
    int lines = 0;
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      boolean fatal = false;
      for (int c = said.read(); c >= 0 || line.length() > 0; c = said.read()) {
        if (c >= 0 && c != '\n') {
          if (line.length() < LONGEST_LINE) {
            line.append(Character.isISOControl(c) && c != '\t' ? '?' : (char) c);
          }
          continue;
        }
        String text = line.toString();
        line.setLength(0);
        fatal |= text.equals("#") || text.startsWith("# A fatal error has been detected");
        if (!fatal && lines <= MOST_LINES) {
          err.println("candidate: " + (lines == MOST_LINES ? "... (and more)" : text));
          err.flush();
          lines++;
        }
      }
    } catch (IOException _) {
      // The process is gone, and with it what it had to say.
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Ends what runs and removes what it left. */
  private synchronized void stop() {
    stopped = true;
    try {
      if (running != null) {
        kill(running);
        running.waitFor(2, TimeUnit.SECONDS);
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
