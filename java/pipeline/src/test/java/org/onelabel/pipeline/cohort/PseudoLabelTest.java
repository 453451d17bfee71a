package org.onelabel.pipeline.cohort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.networks.sampling.Scan;

class PseudoLabelTest {
  private static final Scan SCAN = new Scan(List.of(new float[3]), new int[] {1, 1, 3}, null, null);
  private static final PseudoLabel LABEL =
      new PseudoLabel(new byte[] {0, 1, 2}, new float[] {1, 0.5f, 0});

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 2})
  void aScanInWhichNothingWasFoundTeachesNothing(double power) {
    Scan target = PseudoLabel.nothing(3).target(SCAN, power);
    assertArrayEquals(new byte[] {-1, -1, -1}, target.label());
  }

  @Test
  void aVoxelWeighsAsMuchAsItsLabelIsTrusted() {
    Scan target = LABEL.target(SCAN, 2);
    assertArrayEquals(new byte[] {0, 1, 2}, target.label());
    assertArrayEquals(new float[] {1, 0.25f, 0}, target.weight());
  }

  @Test
  void everyVoxelWeighsAlikeWithoutAPower() {
    Scan target = LABEL.target(SCAN, 0);
    assertArrayEquals(new byte[] {0, 1, 2}, target.label());
    assertNull(target.weight());
  }
}
