package org.onelabel.pipeline;

import java.util.function.Function;

/**
 * Encodes a case and carries the template's labels to it, as round 0 does with the pool: for cases
 * whose features nothing else needs. Its owner closes it.
 */
final class CasePropagation implements AutoCloseable {
  private final Encoder encoder;
  private final Propagation propagation;
  private final Function<WorkingScan, Framing> framings;

  /**
   * Takes encoder and propagation over.
   *
   * @param framings tell where the template's anatomy lies in a scan
   */
  CasePropagation(
      Encoder encoder, Propagation propagation, Function<WorkingScan, Framing> framings) {
    this.encoder = encoder;
    this.propagation = propagation;
    this.framings = framings;
  }

  /** Labels on the working grid of a scan. */
  byte[] labels(WorkingScan scan) {
    Framing framing = framings.apply(scan);
    FeatureGrid features = framing.bent(encoder.encode(framing.pull(scan.volume())));
    return framing.push(propagation.propagate(features, framing.frame().shape())).labels();
  }

  @Override
  public void close() {
    try (encoder) {
      propagation.close();
    }
  }
}
