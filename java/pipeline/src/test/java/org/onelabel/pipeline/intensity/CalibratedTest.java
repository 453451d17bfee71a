package org.onelabel.pipeline.intensity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.VoxelArray;

class CalibratedTest {
  private static final int VOXELS = 10_000;

  /** Air and fat, and in the last tenth a liver. */
  private static Calibrated ofLiver() {
    SplittableRandom random = new SplittableRandom(1);
    float[] template = new float[VOXELS];
    byte[] labels = new byte[VOXELS];
    for (int i = 0; i < VOXELS; i++) {
      labels[i] = (byte) (i < 9000 ? 0 : 1);
      template[i] = (float) (i < 4000 ? -1000 : i < 9000 ? -100 : random.nextGaussian(60, 20));
    }
    return Calibrated.of(template, labels);
  }

  private static float[] applied(Calibrated calibrated, float... values) {
    return calibrated.apply(new VoxelArray(new Extent(values.length, 1, 1), values));
  }

  @Test
  void aValueIsTheSameInEveryScan() {
    Calibrated calibrated = ofLiver();
    assertEquals(applied(calibrated, 40, 50, 60)[0], applied(calibrated, -1000, 40, 3000)[1]);
  }

  @Test
  void whatIsAboutAsDenseAsTheStructureIsToldApartFinely() {
    Calibrated calibrated = ofLiver();
    assertEquals(60, calibrated.centre(), 1);
    assertEquals(20, calibrated.spread(), 1);
    float[] found = applied(calibrated, -1000, -900, -100, 40, 60, 80, 1000, 1100);
    for (int i = 1; i < found.length; i++) {
      assertTrue(found[i] > found[i - 1], "order is kept at " + i);
    }
    float fine = (found[5] - found[4]) / 20;
    assertTrue(fine > 10 * (found[1] - found[0]) / 100, "lung");
    assertTrue(fine > 10 * (found[7] - found[6]) / 100, "bone");
  }

  @Test
  void aStructureOfOneValueIsSpreadByTheNoise() {
    float[] template = {-1000, 50, 50, 50};
    assertEquals(10, Calibrated.of(template, new byte[] {0, 1, 1, 1}).spread());
  }

  @Test
  void ignoredVoxelsAreNoStructure() {
    float[] template = {-1000, 50, 60, 5000};
    assertEquals(55, Calibrated.of(template, new byte[] {0, 1, 2, (byte) 255}).centre(), 0.1);
  }

  @Test
  void aScanThatDoesNotGoBelowZeroWhereTheTemplateHasAirIsInAnotherUnit() {
    assertTrue(ofLiver().misfit(new float[] {24, 1084, 2000}).orElseThrow().contains("-1000"));
    assertEquals(Optional.empty(), ofLiver().misfit(new float[] {-90, 60, 2000}));
    Calibrated windowed = Calibrated.of(new float[] {-160, 50, 240}, new byte[] {0, 1, 0});
    assertEquals(Optional.empty(), windowed.misfit(new float[] {5, 60}));
  }

  @Test
  void isReadAsItWasWritten() {
    assertEquals(ofLiver(), Normalisation.parse(ofLiver().text()));
    assertEquals(new PerScan(), Normalisation.parse(new PerScan().text()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "calibrated", "calibrated 1 2 3 4 x", "other 1 2 3 4 5", "calibrated 1 2 3"})
  void otherTextIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Normalisation.parse(text));
  }
}
