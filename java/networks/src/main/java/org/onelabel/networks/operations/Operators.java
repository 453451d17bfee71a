package org.onelabel.networks.operations;

import ai.djl.ndarray.NDManager;

/**
 * PyTorch operators that DJL's own arrays lack in three dimensions, as one TorchScript module:
 * {@link Layers} of networks, {@link Losses}, and {@link Updates} of weights in place. Owns native
 * memory: close it. Not thread-safe.
 */
public final class Operators implements AutoCloseable {
  private final ScriptModule script;

  /** The operators on the manager's device. */
  public Operators(NDManager manager) {
    script = ScriptModule.open(Operators.class, "operators", manager);
  }

  /** Layers of networks. */
  public Layers layers() {
    return new Layers(script);
  }

  /** Losses and their parts. */
  public Losses losses() {
    return new Losses(script);
  }

  /** Updates of weights in place. */
  public Updates updates() {
    return new Updates(script);
  }

  @Override
  public void close() {
    script.close();
  }
}
