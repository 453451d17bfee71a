package org.onelabel.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.onelabel.kernels.Conformance;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "kernels",
    description = "Looks at the kernels under the pipeline.",
    mixinStandardHelpOptions = true,
    subcommands = {KernelsCommand.ListCommand.class, KernelsCommand.CheckCommand.class})
final class KernelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return Main.USER_MISTAKE;
  }

  private static String name(Kernels.Implementation implementation) {
    return implementation.name().toLowerCase(Locale.ROOT);
  }

  @Command(
      name = "list",
      description = "Which implementations this machine has, and which one is used.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      for (Kernels.Availability a : Kernels.available()) {
        String state =
            !a.available()
                ? "not available: " + a.detail()
                : a.implementation() == Kernels.Implementation.CPU
                    ? "used, instruction set " + a.detail()
                    : "available";
        spec.commandLine().getOut().println("%-10s %s".formatted(name(a.implementation()), state));
      }
      return 0;
    }
  }

  @Command(
      name = "check",
      description = "Holds an implementation against float64 on random cases.",
      mixinStandardHelpOptions = true)
  static final class CheckCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--implementation",
        defaultValue = "cpu",
        description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Kernels.Implementation implementation;

    @Option(
        names = "--cases",
        defaultValue = "200",
        description = "Random cases per kernel. Default: ${DEFAULT-VALUE}.")
    private int cases;

    @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() {
      if (cases < 1) {
        throw new InputException("--cases must be positive, not " + cases);
      }
      List<Conformance.Result> results;
      try (Kernels kernels = Kernels.open(implementation, 0)) {
        spec.commandLine()
            .getOut()
            .println(
                "%s, instruction set %s, %d threads"
                    .formatted(name(implementation), kernels.instructionSet(), kernels.threads()));
        results = Conformance.run(kernels, seed, cases);
      } catch (KernelException e) {
        throw new InputException("%s: %s".formatted(name(implementation), e.getMessage()));
      } catch (IllegalArgumentException e) {
        throw new InputException(e.getMessage());
      }
      boolean passed = true;
      for (Conformance.Result r : results) {
        passed &= r.failed() == 0;
        spec.commandLine()
            .getOut()
            .println(
                "%-18s %d cases, %d failed, worst error %.2f of the tolerance %s"
                    .formatted(r.kernel(), r.cases(), r.failed(), r.worst(), r.failure()));
      }
      return passed ? 0 : Main.OUR_FAULT;
    }
  }
}
