package org.onelabel.pipeline.registration;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.pipeline.registration.frame.Image;

/**
 * The orientations and sizes that a search begins with. Scans are stored right, front, up, so most
 * anatomy stands upright; views planned by hand turn it within the slices, and a few scans say a
 * wrong orientation.
 */
final class Starts {
  private static final double[] SCALES = {0.7, 0.89, 1.12, 1.43};
  private static final double[] FEW_SCALES = {0.84, 1.19};
  private static final int TURNS = 12;
  private static final double TILT = Math.toRadians(25);

  private Starts() {}

  /** Poses without a place, for an image of these voxels. */
  static List<Pose> of(Image image) {
    List<Pose> starts = new ArrayList<>();
    for (boolean mirrored : new boolean[] {false, true}) {
      if (image.isPlanar()) {
        int axis = image.acrossSlices();
        for (int turn = 0; turn < TURNS; turn++) {
          double[] rotation = new double[3];
          rotation[axis] = 2 * Math.PI * turn / TURNS;
          add(starts, mirrored, rotation, SCALES);
        }
        continue;
      }
      add(starts, mirrored, new double[3], SCALES);
      for (int axis = 0; axis < 3; axis++) {
        for (int sign = -1; sign <= 1; sign += 2) {
          double[] rotation = new double[3];
          rotation[axis] = sign * TILT;
          add(starts, mirrored, rotation, SCALES);
        }
      }
      for (double[] rotation : rightAngles()) {
        add(starts, mirrored, rotation, FEW_SCALES);
      }
    }
    return starts;
  }

  private static void add(List<Pose> starts, boolean mirrored, double[] rotation, double[] scales) {
    for (double scale : scales) {
      double log = Math.log(scale);
      starts.add(new Pose(mirrored, rotation, new double[] {log, log, log}, new double[3]));
    }
  }

  /** The 23 rotations of a cube other than none. */
  private static List<double[]> rightAngles() {
    List<double[]> rotations = new ArrayList<>();
    for (int z = 0; z < 4; z++) {
      for (int y = 0; y < 4; y++) {
        if (z + y > 0) {
          rotations.add(new double[] {0, y * Math.PI / 2, z * Math.PI / 2});
        }
      }
      rotations.add(new double[] {Math.PI / 2, 0, z * Math.PI / 2});
      rotations.add(new double[] {-Math.PI / 2, 0, z * Math.PI / 2});
    }
    return rotations;
  }
}
