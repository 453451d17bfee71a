package org.onelabel.pipeline.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class DrawnAnatomyTest {
  private static final Extent EXTENT = new Extent(24, 20, 18);
  private static final double[] CUBES = {1, 1, 1};

  /** A bright ball, which is class 1. */
  private static Scan ball(double x, double y, double z) {
    float[] image = new float[EXTENT.voxels()];
    byte[] label = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      double dx = EXTENT.place(i, 0) - x;
      double dy = EXTENT.place(i, 1) - y;
      double dz = EXTENT.place(i, 2) - z;
      boolean in = dx * dx + dy * dy + dz * dz < 16;
      image[i] = in ? 1 : 0;
      label[i] = (byte) (in ? 1 : 0);
    }
    return new Scan(List.of(image), EXTENT.shape(), label, null);
  }

  /** Where the middle of class 1 lies along x. */
  private static double middle(Scan scan) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < scan.label().length; i++) {
      if (scan.label()[i] == 1) {
        sum += EXTENT.place(i, 0);
        count++;
      }
    }
    return sum / count;
  }

  private static Bend alongX(float by) {
    return new Bend(new float[][] {{by}, {0}, {0}}, new Extent(1, 1, 1));
  }

  private static Bend random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] field = new float[3][3 * 3 * 3];
    for (float[] axis : field) {
      for (int i = 0; i < axis.length; i++) {
        axis[i] = (float) (2 * random.nextGaussian());
      }
    }
    return new Bend(field, new Extent(3, 3, 3));
  }

  private static List<Scan> drawn(Scan template, Frame frame, int count, Bend... bends) {
    return new DrawnAnatomy(template, frame, List.of(bends), List.of(), 1).scans(count);
  }

  @Test
  void voxelsAndLabelsMoveAlike() {
    Frame frame = Frame.whole(EXTENT, CUBES);
    for (Scan scan : drawn(ball(12, 9, 8), frame, 5, random(1), random(2), random(3))) {
      int structure = 0;
      for (int i = 0; i < scan.label().length; i++) {
        float value = scan.channels().getFirst()[i];
        structure += scan.label()[i];
        if (Math.abs(value - 0.5) > 1e-4) {
          assertEquals(value > 0.5 ? 1 : 0, scan.label()[i]);
        }
      }
      assertTrue(structure > 50, "the ball is there: " + structure);
    }
  }

  @Test
  void drawnFieldsLieBetweenThePoolsAndSomewhatBeyond() {
    Frame frame = Frame.whole(EXTENT, CUBES);
    List<Scan> scans = drawn(ball(12, 9, 8), frame, 30, alongX(2), alongX(4));
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (Scan scan : scans) {
      double by = 12 - middle(scan);
      least = Math.min(least, by);
      most = Math.max(most, by);
    }
    // Half to three halves of 2 to 4 voxels.
    assertTrue(least > 0.9 && least < 2, "least " + least);
    assertTrue(most > 3.5 && most < 6.1, "most " + most);
  }

  @Test
  void withoutDisplacementsItIsTheTemplate() {
    Scan template = ball(12, 9, 8);
    Scan same = drawn(template, Frame.whole(EXTENT, CUBES), 1, Bend.none()).getFirst();
    assertArrayEquals(template.channels().getFirst(), same.channels().getFirst());
    assertArrayEquals(template.label(), same.label());
  }

  /** The value in the middle of the ball and of a corner, far from it. */
  private static float[] tissues(Scan scan) {
    float[] values = scan.channels().getFirst();
    return new float[] {values[EXTENT.index(12, 9, 8)], values[EXTENT.index(23, 19, 17)]};
  }

  @Test
  void tissuesAreAsBrightAsInScansOfThePoolAndSomewhatBeyond() {
    Scan template = ball(12, 9, 8);
    Contrast dark = new Contrast(new float[][] {{0.5f, -3}});
    List<Scan> scans =
        new DrawnAnatomy(
                template, Frame.whole(EXTENT, CUBES), List.of(Bend.none()), List.of(dark), 1)
            .scans(40);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (Scan scan : scans) {
      float[] tissues = tissues(scan);
      // The ball goes from 1 towards −3, everything else from 0 towards 0.5, both as far.
      float share = (1 - tissues[0]) / 4;
      assertEquals(0.5 * share, tissues[1], 1e-5);
      assertArrayEquals(template.label(), scan.label());
      least = Math.min(least, share);
      most = Math.max(most, share);
    }
    assertTrue(least >= 0 && least < 0.2, "least " + least);
    assertTrue(most > 1.05 && most <= 1.25, "most " + most);
  }

  @Test
  void aTemplateWhoseLabelIsTooSmallToTellAContrastKeepsItsOwn() {
    Scan ball = ball(12, 9, 8);
    byte[] few = new byte[ball.label().length];
    few[EXTENT.index(12, 9, 8)] = 1;
    Scan template = ball.withLabel(few, null);
    Scan drawn =
        new DrawnAnatomy(
                template,
                Frame.whole(EXTENT, CUBES),
                List.of(Bend.none()),
                List.of(new Contrast(new float[][] {{9, 9}})),
                1)
            .scans(1)
            .getFirst();
    assertArrayEquals(template.channels().getFirst(), drawn.channels().getFirst());
  }

  @Test
  void farBesideTheFrameNothingMoves() {
    Frame frame = new Frame(Box.of(new int[] {0, 0, 0}, new int[] {6, 6, 6}), CUBES);
    Scan template = ball(16, 12, 10);
    Scan scan = drawn(template, frame, 1, alongX(3)).getFirst();
    assertArrayEquals(template.label(), scan.label());
    Scan near = drawn(ball(3, 3, 3), frame, 1, alongX(2)).getFirst();
    assertNotEquals(middle(ball(3, 3, 3)), middle(near), 0.4);
  }

  @Test
  void aNumberAlwaysGivesTheSameScanAndAnotherAnotherOne() {
    Frame frame = Frame.whole(EXTENT, CUBES);
    Scan template = ball(12, 9, 8);
    Scan one = drawn(template, frame, 2, random(1), random(2)).get(1);
    Scan again = drawn(template, frame, 9, random(1), random(2)).get(1);
    Scan other = drawn(template, frame, 9, random(1), random(2)).get(2);
    assertArrayEquals(one.channels().getFirst(), again.channels().getFirst());
    assertTrue(!Arrays.equals(one.channels().getFirst(), other.channels().getFirst()));
  }

  @Test
  void largeScansAreFewer() {
    Extent large = new Extent(200, 200, 100);
    Scan template =
        new Scan(List.of(new float[large.voxels()]), large.shape(), new byte[large.voxels()], null);
    Frame frame = Frame.whole(large, CUBES);
    assertEquals(6, drawn(template, frame, 50, Bend.none()).size());
    assertEquals(4, drawn(template, frame, 4, Bend.none()).size());
  }
}
