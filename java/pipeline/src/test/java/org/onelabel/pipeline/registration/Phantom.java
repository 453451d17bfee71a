package org.onelabel.pipeline.registration;

import java.util.List;
import java.util.SplittableRandom;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * A body of ellipsoids, none of which is the mirror image of another: three structures, what lies
 * between them, and a texture.
 */
public final class Phantom {
  /** Centre and half axes in millimetres, intensity, label. */
  private static final double[][] ELLIPSOIDS = {
    {0, 0, 0, 40, 36, 38, 1.0, 0},
    {-22, 14, -10, 6, 6, 6, 4.5, 0},
    {21, -18, 12, 5, 7, 5, 4.0, 0},
    {3, -23, -18, 5, 5, 11, 3.5, 0},
    {8, 5, 4, 14, 11, 16, 3.0, 1},
    {-14, -8, 6, 8, 12, 9, 2.2, 2},
    {4, 17, -15, 10, 7, 8, 0.1, 3}
  };

  private static final double NOISE = 0.2;

  /** Where a place of a scan lies in the body, millimetres. */
  @FunctionalInterface
  public interface Map {
    double[] at(double x, double y, double z);
  }

  /** A scan of the body and its labels. */
  public record Scan(Image image, LabelArray labels) {}

  private Phantom() {}

  /** The body as a pose of its middle has it: turned, mirrored and scaled about it, shifted. */
  static Map posed(Pose pose) {
    double[] m = pose.matrix();
    double[] scale = pose.logScale();
    return (x, y, z) -> {
      double[] from = {x - pose.centre()[0], y - pose.centre()[1], z - pose.centre()[2]};
      double[] at = new double[3];
      for (int a = 0; a < 3; a++) {
        // Columns are orthogonal: transposed and divided by their squared lengths they lead back.
        at[a] = (m[a] * from[0] + m[3 + a] * from[1] + m[6 + a] * from[2]) / Math.exp(2 * scale[a]);
      }
      return at;
    };
  }

  /** A scan in noise. */
  public static Scan scan(Extent extent, double[] spacing, Map map, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int voxels = extent.voxels();
    float[] values = new float[voxels];
    byte[] labels = new byte[voxels];
    for (int i = 0; i < voxels; i++) {
      int x = extent.place(i, 0);
      int y = extent.place(i, 1);
      int z = extent.place(i, 2);
      double[] q = map.at(x * spacing[0], y * spacing[1], z * spacing[2]);
      double value = 0;
      double texture = 0;
      for (double[] e : ELLIPSOIDS) {
        double dx = (q[0] - e[0]) / e[3];
        double dy = (q[1] - e[1]) / e[4];
        double dz = (q[2] - e[2]) / e[5];
        if (dx * dx + dy * dy + dz * dz <= 1) {
          value = e[6];
          labels[i] = (byte) e[7];
          texture = 0.3;
        }
      }
      texture *= Math.sin(q[0] / 4 + q[1] / 9) + Math.sin(q[1] / 5 - q[2] / 7 + 1);
      values[i] = (float) (value + texture + NOISE * random.nextGaussian());
    }
    return new Scan(new Image(List.of(values), extent, spacing), new LabelArray(extent, labels));
  }

  /** The mean Dice of the structures 1 to 3. */
  public static double dice(byte[] one, byte[] other) {
    double sum = 0;
    for (int label = 1; label <= 3; label++) {
      int both = 0;
      int all = 0;
      for (int i = 0; i < one.length; i++) {
        both += one[i] == label && other[i] == label ? 2 : 0;
        all += (one[i] == label ? 1 : 0) + (other[i] == label ? 1 : 0);
      }
      sum += both / (double) Math.max(1, all);
    }
    return sum / 3;
  }
}
