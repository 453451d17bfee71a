package org.onelabel.pipeline.registration;

import java.util.Arrays;
import org.onelabel.volumes.LabelMap;

/**
 * The part of a template that its structures and their surroundings lie in; what is found in other
 * scans is brought there.
 *
 * @param start its first voxel in the template along x, y, z
 * @param shape voxels along x, y, z
 * @param spacing millimetres between voxels along x, y, z
 */
public record Frame(int[] start, int[] shape, double[] spacing) {

  /**
   * The box around all structures.
   *
   * @param labels of the template, at least one voxel of which is of a structure
   * @param margin added on each side, as a share of the box's longest side, as far as the template
   *     goes
   */
  public static Frame around(byte[] labels, int[] shape, double[] spacing, double margin) {
    int[] first = shape.clone();
    int[] last = {-1, -1, -1};
    int[] at = new int[3];
    int voxel = 0;
    for (at[0] = 0; at[0] < shape[0]; at[0]++) {
      for (at[1] = 0; at[1] < shape[1]; at[1]++) {
        for (at[2] = 0; at[2] < shape[2]; at[2]++, voxel++) {
          if (LabelMap.isStructure(labels[voxel])) {
            for (int a = 0; a < 3; a++) {
              first[a] = Math.min(first[a], at[a]);
              last[a] = Math.max(last[a], at[a]);
            }
          }
        }
      }
    }
    if (last[0] < 0) {
      throw new IllegalArgumentException("no voxel of a structure");
    }
    double longest = 0;
    for (int a = 0; a < 3; a++) {
      longest = Math.max(longest, (last[a] + 1 - first[a]) * spacing[a]);
    }
    int[] start = new int[3];
    int[] size = new int[3];
    for (int a = 0; a < 3; a++) {
      int more = (int) Math.ceil(margin * longest / spacing[a]);
      start[a] = Math.max(0, first[a] - more);
      size[a] = Math.min(shape[a], last[a] + 1 + more) - start[a];
    }
    return new Frame(start, size, spacing.clone());
  }

  /** The frame that is a whole template. */
  public static Frame whole(int[] shape, double[] spacing) {
    return new Frame(new int[3], shape.clone(), spacing.clone());
  }

  /** Millimetres along x, y, z. */
  double[] extent() {
    double[] extent = new double[3];
    for (int a = 0; a < 3; a++) {
      extent[a] = shape[a] * spacing[a];
    }
    return extent;
  }

  /** The template's voxels in it. */
  public Placement placement() {
    return Placement.shift(start[0], start[1], start[2]);
  }

  @Override
  public String toString() {
    return Arrays.toString(shape) + " from " + Arrays.toString(start);
  }
}
