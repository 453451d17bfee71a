package org.onelabel.pipeline.refinement;

import java.util.List;
import org.onelabel.pipeline.cohort.LazyList;
import org.onelabel.pipeline.cohort.PseudoLabel;

/**
 * Specialist and propagation together: the propagation's margin counts {@code weight} of the
 * specialist's. Where both name the same class it stands with the weighted mean of their margins;
 * where they differ the one with the larger weighted margin wins, and is trusted with what it is
 * ahead. For two classes this is the weighted mean of both opinions. What the specialist is unsure
 * of is so decided by similarity to the template, voxel by voxel.
 */
public final class ConsensusRefinement implements Refinement {
  private final float weight;

  /** A refinement; {@code weight} is 0 for the specialist alone, 1 for equal say. */
  public ConsensusRefinement(double weight) {
    this.weight = (float) weight;
  }

  @Override
  public List<PseudoLabel> refine(List<Volume> volumes, int classes) {
    return LazyList.of(
        volumes,
        volume ->
            switch (volume) {
              case Template template -> template.label();
              case Predicted predicted -> of(predicted.label(), predicted.propagated());
            },
        PseudoLabel::bytes);
  }

  /** What a specialist and another opinion decide together. */
  PseudoLabel of(PseudoLabel specialist, PseudoLabel propagated) {
    byte[] labels = specialist.labels().clone();
    float[] confidence = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      float mine = specialist.confidence()[i];
      float other = weight * propagated.confidence()[i];
      if (labels[i] == propagated.labels()[i]) {
        confidence[i] = (mine + other) / (1 + weight);
      } else {
        labels[i] = other > mine ? propagated.labels()[i] : labels[i];
        confidence[i] = Math.abs(mine - other) / (1 + weight);
      }
    }
    return new PseudoLabel(labels, confidence);
  }
}
