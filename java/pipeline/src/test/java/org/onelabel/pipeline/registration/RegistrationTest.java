package org.onelabel.pipeline.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.grid.Extent;

/** Copies of a phantom are found, wherever and however they lie. */
class RegistrationTest {
  private static final int CELLS = 5000;

  /** Measured are 0.2 to 0.6 mm, voxels have 3 mm or 1.5 mm and 8 mm. */
  private static final double FARTHEST_OFF = 1;

  /** A bend follows noise a little: measured are 0.2 to 1.2 mm. */
  private static final double FARTHEST_BENT = 1.5;

  /** Measured are 0.87 to 0.96: structures of some voxels, cut to voxels twice. */
  private static final double LEAST_DICE = 0.8;

  private static final Found IN_CUBES = Found.of(new Extent(30, 29, 31), 3, 3, 3);
  private static final Found IN_SLICES = Found.of(new Extent(60, 60, 11), 1.5, 1.5, 8);

  /** A scan of the body in this pose, seen otherwise than the template by noise alone. */
  private record Copy(Phantom.Map map, Phantom.Scan scan) {}

  /** A template, its frame, and what finds it. */
  private record Found(
      Phantom.Map map, Phantom.Scan template, Frame frame, Registration registration) {
    static Found of(Extent extent, double... spacing) {
      Phantom.Map map = Phantom.posed(pose(false, new double[3], 1, middle(extent, spacing)));
      Phantom.Scan template = Phantom.scan(extent, spacing, map, 1);
      Frame frame = Frame.around(template.labels(), spacing, 0.25);
      return new Found(
          map,
          template,
          frame,
          new Registration(template.image(), template.labels(), frame, CELLS));
    }

    Copy copy(boolean mirrored, double[] degrees, double scale, double[] shift) {
      Extent extent = template.image().extent();
      double[] spacing = template.image().spacing();
      double[] centre = middle(extent, spacing);
      for (int a = 0; a < 3; a++) {
        centre[a] += shift[a];
      }
      Phantom.Map posed = Phantom.posed(pose(mirrored, degrees, scale, centre));
      return new Copy(posed, Phantom.scan(extent, spacing, posed, 2));
    }

    /** The template's label at each voxel of the frame as the bend has it, and the copy's there. */
    byte[][] labels(Copy copy, Registration.Result result, Bend bend) {
      Extent size = frame.extent();
      byte[] here = frame.placement().pull(template.labels(), size).labels();
      byte[] carried = new byte[here.length];
      for (int i = 0; i < here.length; i++) {
        double[] at = bent(bend, i);
        int n = 0;
        for (int a = 0; a < 3; a++) {
          n += size.stride(a) * Math.clamp((int) Math.rint(at[a]), 0, size.size(a) - 1);
        }
        carried[i] = here[n];
      }
      return new byte[][] {carried, result.placement().pull(copy.scan().labels(), size).labels()};
    }

    private double[] bent(Bend bend, int voxel) {
      Extent size = frame.extent();
      int[] at = {size.place(voxel, 0), size.place(voxel, 1), size.place(voxel, 2)};
      double[] moved = new double[3];
      for (int a = 0; a < 3; a++) {
        moved[a] = at[a] + bend.at(a, size, at[0], at[1], at[2]);
      }
      return moved;
    }

    /** Mean distance in the body, millimetres, between places of structures held to be the same. */
    double error(Copy copy, Registration.Result result, Bend bend) {
      byte[] labels = labels(copy, result, bend)[0];
      Extent size = frame.extent();
      double[] spacing = template.image().spacing();
      double sum = 0;
      int count = 0;
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] == 0) {
          continue;
        }
        double[] there = new double[3];
        double[] here = bent(bend, i);
        for (int a = 0; a < 3; a++) {
          there[a] =
              result.placement().map(a, size.place(i, 0), size.place(i, 1), size.place(i, 2))
                  * spacing[a];
          here[a] = (here[a] + frame.box().start(a)) * spacing[a];
        }
        double[] p = map.at(here[0], here[1], here[2]);
        double[] q = copy.map().at(there[0], there[1], there[2]);
        sum += Math.sqrt(square(p[0] - q[0]) + square(p[1] - q[1]) + square(p[2] - q[2]));
        count++;
      }
      return sum / count;
    }
  }

  private static double square(double x) {
    return x * x;
  }

  private static double[] middle(Extent extent, double[] spacing) {
    double[] middle = new double[3];
    for (int a = 0; a < 3; a++) {
      middle[a] = 0.5 * (extent.size(a) - 1) * spacing[a];
    }
    return middle;
  }

  private static Pose pose(boolean mirrored, double[] degrees, double scale, double[] centre) {
    double[] rotation = new double[3];
    double[] logScale = new double[3];
    for (int a = 0; a < 3; a++) {
      rotation[a] = Math.toRadians(degrees[a]);
      logScale[a] = Math.log(scale);
    }
    return new Pose(mirrored, rotation, logScale, centre);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "shifted and larger and turned, false, 0, 0, 20, 1.2, 7, -5, 4",
    "lying, false, 90, 0, 0, 1, 0, 4, 0",
    "mirrored, true, 0, 0, 0, 1, -4, 0, 0"
  })
  void copiesAreFound(
      String what,
      boolean mirrored,
      double rx,
      double ry,
      double rz,
      double scale,
      double x,
      double y,
      double z) {
    assertFound(
        IN_CUBES,
        what,
        IN_CUBES.copy(mirrored, new double[] {rx, ry, rz}, scale, new double[] {x, y, z}));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "turned a quarter, false, 90, 1, 3, -5, 8",
    "mirrored and turned, true, -75, 1.1, -4, 0, 0"
  })
  void copiesInThickSlicesAreFound(
      String what, boolean mirrored, double turn, double scale, double x, double y, double z) {
    assertFound(
        IN_SLICES,
        what,
        IN_SLICES.copy(mirrored, new double[] {0, 0, turn}, scale, new double[] {x, y, z}));
  }

  private static void assertFound(Found found, String what, Copy copy) {
    Registration.Result result = found.registration().register(copy.scan().image());
    byte[][] placed = found.labels(copy, result, Bend.none());
    byte[][] bent = found.labels(copy, result, result.bend());
    double dice = Phantom.dice(placed[0], placed[1]);
    double bentDice = Phantom.dice(bent[0], bent[1]);
    double error = found.error(copy, result, Bend.none());
    double bentError = found.error(copy, result, result.bend());
    assertTrue(error < FARTHEST_OFF, what + ": placed " + error + " mm off");
    assertTrue(bentError < FARTHEST_BENT, what + ": bent " + bentError + " mm off");
    assertTrue(dice > LEAST_DICE, what + ": placed " + dice);
    assertTrue(bentDice > LEAST_DICE, what + ": bent " + bentDice);
  }

  @Test
  void theSameScanGivesTheSameFromAnyThread() {
    Image scan = IN_SLICES.copy(false, new double[] {0, 0, 30}, 1, new double[3]).scan().image();
    Registration.Result once = IN_SLICES.registration().register(scan);
    IntStream.range(0, 2)
        .parallel()
        .mapToObj(_ -> IN_SLICES.registration().register(scan))
        .forEach(again -> assertEquals(once, again));
  }
}
