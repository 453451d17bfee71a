package org.onelabel.pipeline.stage;

import java.util.Objects;
import java.util.Optional;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.volumes.InputException;

/**
 * Where to compute: networks on one device, kernels there or on others, stages where their runner
 * does them. Nothing is opened or looked for before {@link #open}, {@link #openKernels} or {@link
 * #openNetworks}; what is not there is refused then. Immutable.
 *
 * @param networks {@code cpu}, {@code cuda}, {@code cuda:1} (this device), or {@code auto}: the
 *     first CUDA device where there is one, else the processor
 * @param kernels the same, or {@code cuda:0,1} (these devices), or {@code cuda:all}; empty for
 *     where networks work
 * @param runners of the stages of runs
 */
public record DeviceSettings(String networks, Optional<String> kernels, StageRunners runners) {
  private static final String AUTOMATIC = "auto";

  /** The first CUDA device where there is one, else the processor. */
  public static final DeviceSettings AUTO = new DeviceSettings(AUTOMATIC, Optional.empty());

  /** The processor. */
  public static final DeviceSettings CPU = new DeviceSettings("cpu", Optional.empty());

  public DeviceSettings {
    Objects.requireNonNull(networks, "networks");
    Objects.requireNonNull(kernels, "kernels");
    Objects.requireNonNull(runners, "runners");
  }

  /** The same for stages that are done in this process. */
  public DeviceSettings(String networks, Optional<String> kernels) {
    this(networks, kernels, StageRunners.LOCAL);
  }

  /** The same with stages that these runners do. */
  public DeviceSettings withRunners(StageRunners runners) {
    return new DeviceSettings(networks, kernels, runners);
  }

  /** Opens both; the caller closes them. */
  public Devices open() {
    ComputeDevice device = openNetworks();
    return new Devices(openKernels(), device, runners);
  }

  /** The device of networks. */
  public ComputeDevice openNetworks() {
    if (networks.equals(AUTOMATIC)) {
      return ComputeDevice.firstAvailable();
    }
    try {
      return ComputeDevice.parse(networks);
    } catch (IllegalArgumentException e) {
      throw new InputException("--device %s: %s".formatted(networks, e.getMessage()));
    }
  }

  /** Opens the kernels; the caller closes them. */
  public Kernels openKernels() {
    return openKernels(0);
  }

  /**
   * The same for a process that others share the machine with.
   *
   * @param threads of kernels that work on the processor; 0 for as many as the process may use
   */
  public Kernels openKernels(int threads) {
    return kernels.isPresent()
        ? openKernels("--kernels-device", kernels.get(), threads)
        : openKernels("--device", networks, threads);
  }

  private static Kernels openKernels(String option, String device, int threads) {
    try {
      if (device.startsWith("cuda:")) {
        return Kernels.onDevices(device.substring("cuda:".length()));
      }
      return switch (device) {
        case AUTOMATIC -> Kernels.open(threads);
        case "cpu" -> Kernels.open(Kernels.Implementation.CPU, threads);
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
