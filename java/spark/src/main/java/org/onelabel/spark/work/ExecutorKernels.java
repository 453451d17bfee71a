package org.onelabel.spark.work;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.stage.DeviceSettings;

/** The kernels of this process: opened once, for all of its tasks, and open until it ends. */
public final class ExecutorKernels {
  private static final Map<String, Kernels> OPEN = new ConcurrentHashMap<>();

  private ExecutorKernels() {}

  /** Kernels there, with as many threads as the task that asks has cores. */
  public static Kernels of(DeviceSettings settings) {
    String device = settings.kernels().orElse(settings.networks());
    int threads = TaskContext.get().cpus();
    return OPEN.computeIfAbsent(device, _ -> settings.openKernels(threads));
  }

  /** Settings of these devices; empty kernels are where networks are. */
  static DeviceSettings settings(String networks, String kernels) {
    return new DeviceSettings(
        networks, kernels.isEmpty() ? Optional.empty() : Optional.of(kernels));
  }
}
