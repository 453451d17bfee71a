package org.onelabel.pipeline;

/**
 * Encodes a case and carries the template's labels to it, as round 0 does with the pool: for cases
 * whose features nothing else needs. Its owner closes it.
 */
final class CasePropagation implements AutoCloseable {
  private final Encoder encoder;
  private final Propagation propagation;

  /** Takes both over. */
  CasePropagation(Encoder encoder, Propagation propagation) {
    this.encoder = encoder;
    this.propagation = propagation;
  }

  /** Labels on the working grid of a scan. */
  byte[] labels(WorkingScan scan) {
    return propagation.propagate(encoder.encode(scan.volume()), scan.shape()).labels();
  }

  @Override
  public void close() {
    try (encoder) {
      propagation.close();
    }
  }
}
