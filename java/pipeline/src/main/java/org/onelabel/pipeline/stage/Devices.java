package org.onelabel.pipeline.stage;

import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;

/**
 * What a run computes on.
 *
 * @param kernels open; closed with these devices by whoever opened them
 * @param networks where networks are trained and applied
 * @param runners of its stages
 */
public record Devices(Kernels kernels, ComputeDevice networks, StageRunners runners)
    implements AutoCloseable {

  /** Devices of a run whose stages are done in this process. */
  public Devices(Kernels kernels, ComputeDevice networks) {
    this(kernels, networks, StageRunners.LOCAL);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
