package org.onelabel.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.Conformance;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "kernels",
    description = "Looks at the kernels under the pipeline.",
    mixinStandardHelpOptions = true,
    subcommands = {
      KernelsCommand.ListCommand.class,
      KernelsCommand.CheckCommand.class,
      KernelsBenchCommand.class,
      KernelsTryCommand.class
    })
final class KernelsCommand extends CommandGroup {

  @Command(
      name = "list",
      description = "Which implementations this machine has, and which one is used.",
      mixinStandardHelpOptions = true)
  static final class ListCommand implements Callable<Integer> {
    /** The order in which {@link Kernels#open()} chooses. */
    private static final List<Kernels.Implementation> PREFERRED =
        List.of(
            Kernels.Implementation.CUDA,
            Kernels.Implementation.CPU,
            Kernels.Implementation.REFERENCE);

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      List<Kernels.Availability> all = Kernels.available();
      Kernels.Implementation used =
          PREFERRED.stream()
              .filter(i -> all.stream().anyMatch(a -> a.available() && a.implementation() == i))
              .findFirst()
              .orElseThrow();
      for (Kernels.Availability a : all) {
        String state =
            !a.available()
                ? "not available: " + a.detail()
                : (a.implementation() == used ? "used, " : "available, ") + a.detail();
        spec.commandLine().getOut().println("%-14s %s".formatted(a.implementation(), state));
        if (a.implementation() == Kernels.Implementation.CPU && a.available()) {
          spec.commandLine().getOut().println(tiers());
        }
      }
      return 0;
    }
  }

  /** Which instruction sets there are to choose from, and what restricts them. */
  private static String tiers() {
    String cap = System.getenv("ONELABEL_MAX_ISA");
    String why =
        cap == null || cap.isEmpty()
            ? "the first is used; ONELABEL_MAX_ISA may cap it"
            : "capped by ONELABEL_MAX_ISA=" + cap;
    return "               this processor has %s: %s"
        .formatted(String.join(", ", Kernels.instructionSets()), why);
  }

  /** Opens what the user asked for. */
  static Kernels open(Kernels.Implementation implementation, Optional<String> isa, int threads) {
    if (threads < 0 || threads > 1024) {
      throw new InputException("--threads is 0 (as many as may be used) to 1024, not " + threads);
    }
    if (isa.isPresent() && implementation != Kernels.Implementation.CPU) {
      throw new InputException("--isa is for the cpu implementation");
    }
    try {
      return isa.isEmpty()
          ? Kernels.open(implementation, threads)
          : Kernels.open(threads, isa.get());
    } catch (KernelException | IllegalArgumentException e) {
      throw new InputException("%s: %s".formatted(implementation, e.getMessage()));
    }
  }

  @Command(
      name = "check",
      description = "Compares an implementation with float64 on random cases.",
      mixinStandardHelpOptions = true)
  static final class CheckCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--implementation",
        defaultValue = "cpu",
        description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Kernels.Implementation implementation;

    @Option(
        names = "--isa",
        description = "An instruction set of the cpu implementation; see kernels list.")
    private String isa;

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
      try (Kernels kernels = open(implementation, Optional.ofNullable(isa), 0)) {
        spec.commandLine()
            .getOut()
            .println(
                "%s, %s, %d %s"
                    .formatted(
                        implementation,
                        kernels.instructionSet(),
                        kernels.threads(),
                        kernels.device().isEmpty() ? "threads" : "devices"));
        boolean passed = report(spec, Conformance.run(kernels, seed, cases));
        return passed ? 0 : Main.OUR_FAULT;
      }
    }
  }

  /** Prints what the suite found; whether all is well. */
  static boolean report(CommandSpec spec, List<Conformance.Result> results) {
    boolean passed = true;
    for (Conformance.Result r : results) {
      passed &= r.failed() == 0;
      spec.commandLine().getOut().println(line(r));
    }
    return passed;
  }

  /** How one kernel did. */
  static String line(Conformance.Result r) {
    return "%-18s %d cases, %d failed, worst error %.2f of the tolerance %s"
        .formatted(r.kernel(), r.cases(), r.failed(), r.worst(), r.failure())
        .strip();
  }
}
