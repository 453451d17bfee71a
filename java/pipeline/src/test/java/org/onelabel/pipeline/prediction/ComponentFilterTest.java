package org.onelabel.pipeline.prediction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

class ComponentFilterTest {
  private static final Extent LINE = new Extent(1, 1, 9);

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

  private static ComponentFilter filter(int kept) {
    return new ComponentFilter(kept, LocationPrior.UNKNOWN);
  }

  private static float[] all(float value) {
    float[] values = new float[9];
    Arrays.fill(values, value);
    return values;
  }

  private static byte[] filtered(int kept, int[] labels, float[] sure) {
    float[][] planes = probabilities(labels, sure);
    filter(kept).apply(planes, LINE, Optional.empty());
    return PseudoLabel.best(planes).labels();
  }

  @Test
  void theBestOfWhatIsKeptIsKnownWithoutChangingWhatWasSaid() {
    int[] labels = {1, 2, 2, 0, 1, 0, 2, 0, 0};
    float[][] said = probabilities(labels, all(0.9f));
    PseudoLabel best = filter(1).best(said, LINE, Optional.empty());
    assertArrayEquals(probabilities(labels, all(0.9f)), said);
    filter(1).apply(said, LINE, Optional.empty());
    assertArrayEquals(PseudoLabel.best(said).labels(), best.labels());
    assertArrayEquals(PseudoLabel.best(said).confidence(), best.confidence());
    assertArrayEquals(new byte[] {1, 2, 2, 0, 0, 0, 0, 0, 0}, best.labels());
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

  private static byte[] propagated(int from, int to) {
    byte[] labels = new byte[9];
    Arrays.fill(labels, from, to, (byte) 1);
    float[][] planes = probabilities(new int[] {1, 1, 1, 0, 1, 0, 1, 1, 0}, all(0.9f));
    filter(1).apply(planes, LINE, Optional.of(labels));
    return PseudoLabel.best(planes).labels();
  }

  @Test
  void whatLiesWhereTheAnatomyIsExpectedWeighsBeforeWhatIsLarger() {
    assertArrayEquals(new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 0}, propagated(4, 5));
    assertArrayEquals(new byte[] {0, 0, 0, 0, 1, 0, 1, 1, 0}, propagated(4, 9));
  }

  private static byte[] near(double share, double deviation, int[] labels) {
    float[][] planes = probabilities(labels, all(0.9f));
    LocationPrior location =
        new LocationPrior(new double[] {0.5, 0.5, share}, new double[] {1, 1, deviation});
    new ComponentFilter(1, location).apply(planes, LINE, Optional.empty());
    return PseudoLabel.best(planes).labels();
  }

  @Test
  void whatLiesWhereTheAnatomyDoesWeighsMoreThanWhatLiesElsewhere() {
    int[] labels = {1, 1, 0, 0, 1, 0, 0, 1, 1};
    assertArrayEquals(new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 0}, near(0.5, 0.1, labels));
    assertArrayEquals(new byte[] {1, 1, 0, 0, 0, 0, 0, 0, 0}, near(1.0 / 9, 0.1, labels));
    // Nearer is no reason where the anatomy lies anywhere.
    assertArrayEquals(new byte[] {1, 1, 0, 0, 1, 0, 0, 1, 1}, near(0.5, 5, labels));
  }

  @Test
  void whatIsThreeTimesAsHeavyStaysWhereverItLies() {
    assertArrayEquals(
        new byte[] {1, 1, 1, 0, 1, 0, 0, 0, 0},
        near(0.5, 0.01, new int[] {1, 1, 1, 0, 1, 0, 1, 1, 0}));
  }

  @Test
  void whatIsMuchLargerIsKeptFarFromWhereTheAnatomyWas() {
    float[][] planes = new float[2][400];
    Arrays.fill(planes[0], 1);
    Arrays.fill(planes[0], 0, 100, 0.1f);
    Arrays.fill(planes[1], 0, 100, 0.9f);
    planes[0][200] = 0.1f;
    planes[1][200] = 0.9f;
    LocationPrior location =
        new LocationPrior(new double[] {0.5, 0.5, 0.5}, new double[] {0.1, 0.1, 0.1});
    new ComponentFilter(1, location).apply(planes, new Extent(1, 1, 400), Optional.empty());
    assertEquals(0.9f, planes[1][50]);
    assertEquals(0, planes[1][200]);
  }

  @Test
  void theLocationIsThatOfTheHeaviestComponents() {
    byte[] label = new byte[400];
    Arrays.fill(label, 100, 200, (byte) 1);
    Arrays.fill(label, 300, 400, (byte) 2);
    label[0] = 1;
    Scan scan = new Scan(List.of(new float[400]), new int[] {1, 1, 400}, label, null);
    Scan empty = scan.withLabel(new byte[400], null);
    List<Scan> scans = List.of(scan, empty, scan.withLabel(null, null));
    LocationPrior location = ComponentFilter.of(2, scans).location();
    assertEquals((0.375 + 0.875) / 2, location.mean()[2], 1e-12);
    assertEquals(LocationPrior.UNKNOWN, ComponentFilter.of(ComponentFilter.ALL, scans).location());
  }

  @Test
  void whereNothingIsFoundWhereItIsExpectedAllVoxelsDecide() {
    assertArrayEquals(new byte[] {1, 1, 1, 0, 0, 0, 1, 1, 0}, propagated(5, 6));
  }

  @Test
  void whatIsTakenAwayIsBackgroundForSure() {
    float[][] planes = probabilities(new int[] {1, 2, 2, 2, 0, 2, 0, 0, 0}, all(0.9f));
    filter(1).apply(planes, LINE, Optional.empty());
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
    assertEquals(
        ComponentFilter.ALL, ComponentFilter.count(new LabelArray(new Extent(1, 1, 200), lesions)));
  }

  @Test
  void aSmallOrganApartFromALargeOneCounts() {
    byte[] labels = new byte[400];
    Arrays.fill(labels, 0, 300, (byte) 1);
    labels[350] = 2;
    assertEquals(2, ComponentFilter.count(new LabelArray(new Extent(1, 1, 400), labels)));
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
    assertEquals(2, ComponentFilter.count(new LabelArray(Extent.of(shape), labels)));
    assertThrows(IllegalArgumentException.class, () -> filter(0));
  }
}
