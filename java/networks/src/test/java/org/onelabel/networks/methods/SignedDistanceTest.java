package org.onelabel.networks.methods;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.onelabel.networks.TrainingCase;
import org.onelabel.volumes.LabelMap;

class SignedDistanceTest {
  private static final byte IGNORED = (byte) LabelMap.IGNORED;

  @Test
  void signedDistancesAreTheSameForEveryClass() {
    byte[] one = TrainingCase.ball(1).label();
    byte[] other = new byte[one.length];
    for (int i = 0; i < one.length; i++) {
      other[i] = (byte) (200 * one[i]);
    }
    int[] shape = {24, 24, 24};
    assertArrayEquals(SignedDistance.of(one, 1, shape), SignedDistance.of(other, 200, shape));
  }

  @Test
  void signedDistancesAreMeasuredBetweenKnownVoxels() {
    byte[] label = {0, 0, 0, IGNORED, 1, 1, 1, IGNORED, IGNORED};
    assertArrayEquals(
        // Outside up to 4 voxels from the structure; inside up to 4 from the outside.
        new float[] {1, 0.75f, 0.5f, 0, -0.5f, -0.75f, -1, 0, 0},
        SignedDistance.of(label, 1, new int[] {9, 1, 1}),
        1e-6f);
  }
}
