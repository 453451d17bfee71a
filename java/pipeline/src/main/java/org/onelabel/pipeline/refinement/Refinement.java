package org.onelabel.pipeline.refinement;

import java.util.List;
import java.util.function.Supplier;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;

/** Corrects pseudo-labels between two rounds. */
public interface Refinement {

  /** A volume with a label, and what it is compared with others by. */
  sealed interface Volume permits Template, Predicted {
    /** The label on its working grid of {@link #shape}. */
    PseudoLabel label();

    int[] shape();

    /** The features of its cells, read when asked for. */
    Supplier<FeatureGrid> features();

    /** Its global feature, of length 1. */
    float[] global();
  }

  /** The template, whose label is never changed. */
  record Template(PseudoLabel label, int[] shape, Supplier<FeatureGrid> features, float[] global)
      implements Volume {}

  /**
   * A volume of the pool after a round.
   *
   * @param label of the specialist
   * @param propagated the label of round 0
   * @param uncertainty mean entropy of the volume, nats
   * @param map uncertainty of each voxel, nats
   */
  record Predicted(
      PseudoLabel label,
      PseudoLabel propagated,
      double uncertainty,
      float[] map,
      int[] shape,
      Supplier<FeatureGrid> features,
      float[] global)
      implements Volume {}

  /** The labels to train the next round with, in the order of {@code volumes}. */
  List<PseudoLabel> refine(List<Volume> volumes, int classes);
}
