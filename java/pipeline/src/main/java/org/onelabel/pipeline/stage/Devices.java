package org.onelabel.pipeline.stage;

import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;

/**
 * What a run computes on.
 *
 * @param kernels open; closed with these devices by whoever opened them
 * @param networks where networks are trained and applied
 */
public record Devices(Kernels kernels, ComputeDevice networks) implements AutoCloseable {
  @Override
  public void close() {
    kernels.close();
  }
}
