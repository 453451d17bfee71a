package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.inference.PredictionRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onelabel predict}. */
@Command(
    name = "predict",
    description = "Segments scans with the model of a finished run, each in its own grid.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class PredictCommand implements Callable<Integer> {
  @Option(names = "--run", required = true, paramLabel = "RUN", description = "A finished run.")
  private Path run;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE|DIR",
      description = "A scan (${bundle:list.volumes}), or a folder of scans.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE|DIR",
      description =
          "A label file (${bundle:list.written-volumes}) for a scan, a folder for a folder.")
  private Path output;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    PredictionRequest request =
        PredictionRequest.of(run, input, output).withNaming(naming.get()).withDevices(device.get());
    OneLabel.predict(request, progress.get()).requireComplete();
    return ExitCode.DONE;
  }
}
