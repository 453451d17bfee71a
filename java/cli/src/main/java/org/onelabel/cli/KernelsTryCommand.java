package org.onelabel.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.Candidate;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "try",
    description = {
      "Compiles a candidate for one or more kernels, compares it with float64 and times it beside"
          + " the built-in kernel.",
      "The file includes onelabel.h and defines the function that it replaces, such as"
          + " onelabel_entropy, with C linkage. It runs in a process of its own, its arrays between"
          + " guard bands."
    },
    mixinStandardHelpOptions = true)
final class KernelsTryCommand implements Callable<Integer> {
  private static final int MOST_LINES = 20;
  private static final Pattern SECONDS = Pattern.compile("([1-9]\\d{0,6})(s|m|)");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE.cpp", description = "The candidate.")
  private Path file;

  @Option(
      names = "--flags",
      defaultValue = "-O3 -march=native",
      description = "For the compiler. Default: ${DEFAULT-VALUE}.")
  private String flags;

  @Option(
      names = "--cases",
      defaultValue = "200",
      description = "Random cases of the conformance suite. Default: ${DEFAULT-VALUE}.")
  private int cases;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "For the built-in and the candidate's context. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--repeat",
      defaultValue = "11",
      description = "Timed calls. Default: ${DEFAULT-VALUE}.")
  private int repeat;

  @Option(
      names = "--timeout",
      defaultValue = "60s",
      paramLabel = "TIME",
      description =
          "A candidate is ended where one call takes longer: 20s, 2m. Default: ${DEFAULT-VALUE}.")
  private String timeout;

  @Override
  public Integer call() {
    if (cases < 1 || repeat < 1) {
      throw new InputException("--cases and --repeat must be positive");
    }
    Duration limit = limit();
    // Refuses a number of threads that makes no sense.
    KernelsCommand.open(Kernels.Implementation.CPU, Optional.empty(), threads).close();
    if (!Files.exists(file)) {
      throw new InputException(file, "no such file");
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new InputException(file, "not a file that can be read");
    }
    try (CandidateProcess processes = new CandidateProcess()) {
      Path library = compile(processes);
      CandidateTrial.Task task =
          new CandidateTrial.Task(
              library,
              processes.folder().resolve("journal"),
              threads,
              cases,
              repeat,
              limit,
              ProcessHandle.current().pid());
      CandidateProcess.Trial trial =
          processes.run(task, spec.commandLine().getOut(), spec.commandLine().getErr());
      return judge(file, trial, timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted"));
    } catch (IOException e) {
      throw new KernelException("the trial cannot be made: " + e.getMessage());
    }
  }

  /** The exit code. */
  static int judge(Path file, CandidateProcess.Trial trial, String timeout) {
    if (trial.end() == null) {
      throw new InputException(file, "in %s it %s".formatted(trial.stage(), trial.crash()));
    }
    return switch (trial.end().kind()) {
      case RIGHT -> 0;
      case WRONG -> Main.USER_MISTAKE;
      case REFUSED -> throw new InputException(file, trial.end().text());
      case SLOW ->
          throw new InputException(
              file,
              "in %s it took longer than %s; --timeout gives it more time"
                  .formatted(trial.stage(), timeout));
      default -> throw new KernelException("the trial failed: " + trial.end().text());
    };
  }

  private Duration limit() {
    Matcher matcher = SECONDS.matcher(timeout);
    if (!matcher.matches()) {
      throw new InputException("--timeout is a time like 20s or 2m, not " + timeout);
    }
    long number = Long.parseLong(matcher.group(1));
    return matcher.group(2).equals("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
  }

  private Path compile(CandidateProcess processes) throws InterruptedException {
    Path header = Candidate.header();
    Path library = processes.folder().resolve("candidate.so");
    List<String> compiler = words(System.getenv().getOrDefault("CXX", ""));
    List<String> command = new ArrayList<>(compiler.isEmpty() ? List.of("c++") : compiler);
    command.addAll(words(flags));
    command.addAll(List.of("-std=c++17", "-shared", "-fPIC", "-Wall", "-Wextra"));
    command.addAll(List.of("-I" + header.toAbsolutePath().getParent(), "-o", library.toString()));
    // Whatever the file is called.
    command.addAll(List.of("-x", "c++", file.toAbsolutePath().toString(), "-x", "none"));
    // The built-in ones may be asked for by name alone.
    command.add("-Wl,--no-as-needed");
    command.add(Candidate.builtIn().toAbsolutePath().toString());
    CandidateProcess.Ended compiled;
    try {
      compiled = processes.run(command);
    } catch (IOException e) {
      throw new InputException("no C++ compiler: " + e.getMessage() + "; install g++ or set CXX");
    }
    PrintWriter err = spec.commandLine().getErr();
    compiled.lines().stream().limit(MOST_LINES).forEach(err::println);
    if (compiled.lines().size() > MOST_LINES) {
      err.println("... (%d more lines)".formatted(compiled.lines().size() - MOST_LINES));
    }
    if (compiled.exit() != 0) {
      throw new InputException(file, "does not compile");
    }
    return library;
  }
}
