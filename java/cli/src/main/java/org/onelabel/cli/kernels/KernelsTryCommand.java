package org.onelabel.cli.kernels;

import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.trial.CandidateTrial;
import org.onelabel.kernels.experiment.trial.Compilation;
import org.onelabel.kernels.experiment.trial.TrialSettings;
import org.onelabel.kernels.experiment.trial.Verdict;
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
    RequestedKernels.open(Kernels.Implementation.CPU, Optional.empty(), threads).close();
    if (!Files.exists(file)) {
      throw new InputException(file, "no such file");
    }
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new InputException(file, "not a file that can be read");
    }
    try (CandidateTrial trial = CandidateTrial.open()) {
      PrintWriter out = spec.commandLine().getOut();
      PrintWriter err = spec.commandLine().getErr();
      Path library = library(trial.compile(file, flags), err);
      TrialSettings settings = new TrialSettings(threads, cases, repeat, limit);
      return judge(
          file,
          trial.run(library, settings, printed(out, ""), printed(err, "candidate: ")),
          timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted"));
    }
  }

  /** Prints every line at once, as a trial takes long. */
  private static Consumer<String> printed(PrintWriter writer, String before) {
    return line -> {
      writer.println(before + line);
      writer.flush();
    };
  }

  /** The exit code. */
  static int judge(Path file, Verdict verdict, String timeout) {
    return switch (verdict) {
      case Verdict.Right() -> ExitCode.DONE;
      case Verdict.Wrong() -> ExitCode.USER_MISTAKE;
      case Verdict.Refused(String why) -> throw new InputException(file, why);
      case Verdict.Slow(String stage) ->
          throw new InputException(
              file,
              "in %s it took longer than %s; --timeout gives it more time"
                  .formatted(stage, timeout));
      case Verdict.Crashed(String stage, String how) ->
          throw new InputException(file, "in %s it %s".formatted(stage, how));
      case Verdict.Failed(String text) -> throw new KernelException("the trial failed: " + text);
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

  private Path library(Compilation compilation, PrintWriter err) {
    return switch (compilation) {
      case Compilation.NoCompiler(String reason) ->
          throw new InputException("no C++ compiler: " + reason + "; install g++ or set CXX");
      case Compilation.Rejected(List<String> lines) -> {
        print(lines, err);
        throw new InputException(file, "does not compile");
      }
      case Compilation.Compiled(Path library, List<String> lines) -> {
        print(lines, err);
        yield library;
      }
    };
  }

  private static void print(List<String> lines, PrintWriter err) {
    lines.stream().limit(MOST_LINES).forEach(err::println);
    if (lines.size() > MOST_LINES) {
      err.println("... (and %d more)".formatted(lines.size() - MOST_LINES));
    }
  }
}
