package org.onelabel.pipeline.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Placement;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class FramingTest {
  private static final Extent SCAN = new Extent(40, 36, 32);
  private static final int VOXELS = 40 * 36 * 32;
  private static final double[] MIDDLE = {20, 17, 15};

  private static Framing framing(Extent frame, double... rows) {
    return new Framing(
        Frame.whole(frame, new double[] {1, 1, 1}), Placement.of(rows), Bend.none(), 1, SCAN);
  }

  private static Framing shifted(Extent frame, int x, int y, int z) {
    return framing(frame, 1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z);
  }

  /** Turned by 25° about z and 10° about x, scaled by 0.9, middle to middle. */
  private static Framing turned(int side) {
    double cz = Math.cos(Math.toRadians(25));
    double sz = Math.sin(Math.toRadians(25));
    double cx = Math.cos(Math.toRadians(10));
    double sx = Math.sin(Math.toRadians(10));
    double[] m = {cz, -sz * cx, sz * sx, sz, cz * cx, -cz * sx, 0, sx, cx};
    double[] rows = new double[12];
    for (int a = 0; a < 3; a++) {
      rows[4 * a + 3] = MIDDLE[a];
      for (int b = 0; b < 3; b++) {
        rows[4 * a + b] = 0.9 * m[3 * a + b];
        rows[4 * a + 3] -= rows[4 * a + b] * 0.5 * (side - 1);
      }
    }
    return framing(new Extent(side, side, side), rows);
  }

  /** A ball of class 1, half of it of class 2. */
  private static PseudoLabel ball(double radius) {
    PseudoLabel label = new PseudoLabel(new byte[VOXELS], new float[VOXELS]);
    Arrays.fill(label.confidence(), 1);
    for (int i = 0; i < VOXELS; i++) {
      int x = i / (36 * 32);
      int y = i / 32 % 36;
      int z = i % 32;
      double square = 0;
      for (int a = 0; a < 3; a++) {
        double from = new int[] {x, y, z}[a] - MIDDLE[a];
        square += from * from;
      }
      if (square < radius * radius) {
        label.labels()[i] = (byte) (x > MIDDLE[0] ? 2 : 1);
      }
    }
    return label;
  }

  private static PseudoLabel noise(int voxels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PseudoLabel label = new PseudoLabel(new byte[voxels], new float[voxels]);
    for (int i = 0; i < voxels; i++) {
      label.labels()[i] = (byte) random.nextInt(4);
      label.confidence()[i] = (float) random.nextDouble();
    }
    return label;
  }

  private static double dice(byte[] one, byte[] other, int label) {
    int both = 0;
    int all = 0;
    for (int i = 0; i < one.length; i++) {
      both += one[i] == label && other[i] == label ? 2 : 0;
      all += (one[i] == label ? 1 : 0) + (other[i] == label ? 1 : 0);
    }
    return both / (double) all;
  }

  @Test
  void aWholeShiftThereAndBackKeepsLabelsAndTrust() {
    PseudoLabel label = noise(VOXELS, 1);
    // A frame larger than the scan, so that all of it lies in it.
    Framing framing = shifted(new Extent(50, 40, 36), -4, -2, -1);
    PseudoLabel back = framing.push(framing.pull(label));
    assertArrayEquals(label.labels(), back.labels());
    assertArrayEquals(label.confidence(), back.confidence(), 2e-3f);
  }

  @Test
  void aTurnedPlacementGivesBackWhatItWasGiven() {
    PseudoLabel ball = ball(11);
    Framing framing = turned(40);
    PseudoLabel there = framing.pull(ball);
    PseudoLabel back = framing.push(there);
    for (int c = 1; c <= 2; c++) {
      double dice = dice(ball.labels(), back.labels(), c);
      assertTrue(dice > 0.95, "class " + c + ": " + dice);
    }
    // 0.9 of the size: a voxel of the frame covers 0.729 of the scan's.
    int before = count(ball.labels());
    int in = count(there.labels());
    assertEquals(before / 0.729, in, 0.03 * in);
  }

  private static int count(byte[] labels) {
    int count = 0;
    for (byte label : labels) {
      count += label == 0 ? 0 : 1;
    }
    return count;
  }

  @Test
  void whatLiesOutsideTheFrameIsSureBackground() {
    Extent frame = new Extent(10, 12, 14);
    PseudoLabel all = new PseudoLabel(new byte[10 * 12 * 14], new float[10 * 12 * 14]);
    Arrays.fill(all.labels(), (byte) 3);
    Arrays.fill(all.confidence(), 0.25f);
    PseudoLabel pushed = shifted(frame, 5, 6, 7).push(all);
    int inside = 0;
    for (int i = 0; i < VOXELS; i++) {
      int x = i / (36 * 32);
      int y = i / 32 % 36;
      int z = i % 32;
      boolean in = x >= 5 && x < 15 && y >= 6 && y < 18 && z >= 7 && z < 21;
      assertEquals(in ? 3 : 0, pushed.labels()[i]);
      assertEquals(in ? 0.25f : 1, pushed.confidence()[i], 2e-3f);
      inside += in ? 1 : 0;
    }
    assertEquals(10 * 12 * 14, inside);
  }

  @Test
  void trustFallsWhereClassesMeetBetweenVoxels() {
    PseudoLabel label = new PseudoLabel(new byte[VOXELS], new float[VOXELS]);
    Arrays.fill(label.confidence(), 1);
    for (int i = VOXELS / 2; i < VOXELS; i++) {
      label.labels()[i] = 1;
    }
    PseudoLabel pushed = framing(SCAN, 1, 0, 0, 0.3, 0, 1, 0, 0, 0, 0, 1, 0).push(label);
    int meeting = 20 * 36 * 32 + 18 * 32 + 16;
    assertEquals(1, pushed.labels()[meeting]);
    assertEquals(0.7 - 0.3, pushed.confidence()[meeting], 2e-3);
    assertEquals(1, pushed.confidence()[meeting + 36 * 32], 2e-3);
    assertEquals(0, pushed.labels()[meeting - 36 * 32]);
  }

  @Test
  void onlyWhatWasDecidedAnewChangesAScansOwnLabel() {
    PseudoLabel own = ball(11);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < VOXELS; i++) {
      own.confidence()[i] = (float) random.nextDouble(0.2, 1);
    }
    Framing framing = turned(40);
    PseudoLabel before = framing.pull(own);
    PseudoLabel same = framing.pushChanges(before, framing.pull(own), () -> own);
    assertArrayEquals(own.labels(), same.labels());
    assertArrayEquals(own.confidence(), same.confidence(), "nothing was decided anew");

    // A box in a corner of the frame becomes class 3.
    PseudoLabel after = framing.pull(own);
    for (int x = 25; x < 31; x++) {
      for (int y = 20; y < 26; y++) {
        for (int z = 18; z < 24; z++) {
          after.labels()[(x * 40 + y) * 40 + z] = 3;
          after.confidence()[(x * 40 + y) * 40 + z] = 1;
        }
      }
    }
    PseudoLabel changed = framing.pushChanges(after, before, () -> own);
    Placement back = framing.placement().inverse();
    int anew = 0;
    int far = 0;
    for (int i = 0; i < VOXELS; i++) {
      int x = i / (36 * 32);
      int y = i / 32 % 36;
      int z = i % 32;
      double fx = back.map(0, x, y, z);
      double fy = back.map(1, x, y, z);
      double fz = back.map(2, x, y, z);
      if (fx > 25 && fx < 30 && fy > 20 && fy < 25 && fz > 18 && fz < 23) {
        assertEquals(3, changed.labels()[i]);
        anew++;
      } else if (fx < 24 || fx > 31 || fy < 19 || fy > 26 || fz < 17 || fz > 24) {
        assertEquals(own.labels()[i], changed.labels()[i]);
        assertEquals(own.confidence()[i], changed.confidence()[i], "trust of what stays");
        far++;
      }
    }
    assertTrue(anew > 60 && far > VOXELS / 2, anew + " and " + far);
  }

  @Test
  void aClassThatIsFoundAgainIsTrustedAnew() {
    PseudoLabel own = ball(11);
    Arrays.fill(own.confidence(), 0.5f);
    Framing framing = turned(40);
    PseudoLabel before = framing.pull(own);
    PseudoLabel after = framing.pull(own);
    Arrays.fill(after.confidence(), 0.9f);
    PseudoLabel changed = framing.pushChanges(after, before, () -> own);
    assertArrayEquals(own.labels(), changed.labels());
    int middle = (23 * 36 + 17) * 32 + 15;
    assertEquals(2, changed.labels()[middle]);
    assertEquals(0.9, changed.confidence()[middle], 2e-3);
  }

  @Test
  void aWholeFramingCopiesNothing() {
    Framing whole = Framing.ofTemplate(Frame.whole(SCAN, new double[] {1, 1, 1}), SCAN);
    PseudoLabel label = noise(VOXELS, 3);
    assertSame(label, whole.push(label));
    assertSame(label.labels(), whole.pull(label.labels()));
    assertSame(label.confidence(), whole.pull(label.confidence()));
  }

  @Test
  void whatIsPulledHasTheFramesGeometryAndIsNormalisedThere() {
    SplittableRandom random = new SplittableRandom(4);
    float[] values = new float[VOXELS];
    for (int i = 0; i < VOXELS; i++) {
      values[i] = (float) random.nextDouble(i % 32, 40);
    }
    Framing framing =
        new Framing(
            Frame.whole(new Extent(20, 10, 12), new double[] {2, 3, 4}),
            Placement.of(1, 0, 0, 3, 0, 1, 0, 4, 0, 0, 1, 5),
            Bend.none(),
            1,
            SCAN);
    Volume pulled =
        framing.pull(
            new Volume(Geometry.of(40, 36, 32, Affine.ofSpacing(2, 3, 4)), List.of(values)));
    assertArrayEquals(new int[] {20, 10, 12}, pulled.geometry().shape());
    assertArrayEquals(new double[] {2, 3, 4}, pulled.geometry().spacing(), 1e-9);
    double sum = 0;
    double squares = 0;
    for (float value : pulled.voxels()) {
      sum += value;
      squares += value * value;
    }
    assertEquals(0, sum / 2400, 1e-3);
    assertEquals(1, squares / 2400, 1e-2);
    // The order of values stays, so what was brighter is brighter.
    int one = (7 * 10 + 4) * 12 + 3;
    int other = (11 * 10 + 8) * 12 + 6;
    float before = values[(10 * 36 + 8) * 32 + 8] - values[(14 * 36 + 12) * 32 + 11];
    assertEquals(Math.signum(before), Math.signum(pulled.voxels()[one] - pulled.voxels()[other]));
  }

  @Test
  void positionsAreMovedByTheBend() {
    Bend bend = new Bend(new float[][] {{2}, {0}, {-1}}, new Extent(1, 1, 1));
    Framing framing =
        new Framing(
            Frame.whole(new Extent(8, 1, 4), new double[] {1, 1, 1}),
            Placement.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0),
            bend,
            1,
            SCAN);
    float[] rows = new float[4 * 4 * 4];
    for (int n = 0; n < 16; n++) {
      // A half of the box is 12: a cell of two voxels along x, one along z.
      rows[4 * n] = 7;
      int x = n / 4;
      rows[4 * n + 1] = (x - 1.5f) * 6;
      rows[4 * n + 3] = (n % 4 - 1.5f) * 6;
    }
    Box box = Box.of(new Extent(8, 1, 4));
    FeatureGrid grid = new FeatureGrid(rows, 4, new Extent(4, 1, 4), box, 3, new float[] {1});
    FeatureGrid bent = framing.bent(grid);
    for (int n = 0; n < 16; n++) {
      assertEquals(7, bent.rows()[4 * n]);
      assertEquals(rows[4 * n + 1] + 2 * 3, bent.rows()[4 * n + 1], 1e-5, "two voxels of 3");
      assertEquals(0, bent.rows()[4 * n + 2], 1e-5, "one cell tells no way");
      assertEquals(rows[4 * n + 3] - 6, bent.rows()[4 * n + 3], 1e-5, "one voxel of 6 back");
    }
    FeatureGrid without = new FeatureGrid(rows, 4, new Extent(4, 1, 4), box, 0, new float[] {1});
    assertSame(without, framing.bent(without));
  }
}
