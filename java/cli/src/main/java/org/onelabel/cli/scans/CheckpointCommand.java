package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.CommandGroup;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.pipeline.OneLabel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onelabel checkpoint}. */
@Command(
    name = "checkpoint",
    description = "Looks into files of network weights, and converts them.",
    mixinStandardHelpOptions = true,
    subcommands = {CheckpointCommand.InspectCommand.class, CheckpointCommand.ConvertCommand.class})
public final class CheckpointCommand extends CommandGroup {

  @Command(
      name = "inspect",
      description = "The network and the tensors of a checkpoint. Nothing in the file is run.",
      mixinStandardHelpOptions = true)
  static final class InspectCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A .pth, .pt or .safetensors file.")
    private Path file;

    @Override
    public Integer call() {
      OneLabel.inspectCheckpoint(file).forEach(spec.commandLine().getOut()::println);
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "convert",
      description = "Writes the weights of a PyTorch checkpoint as safetensors.",
      mixinStandardHelpOptions = true)
  static final class ConvertCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "A .pth, .pt or .safetensors file.")
    private Path from;

    @Parameters(index = "1", paramLabel = "OUT", description = "The .safetensors file to write.")
    private Path to;

    @Override
    public Integer call() {
      OneLabel.convertCheckpoint(from, to);
      return ExitCode.DONE;
    }
  }
}
