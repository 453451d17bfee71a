package org.onelabel.pipeline.prediction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.refinement.ConsensusRefinement;
import org.onelabel.pipeline.refinement.Refinement;
import org.onelabel.volumes.grid.Extent;

class SharedOpinionTest {
  @Test
  void theMeanCountsThePropagationAsItsWeightSays() {
    float[][] probabilities = {{0.2f, 0.7f}, {0.7f, 0.2f}, {0.1f, 0.1f}};
    SharedOpinion.apply(
        probabilities, new PseudoLabel(new byte[] {0, 2}, new float[] {1, 0.4f}), 0.5);
    assertArrayEquals(new float[] {0.7f / 1.5f, 0.8f / 1.5f}, probabilities[0], 1e-6f);
    assertArrayEquals(new float[] {0.7f / 1.5f, 0.3f / 1.5f}, probabilities[1], 1e-6f);
    assertArrayEquals(new float[] {0.1f / 1.5f, 0.4f / 1.5f}, probabilities[2], 1e-6f);
  }

  @Test
  void weightZeroLeavesTheNetworkAlone() {
    float[][] probabilities = {{0.2f}, {0.8f}};
    SharedOpinion.apply(probabilities, new PseudoLabel(new byte[] {0}, new float[] {1}), 0);
    assertEquals(0.8f, probabilities[1][0]);
  }

  @Test
  void ofTwoClassesItLabelsAsTheConsensusDoes() {
    int voxels = 1000;
    Random random = new Random(3);
    float[][] probabilities = new float[2][voxels];
    byte[] labels = new byte[voxels];
    float[] margins = new float[voxels];
    for (int i = 0; i < voxels; i++) {
      probabilities[1][i] = random.nextFloat();
      probabilities[0][i] = 1 - probabilities[1][i];
      labels[i] = (byte) random.nextInt(2);
      margins[i] = random.nextFloat();
    }
    PseudoLabel propagated = new PseudoLabel(labels, margins);
    PseudoLabel expected =
        new ConsensusRefinement(0.5)
            .refine(
                List.of(
                    new Refinement.Predicted(
                        PseudoLabel.best(probabilities),
                        propagated,
                        0,
                        new float[voxels],
                        new Extent(10, 10, 10),
                        () -> {
                          throw new IllegalStateException();
                        },
                        new float[0])),
                2)
            .getFirst();
    SharedOpinion.apply(probabilities, propagated, 0.5);
    assertArrayEquals(expected.labels(), PseudoLabel.best(probabilities).labels());
  }
}
