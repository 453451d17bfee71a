package org.onelabel.pipeline.registration.frame;

import java.util.Arrays;
import org.onelabel.volumes.grid.Extent;

/**
 * Regular cells over a box, as close to cubes in millimetres as the voxels allow: an axis whose
 * voxels are larger than the cubes would be keeps its voxels.
 *
 * @param sides of a cell, millimetres along x, y, z
 */
public record Cells(double[] sides) {

  /**
   * Cells of which a box takes about {@code count}.
   *
   * @param box its sides, millimetres
   * @param spacing of the voxels, millimetres: no cell is finer
   */
  public static Cells of(double[] box, double[] spacing, double count) {
    boolean[] kept = new boolean[3];
    double[] sides = new double[3];
    for (int pass = 0; pass < 3; pass++) {
      double volume = 1;
      double cells = count;
      int free = 0;
      for (int a = 0; a < 3; a++) {
        if (kept[a]) {
          cells /= box[a] / spacing[a];
        } else {
          volume *= box[a];
          free++;
        }
      }
      double side = free == 0 ? 0 : Math.pow(volume / Math.max(1, cells), 1.0 / free);
      boolean changed = false;
      for (int a = 0; a < 3; a++) {
        sides[a] = kept[a] ? spacing[a] : side;
        if (!kept[a] && spacing[a] >= side) {
          kept[a] = true;
          sides[a] = spacing[a];
          changed = true;
        }
      }
      if (!changed) {
        break;
      }
    }
    return new Cells(sides);
  }

  /** How many cover a box of these sides in millimetres, at least one along each axis. */
  public Extent covering(double[] box) {
    int[] counts = new int[3];
    for (int a = 0; a < 3; a++) {
      counts[a] = Math.max(1, (int) Math.rint(box[a] / sides[a]));
    }
    return Extent.of(counts);
  }

  /** The finest side. */
  public double finest() {
    return Arrays.stream(sides).min().orElseThrow();
  }
}
