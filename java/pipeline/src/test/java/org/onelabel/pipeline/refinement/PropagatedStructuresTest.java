package org.onelabel.pipeline.refinement;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;

class PropagatedStructuresTest {
  private static final PseudoLabel SPECIALIST =
      new PseudoLabel(new byte[] {0, 1, 1, 1}, new float[] {0.9f, 0.8f, 0.7f, 0.6f});
  private static final PseudoLabel PROPAGATED =
      new PseudoLabel(new byte[] {2, 2, 1, 0}, new float[] {0.1f, 0.2f, 0.3f, 0.4f});

  private static final int[] SHAPE = {4, 1, 1};

  private static FeatureGrid notNeeded() {
    throw new AssertionError("no features are needed");
  }

  private static Refinement.Volume volume(boolean template) {
    return template
        ? new Refinement.Template(
            SPECIALIST, SHAPE, PropagatedStructuresTest::notNeeded, new float[0])
        : new Refinement.Predicted(
            SPECIALIST,
            PROPAGATED,
            0,
            new float[4],
            SHAPE,
            PropagatedStructuresTest::notNeeded,
            new float[0]);
  }

  private static List<PseudoLabel> refined(Set<Integer> lost) {
    Refinement none = (volumes, _) -> volumes.stream().map(Refinement.Volume::label).toList();
    return new PropagatedStructures(none, lost).refine(List.of(volume(true), volume(false)), 3);
  }

  @Test
  void aLostStructureIsTakenFromThePropagation() {
    List<PseudoLabel> refined = refined(Set.of(2));
    assertSame(SPECIALIST, refined.getFirst(), "the template stays");
    assertArrayEquals(new byte[] {2, 2, 1, 1}, refined.getLast().labels());
    assertArrayEquals(new float[] {0.1f, 0.2f, 0.7f, 0.6f}, refined.getLast().confidence());
  }

  @Test
  void whereNothingIsLostTheRefinementStands() {
    assertSame(SPECIALIST, refined(Set.of()).getLast());
  }
}
