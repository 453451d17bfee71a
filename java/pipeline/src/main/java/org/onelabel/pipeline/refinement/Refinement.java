package org.onelabel.pipeline.refinement;

import java.util.List;
import java.util.function.Supplier;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;

/** Corrects pseudo-labels between two rounds. */
public interface Refinement {

  /**
   * A volume after a round.
   *
   * @param label of the specialist, on its working grid of {@code shape}
   * @param propagated the label of round 0; null for the template
   * @param uncertainty mean entropy of the volume, nats; 0 for the template
   * @param map uncertainty of each voxel, nats; null for the template
   * @param features of its cells, read when asked for
   * @param global its global feature, of length 1
   * @param template whether it is the template, whose label is never changed
   */
  record Predicted(
      PseudoLabel label,
      PseudoLabel propagated,
      int[] shape,
      double uncertainty,
      float[] map,
      Supplier<FeatureGrid> features,
      float[] global,
      boolean template) {}

  /** The labels to train the next round with, in the order of {@code volumes}. */
  List<PseudoLabel> refine(List<Predicted> volumes, int classes);
}
