package org.onelabel.pipeline.refinement;

import java.util.List;
import java.util.Set;
import org.onelabel.pipeline.cohort.LazyList;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.volumes.grid.LabelArray;

/**
 * A refinement that keeps structures which the specialist has lost: whatever it makes of the
 * volumes, where the propagation sees one of these structures its label and confidence stand.
 */
public final class PropagatedStructures implements Refinement {
  private final Refinement refinement;
  private final Set<Integer> lost;

  /** The same as {@code refinement} but for the classes {@code lost}. */
  public PropagatedStructures(Refinement refinement, Set<Integer> lost) {
    this.refinement = refinement;
    this.lost = Set.copyOf(lost);
  }

  @Override
  public List<PseudoLabel> refine(List<Volume> volumes, int classes) {
    List<PseudoLabel> refined = refinement.refine(volumes, classes);
    return lost.isEmpty()
        ? refined
        : new LazyList<>(
            refined.size(), v -> restored(refined.get(v), volumes.get(v)), PseudoLabel::bytes);
  }

  private PseudoLabel restored(PseudoLabel refined, Volume volume) {
    if (!(volume instanceof Predicted predicted)) {
      return refined;
    }
    PseudoLabel propagated = predicted.propagated();
    byte[] labels = refined.labels().clone();
    float[] confidence = refined.confidence().clone();
    for (int i = 0; i < labels.length; i++) {
      if (lost.contains(LabelArray.classOf(propagated.labels()[i]))) {
        labels[i] = propagated.labels()[i];
        confidence[i] = propagated.confidence()[i];
      }
    }
    return new PseudoLabel(labels, confidence);
  }
}
