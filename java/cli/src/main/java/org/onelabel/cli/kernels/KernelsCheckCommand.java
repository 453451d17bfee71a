package org.onelabel.cli.kernels;

import java.util.List;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.Conformance;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "check",
    description = "Compares an implementation with float64 on random cases.",
    mixinStandardHelpOptions = true)
final class KernelsCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ImplementationOptions implementation;

  @Option(
      names = "--cases",
      defaultValue = "200",
      description = "Random cases per kernel. Default: ${DEFAULT-VALUE}.")
  private int cases;

  @Option(
      names = "--kernels",
      split = ",",
      paramLabel = "<kernel>",
      description = "Kernels to check, by the names that a check of all says. Default: all.")
  private List<String> names = Conformance.names();

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() {
    if (cases < 1) {
      throw new InputException("--cases must be positive, not " + cases);
    }
    names.stream()
        .filter(name -> !Conformance.names().contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new InputException(
                  "no kernel named %s; there are %s"
                      .formatted(name, String.join(", ", Conformance.names())));
            });
    try (Kernels kernels = implementation.open(0)) {
      spec.commandLine()
          .getOut()
          .println(
              "%s, %s, %d %s"
                  .formatted(
                      kernels.implementation(),
                      kernels.instructionSet(),
                      kernels.threads(),
                      kernels.device().isEmpty() ? "threads" : "devices"));
      List<Conformance.Result> results = Conformance.run(kernels, seed, cases, names);
      results.forEach(result -> spec.commandLine().getOut().println(result.line()));
      boolean passed = results.stream().allMatch(result -> result.failed() == 0);
      return passed ? ExitCode.DONE : ExitCode.OUR_FAULT;
    }
  }
}
