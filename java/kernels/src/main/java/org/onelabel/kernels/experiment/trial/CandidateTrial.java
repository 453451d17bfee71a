package org.onelabel.kernels.experiment.trial;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.experiment.Candidate;

/**
 * Compiles and tries candidates, each in a process of its own, which this one ends. Close it: what
 * runs is ended, and what was compiled is deleted. For one thread at a time.
 */
public final class CandidateTrial implements AutoCloseable {
  /** A process that does not even say that it lives. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private final ChildProcesses processes;

  private CandidateTrial(ChildProcesses processes) {
    this.processes = processes;
  }

  /**
   * Makes room for trials.
   *
   * @throws KernelException where the system has none
   */
  public static CandidateTrial open() {
    try {
      return new CandidateTrial(new ChildProcesses());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static KernelException failure(IOException e) {
    return new KernelException("the trial cannot be made: " + e.getMessage());
  }

  /** Where candidates are compiled to and work. */
  public Path folder() {
    return processes.folder();
  }

  /**
   * Compiles a candidate.
   *
   * @param source C++ that includes {@code <onelabel.h>}
   * @param flags for the compiler, with blanks between them
   */
  public Compilation compile(Path source, String flags) throws InterruptedException {
    return CandidateCompiler.compile(source, flags, processes);
  }

  /**
   * Tries a candidate: each of its kernels on random cases, then timed beside the built-in one.
   *
   * @param library as {@link #compile} makes it
   * @param lines takes what is found, line by line
   * @param output takes what the candidate prints, line by line, but not everything; called by
   *     another thread
   * @throws KernelException where the process cannot be made
   */
  public Verdict run(
      Path library, TrialSettings settings, Consumer<String> lines, Consumer<String> output)
      throws InterruptedException {
    TrialTask task =
        new TrialTask(
            library, folder().resolve("journal"), settings, ProcessHandle.current().pid());
    try {
      return run(task, lines, output);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private Verdict run(TrialTask task, Consumer<String> lines, Consumer<String> output)
      throws IOException, InterruptedException {
    CrashReport report = new CrashReport(folder().resolve("crash.log"));
    ProcessBuilder builder = new ProcessBuilder(java(task, report));
    builder.redirectInput(new File("/dev/null"));
    // Nothing is unpacked a second time, which a process that is killed would leave behind.
    builder.environment().put("ONELABEL_LIBRARY", Candidate.builtIn().toAbsolutePath().toString());
    Process process = processes.start(builder);
    Thread relay = Thread.ofPlatform().daemon().start(() -> CandidateOutput.relay(process, output));
    TrialJournal journal = new TrialJournal(task.journal());
    String stage = "its start";
    Optional<Verdict> verdict = Optional.empty();
    long heard = System.nanoTime();
    boolean silent = false;
    while (verdict.isEmpty()) {
      boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
      for (TrialJournal.Entry entry : journal.next()) {
        heard = System.nanoTime();
        if (entry.kind() == TrialJournal.Kind.STAGE) {
          stage = entry.text();
        } else if (entry.kind() == TrialJournal.Kind.LINE) {
          lines.accept(entry.text());
        } else if (verdict.isEmpty()) {
          verdict = entry.verdict(stage);
        }
      }
      silent = System.nanoTime() - heard > SILENCE.toNanos();
      if (ended || silent) {
        break;
      }
    }
    ChildProcesses.kill(process);
    relay.join(Duration.ofSeconds(2));
    String how = silent ? "stopped answering" : report.describe(process.waitFor());
    return verdict.orElse(new Verdict.Crashed(stage, how));
  }

  private static List<String> java(TrialTask task, CrashReport report) {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            // As much stack as the main thread of a C program has.
            "-Xss8m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + report.file(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            TrialProcess.class.getName()));
    command.addAll(task.arguments());
    return command;
  }

  @Override
  public void close() {
    processes.close();
  }
}
