package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.demo.DemoRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code onelabel demo}. */
@Command(
    name = "demo",
    description = {
      "Makes a synthetic cohort of 16 volumes and runs the whole pipeline on it;",
      "some minutes on two cores."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      defaultValue = "runs/demo",
      paramLabel = "DIR",
      description = "Holds the cohort and the run. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of the cohort and the run. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private DeviceOption device;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    DemoRequest request = new DemoRequest(out, seed, device.get());
    ResultTable.print(OneLabel.demo(request, progress.get()), spec.commandLine().getOut());
    return ExitCode.DONE;
  }
}
