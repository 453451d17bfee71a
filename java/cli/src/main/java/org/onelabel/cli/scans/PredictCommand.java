package org.onelabel.cli.scans;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.ProgressOption;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.inference.PredictionRequest;
import org.onelabel.pipeline.inference.Predictions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
      description =
          "A scan (${bundle:list.volumes}, or a folder of DICOM slices), or a folder of"
              + " scans.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE|DIR",
      description =
          "A label file (${bundle:list.written-volumes}) for a scan, a folder for a folder.")
  private Path output;

  @Option(
      names = "--specialist-only",
      description =
          "Ask the network alone, not the propagation beside it: faster, and without an estimated"
              + " Dice.")
  private boolean specialistOnly;

  @Mixin private FurtherOutputsOption further;

  @Spec private CommandSpec spec;

  @Mixin private NamingOption naming;

  @Mixin private DeviceOption device;

  @Mixin private ProgressOption progress;

  @Override
  public Integer call() {
    PredictionRequest request =
        PredictionRequest.of(run, input, output)
            .withNaming(naming.get())
            .withFurther(further.get())
            .withDevices(device.get());
    Predictions predictions =
        OneLabel.predict(specialistOnly ? request.bySpecialistOnly() : request, progress.get());
    predictions.lines().forEach(spec.commandLine().getOut()::println);
    predictions.requireComplete();
    return ExitCode.DONE;
  }
}
