package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ComponentFilterTest {
  private static final int[] LINE = {1, 1, 9};

  /**
   * Background and two structures; each voxel's class has {@code sure}, the background the rest.
   */
  private static float[][] probabilities(int[] labels, float[] sure) {
    float[][] planes = new float[3][labels.length];
    for (int i = 0; i < labels.length; i++) {
      planes[0][i] = 1 - sure[i];
      planes[labels[i]][i] = sure[i];
    }
    return planes;
  }

  private static float[] all(float value) {
    float[] values = new float[9];
    Arrays.fill(values, value);
    return values;
  }

  private static byte[] filtered(int kept, int[] labels, float[] sure) {
    float[][] planes = probabilities(labels, sure);
    new ComponentFilter(kept).apply(planes, LINE, ComponentFilter.ANYWHERE);
    return PseudoLabel.best(planes).labels();
  }

  @Test
  void structuresThatTouchAreKeptTogether() {
    int[] labels = {1, 2, 2, 0, 1, 0, 2, 0, 0};
    assertArrayEquals(new byte[] {1, 2, 2, 0, 0, 0, 0, 0, 0}, filtered(1, labels, all(0.9f)));
  }

  @Test
  void asManyAreKeptAsAreAskedFor() {
    int[] labels = {1, 2, 2, 0, 1, 0, 2, 2, 2};
    assertArrayEquals(new byte[] {1, 2, 2, 0, 0, 0, 2, 2, 2}, filtered(2, labels, all(0.9f)));
    assertArrayEquals(new byte[] {1, 2, 2, 0, 1, 0, 2, 2, 2}, filtered(9, labels, all(0.9f)));
  }

  @Test
  void whatIsHardlyLighterIsKeptAndWhatIsMuchLighterIsNot() {
    int[] labels = {1, 1, 1, 0, 1, 1, 1, 1, 1};
    float[] sure = {0.9f, 0.9f, 0.9f, 1, 0.52f, 0.52f, 0.52f, 0.52f, 0.52f};
    assertArrayEquals(new byte[] {1, 1, 1, 0, 1, 1, 1, 1, 1}, filtered(1, labels, sure));
    int[] fewer = {1, 1, 1, 0, 1, 1, 0, 0, 0};
    assertArrayEquals(new byte[] {1, 1, 1, 0, 0, 0, 0, 0, 0}, filtered(1, fewer, sure));
  }

  private static byte[] expected(int from, int to) {
    float[][] planes = probabilities(new int[] {1, 1, 1, 0, 1, 0, 1, 1, 0}, all(0.9f));
    new ComponentFilter(1).apply(planes, LINE, i -> from <= i && i < to);
    return PseudoLabel.best(planes).labels();
  }

  @Test
  void whatLiesWhereTheAnatomyIsExpectedWeighsBeforeWhatIsLarger() {
    assertArrayEquals(new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 0}, expected(4, 5));
    assertArrayEquals(new byte[] {0, 0, 0, 0, 1, 0, 1, 1, 0}, expected(4, 9));
  }

  @Test
  void whereNothingIsFoundWhereItIsExpectedAllVoxelsDecide() {
    assertArrayEquals(new byte[] {1, 1, 1, 0, 0, 0, 1, 1, 0}, expected(5, 6));
  }

  @Test
  void whatIsTakenAwayIsBackgroundForSure() {
    float[][] planes = probabilities(new int[] {1, 2, 2, 2, 0, 2, 0, 0, 0}, all(0.9f));
    new ComponentFilter(1).apply(planes, LINE, ComponentFilter.ANYWHERE);
    assertEquals(1, planes[0][5]);
    assertEquals(0, planes[2][5]);
    assertEquals(0.9f, planes[1][0]);
  }

  @Test
  void noStructureIsTakenAwayWhole() {
    int[] labels = {1, 1, 1, 1, 0, 2, 0, 1, 0};
    assertArrayEquals(new byte[] {1, 1, 1, 1, 0, 2, 0, 0, 0}, filtered(1, labels, all(0.9f)));
  }

  @Test
  void manyComponentsAreNoPartOfAnAnatomy() {
    byte[] lesions = new byte[200];
    for (int i = 0; i < 200; i += 4) {
      lesions[i] = 1;
    }
    assertEquals(ComponentFilter.ALL, ComponentFilter.count(lesions, new int[] {1, 1, 200}));
  }

  @Test
  void aSmallOrganApartFromALargeOneCounts() {
    byte[] labels = new byte[400];
    Arrays.fill(labels, 0, 300, (byte) 1);
    labels[350] = 2;
    assertEquals(2, ComponentFilter.count(labels, new int[] {1, 1, 400}));
  }

  @Test
  void nothingIsTakenFromAnEmptyScan() {
    assertArrayEquals(new byte[9], filtered(1, new int[9], all(1)));
  }

  @Test
  void theTemplatesComponentsCountWithoutSlipsOfThePen() {
    int[] shape = {1, 1, 400};
    byte[] labels = new byte[400];
    Arrays.fill(labels, 0, 150, (byte) 1);
    Arrays.fill(labels, 150, 200, (byte) 2);
    Arrays.fill(labels, 250, 300, (byte) 1);
    labels[390] = 2;
    Arrays.fill(labels, 395, 400, (byte) 255);
    assertEquals(2, ComponentFilter.count(labels, shape));
    assertThrows(IllegalArgumentException.class, () -> new ComponentFilter(0));
  }
}
