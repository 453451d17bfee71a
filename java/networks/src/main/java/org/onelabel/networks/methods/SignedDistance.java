package org.onelabel.networks.methods;

import java.util.List;
import org.onelabel.networks.sampling.Patch;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.DistanceTransform;
import org.onelabel.volumes.grid.Extent;

/**
 * Normalised signed distance maps as DTC learns them: outside a structure the distance to it over
 * its largest value, inside minus the distance to the outside over its largest value, 0 on the
 * structure's inner boundary; all 0 where the structure is absent. Ignored voxels are neither
 * inside nor outside, and have the distance 0.
 */
final class SignedDistance {
  private SignedDistance() {}

  /** Maps of structures 1…{@code structures} of each patch: patch, structure, x, y, z. */
  static float[] of(List<Patch> patches, int structures, int[] shape) {
    int voxels = shape[0] * shape[1] * shape[2];
    float[] maps = new float[patches.size() * structures * voxels];
    int next = 0;
    for (Patch patch : patches) {
      for (int structure = 1; structure <= structures; structure++) {
        System.arraycopy(of(patch.label(), structure, shape), 0, maps, next, voxels);
        next += voxels;
      }
    }
    return maps;
  }

  /** The map of one structure. */
  static float[] of(byte[] label, int structure, int[] shape) {
    boolean[] inside = new boolean[label.length];
    boolean[] outside = new boolean[label.length];
    boolean any = false;
    for (int i = 0; i < label.length; i++) {
      int here = label[i] & 255;
      inside[i] = here == structure;
      outside[i] = !inside[i] && here != LabelMap.IGNORED;
      any |= inside[i];
    }
    float[] map = new float[label.length];
    if (!any) {
      return map;
    }
    Extent extent = Extent.of(shape);
    double[] unit = {1, 1, 1};
    double[] toStructure = normalised(DistanceTransform.of(inside, extent, unit), outside);
    double[] toOutside = normalised(DistanceTransform.of(outside, extent, unit), inside);
    for (int i = 0; i < map.length; i++) {
      map[i] =
          inside[i] && extent.touches(outside, i) ? 0 : (float) (toStructure[i] - toOutside[i]);
    }
    return map;
  }

  /** From 0 to 1 over the voxels that are measured; all 0 where there is nothing to measure to. */
  private static double[] normalised(double[] distances, boolean[] measured) {
    double largest = 0;
    for (int i = 0; i < distances.length; i++) {
      largest = measured[i] ? Math.max(largest, distances[i]) : largest;
    }
    boolean usable = largest > 0 && Double.isFinite(largest);
    for (int i = 0; i < distances.length; i++) {
      distances[i] = usable && measured[i] ? distances[i] / largest : 0;
    }
    return distances;
  }
}
