package org.onelabel.cli;

import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Option;

/** Where a command computes: its networks on one device, its kernels there or on others. */
final class DeviceOption {
  private static final String AUTO = "auto";

  @Option(
      names = "--device",
      defaultValue = AUTO,
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
  private String kernelsDevice;

  /** The device of networks. */
  ComputeDevice networks() {
    if (device.equals(AUTO)) {
      return ComputeDevice.firstAvailable();
    }
    try {
      return ComputeDevice.parse(device);
    } catch (IllegalArgumentException e) {
      throw new InputException("--device %s: %s".formatted(device, e.getMessage()));
    }
  }

  /** Opens the kernels; the caller closes them. */
  Kernels openKernels() {
    return kernelsDevice == null
        ? open("--device", device)
        : open("--kernels-device", kernelsDevice);
  }

  private static Kernels open(String option, String device) {
    try {
      if (device.startsWith("cuda:")) {
        return Kernels.onDevices(device.substring("cuda:".length()));
      }
      return switch (device) {
        case AUTO -> Kernels.open();
        case "cpu" -> Kernels.open(Kernels.Implementation.CPU, 0);
        case "cuda" -> Kernels.open(Kernels.Implementation.CUDA, 0);
        default ->
            throw new InputException(
                "%s is cpu, cuda, cuda:0, cuda:0,1, cuda:all or auto, not %s"
                    .formatted(option, device));
      };
    } catch (KernelException e) {
      throw new InputException("%s %s: %s".formatted(option, device, e.getMessage()));
    }
  }
}
