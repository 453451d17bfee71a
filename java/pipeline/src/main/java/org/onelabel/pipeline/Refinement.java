package org.onelabel.pipeline;

import java.util.List;

/** Corrects pseudo-labels between two rounds. */
public interface Refinement {

  /**
   * A volume after a round.
   *
   * @param label of the specialist, on its working grid of {@code shape}
   * @param propagated the label of round 0; null for the template
   * @param uncertainty mean entropy of the volume, nats; 0 for the template
   * @param global its global feature, of length 1
   * @param template whether it is the template, whose label is never changed
   */
  record Predicted(
      PseudoLabel label,
      PseudoLabel propagated,
      int[] shape,
      double uncertainty,
      float[] global,
      boolean template) {}

  /** The labels to train the next round with, in the order of {@code volumes}. */
  List<PseudoLabel> refine(List<Predicted> volumes, int classes);
}
