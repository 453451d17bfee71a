package org.onelabel.pipeline;

import java.util.List;

/**
 * Specialist and propagation together: where both name the same class it stands with the mean of
 * their margins; where they differ the one with the larger margin wins, and is trusted with half of
 * what it is ahead. For two classes this is the mean of both opinions. What the specialist is
 * unsure of is so decided by similarity to the template, voxel by voxel.
 */
public final class ConsensusRefinement implements Refinement {

  @Override
  public List<PseudoLabel> refine(List<Predicted> volumes, int classes) {
    return volumes.stream()
        .map(v -> v.template() ? v.label() : consensus(v.label(), v.propagated()))
        .toList();
  }

  private static PseudoLabel consensus(PseudoLabel specialist, PseudoLabel propagated) {
    byte[] labels = specialist.labels().clone();
    float[] confidence = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      float mine = specialist.confidence()[i];
      float other = propagated.confidence()[i];
      if (labels[i] == propagated.labels()[i]) {
        confidence[i] = (mine + other) / 2;
      } else {
        labels[i] = other > mine ? propagated.labels()[i] : labels[i];
        confidence[i] = Math.abs(mine - other) / 2;
      }
    }
    return new PseudoLabel(labels, confidence);
  }
}
