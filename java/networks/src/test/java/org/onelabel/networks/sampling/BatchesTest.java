package org.onelabel.networks.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.TrainingCase;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.operations.ComputeDevice;

class BatchesTest {
  private static boolean hasPseudoLabels(int unlabelled, List<Scan> pool) {
    BatchSettings settings =
        new BatchSettings(
            new int[] {16, 16, 16}, 1, unlabelled, new Sampling(Augmentation.ANATOMICAL));
    try (NDManager manager = ComputeDevice.cpu().newManager()) {
      return new Batches(settings, false, List.of(TrainingCase.ball(1)), pool)
          .next(manager, new SplittableRandom(1))
          .hasPseudoLabels();
    }
  }

  @Test
  void scansWithoutALabelHaveNoPseudoLabel() {
    Scan labelled = TrainingCase.ball(2);
    Scan bare = labelled.withLabel(null, null);
    assertEquals(true, hasPseudoLabels(2, List.of(labelled)));
    assertEquals(false, hasPseudoLabels(2, List.of(bare)));
    assertEquals(false, hasPseudoLabels(2, List.of()), "a batch of labelled scans alone");
    assertEquals(false, hasPseudoLabels(0, List.of(labelled)), "none is drawn");
  }
}
