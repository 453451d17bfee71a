package org.onelabel.cli;

import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Option;

/** Where the kernels of a command work. */
final class DeviceOption {
  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "DEVICE",
      description =
          "Where kernels work: cpu, cuda, cuda:0,1 (these devices), cuda:all, or auto: the first"
              + " CUDA device if there is one, else the processor. Default: ${DEFAULT-VALUE}.")
  private String device;

  /** Opens the kernels; the caller closes them. */
  Kernels open() {
    try {
      if (device.startsWith("cuda:")) {
        return Kernels.onDevices(device.substring("cuda:".length()));
      }
      return switch (device) {
        case "auto" -> Kernels.open();
        case "cpu" -> Kernels.open(Kernels.Implementation.CPU, 0);
        case "cuda" -> Kernels.open(Kernels.Implementation.CUDA, 0);
        default ->
            throw new InputException(
                "--device is cpu, cuda, cuda:0, cuda:0,1, cuda:all or auto, not " + device);
      };
    } catch (KernelException e) {
      throw new InputException("--device %s: %s".formatted(device, e.getMessage()));
    }
  }
}
