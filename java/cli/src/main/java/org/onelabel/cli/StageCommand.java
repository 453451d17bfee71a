package org.onelabel.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "stage",
    description = {
      "Does one stage of a run that was begun, or one case of it, unless it is done already.",
      "What the stage needs has to be done. The files are those that the whole run writes."
    },
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class StageCommand implements Callable<Integer> {
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
  private String id;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Option(names = "--quiet", description = "No progress.")
  private boolean quiet;

  @Override
  public Integer call() {
    StageName stage =
        StageName.parse(name).orElseThrow(() -> new InputException("no stage named " + name));
    Configuration configuration = RunDirectory.open(run).configuration();
    String template = configuration.cohort().template();
    Dataset dataset =
        DatasetFolder.open(
            data, template.isEmpty() ? Optional.empty() : Optional.of(template), naming.get());
    try (Kernels kernels = device.openKernels()) {
      Pipeline.resume(
              dataset, run, new Devices(kernels, device.networks()), ConsoleProgress.of(quiet))
          .run(stage, Optional.ofNullable(id));
    }
    return 0;
  }
}
