package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.pipeline.OneLabel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onelabel inspect}. */
@Command(
    name = "inspect",
    description = "Shows what a file holds: grid, orientation, values; or a model's settings.",
    mixinStandardHelpOptions = true)
public final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "A volume (${bundle:list.volumes}, or a folder of DICOM slices), or a model"
              + " (.safetensors).")
  private Path file;

  @Override
  public Integer call() {
    OneLabel.inspect(file).forEach(spec.commandLine().getOut()::println);
    return ExitCode.DONE;
  }
}
