package org.onelabel.pipeline.propagation;

import java.util.function.Function;
import java.util.function.Predicate;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.features.Encoder;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.framing.Framing;

/**
 * Encodes a case and carries the template's labels to it, as round 0 does with the pool: for cases
 * whose features nothing else needs. Its owner closes it.
 */
public final class CasePropagation implements AutoCloseable {
  private final Encoder encoder;
  private final Propagation propagation;
  private final Function<WorkingScan, Framing> framings;
  private final Predicate<Framing> plausible;

  /**
   * Takes encoder and propagation over.
   *
   * @param framings tell where the template's anatomy lies in a scan
   * @param plausible whether it does; a scan of another framing gets no labels
   */
  public CasePropagation(
      Encoder encoder,
      Propagation propagation,
      Function<WorkingScan, Framing> framings,
      Predicate<Framing> plausible) {
    this.encoder = encoder;
    this.propagation = propagation;
    this.framings = framings;
    this.plausible = plausible;
  }

  /** Labels on the working grid of a scan. */
  public byte[] labels(WorkingScan scan) {
    Framing framing = framings.apply(scan);
    if (!plausible.test(framing)) {
      return PseudoLabel.nothing(scan.geometry().voxels()).labels();
    }
    FeatureGrid features = framing.bent(encoder.encode(framing.pull(scan.volume())));
    return framing.push(propagation.propagate(features, framing.frame().extent())).labels();
  }

  @Override
  public void close() {
    try (encoder) {
      propagation.close();
    }
  }
}
