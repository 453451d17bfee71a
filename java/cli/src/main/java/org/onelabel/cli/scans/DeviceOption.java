package org.onelabel.cli.scans;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.onelabel.pipeline.stage.DeviceSettings;
import picocli.CommandLine.Option;

/** Where a command computes: its networks on one device, its kernels there or on others. */
final class DeviceOption {
  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "DEVICE",
      description =
          "Where networks are trained and applied, and kernels work: cpu, cuda, cuda:1 (this"
              + " device), or auto: the first CUDA device where there is one, else the processor."
              + " Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--kernels-device",
      paramLabel = "DEVICE",
      description =
          "Where kernels work, if elsewhere: as --device, or cuda:0,1 (these devices), or"
              + " cuda:all.")
  private Optional<String> kernelsDevice;

  private final UnaryOperator<DeviceSettings> places;

  /** What is said goes through {@code places}. */
  DeviceOption(UnaryOperator<DeviceSettings> places) {
    this.places = places;
  }

  DeviceSettings get() {
    return places.apply(new DeviceSettings(device, kernelsDevice));
  }
}
