package org.onelabel.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A refinement that keeps structures which the specialist has lost: whatever it makes of the
 * volumes, where the propagation sees one of these structures its label and confidence stand.
 */
final class PropagatedStructures implements Refinement {
  private final Refinement refinement;
  private final Set<Integer> lost;

  /** The same as {@code refinement} but for the classes {@code lost}. */
  PropagatedStructures(Refinement refinement, Set<Integer> lost) {
    this.refinement = refinement;
    this.lost = Set.copyOf(lost);
  }

  @Override
  public List<PseudoLabel> refine(List<Predicted> volumes, int classes) {
    List<PseudoLabel> refined = new ArrayList<>(refinement.refine(volumes, classes));
    for (int v = 0; v < refined.size(); v++) {
      if (!lost.isEmpty() && !volumes.get(v).template()) {
        refined.set(v, restored(refined.get(v), volumes.get(v).propagated()));
      }
    }
    return refined;
  }

  private PseudoLabel restored(PseudoLabel refined, PseudoLabel propagated) {
    byte[] labels = refined.labels().clone();
    float[] confidence = refined.confidence().clone();
    for (int i = 0; i < labels.length; i++) {
      if (lost.contains(propagated.labels()[i] & 255)) {
        labels[i] = propagated.labels()[i];
        confidence[i] = propagated.confidence()[i];
      }
    }
    return new PseudoLabel(labels, confidence);
  }
}
