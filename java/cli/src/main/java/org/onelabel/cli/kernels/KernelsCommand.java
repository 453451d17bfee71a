package org.onelabel.cli.kernels;

import org.onelabel.cli.console.CommandGroup;
import picocli.CommandLine.Command;

/** {@code onelabel kernels}. */
@Command(
    name = "kernels",
    description = "Looks at the kernels under the pipeline.",
    mixinStandardHelpOptions = true,
    subcommands = {
      KernelsListCommand.class,
      KernelsCheckCommand.class,
      KernelsBenchCommand.class,
      KernelsTryCommand.class
    })
public final class KernelsCommand extends CommandGroup {}
