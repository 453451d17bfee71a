package org.onelabel.cli.kernels;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "list",
    description = "Which implementations this machine has, and which one is used.",
    mixinStandardHelpOptions = true)
final class KernelsListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<Kernels.Availability> all = Kernels.available();
    Optional<Kernels.Implementation> used = used();
    for (Kernels.Availability a : all) {
      String state =
          !a.available()
              ? "not available: " + a.detail()
              : (used.filter(a.implementation()::equals).isPresent() ? "used, " : "available, ")
                  + a.detail();
      spec.commandLine().getOut().println("%-14s %s".formatted(a.implementation(), state));
      if (a.implementation() == Kernels.Implementation.CPU && a.available()) {
        spec.commandLine().getOut().println(tiers());
      }
    }
    return ExitCode.DONE;
  }

  /** What {@link Kernels#open()} chooses; nothing where it refuses a library that is at fault. */
  private static Optional<Kernels.Implementation> used() {
    try (Kernels kernels = Kernels.open()) {
      return Optional.of(kernels.implementation());
    } catch (KernelException _) {
      return Optional.empty();
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
}
