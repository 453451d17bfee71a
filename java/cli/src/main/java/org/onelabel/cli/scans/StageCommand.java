package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.cli.console.Resumable;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.run.ResumeRequest;
import org.onelabel.pipeline.run.StageRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code onelabel stage}. */
@Command(
    name = "stage",
    description = {
      "Does one stage of a run that was begun, or one case of it, unless it is done already.",
      "What the stage needs has to be done. The files are those that the whole run writes."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class StageCommand implements Callable<Integer>, Resumable {
  @Parameters(
      paramLabel = "NAME",
      description =
          "Such as features or round-1-training: a name in the run's folder stages, or that a"
              + " wrong one is answered with.")
  private String name;

  @Option(names = "--run", required = true, paramLabel = "RUN", description = "The run's folder.")
  private Path run;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The dataset that the run was begun with.")
  private Path data;

  @Option(
      names = "--case",
      paramLabel = "ID",
      description = "One case, of a stage that does them one by one. Default: all, to its end.")
  private Optional<String> id;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    ResumeRequest begun =
        ResumeRequest.of(data, run).withNaming(naming.get()).withDevices(device.get());
    StageRequest whole = StageRequest.of(begun, name);
    OneLabel.stage(id.map(whole::withCase).orElse(whole), progress.get());
    return ExitCode.DONE;
  }
}
