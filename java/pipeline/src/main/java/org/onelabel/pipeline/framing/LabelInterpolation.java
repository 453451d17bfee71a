package org.onelabel.pipeline.framing;

import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * A label between its voxels: the trust in the classes around a place is interpolated, the best one
 * wins. For one thread at a time.
 */
final class LabelInterpolation {
  /** So that the nearest class still wins where nobody is sure of any. */
  private static final float LEAST = 1e-3f;

  private final PseudoLabel label;
  private final Extent extent;
  private final float[] scores = new float[256];
  private final int[] classes = new int[Corners.COUNT];
  private final Corners corners;

  /** Of a label over {@code extent}. */
  LabelInterpolation(PseudoLabel label, Extent extent) {
    this.label = label;
    this.extent = extent;
    corners = new Corners(extent);
  }

  /** Whether a place, in voxels, lies inside of one of the voxels. */
  boolean covers(double x, double y, double z) {
    return x > -0.5
        && y > -0.5
        && z > -0.5
        && x < extent.sizeX() - 0.5
        && y < extent.sizeY() - 0.5
        && z < extent.sizeZ() - 0.5;
  }

  /** Writes the class at a place, and how far it is ahead of the next, to a voxel of a result. */
  void decide(double x, double y, double z, int voxel, PseudoLabel result) {
    corners.goTo(x, y, z);
    for (int corner = 0; corner < Corners.COUNT; corner++) {
      int n = corners.voxel(corner);
      classes[corner] = LabelArray.classOf(label.labels()[n]);
      scores[classes[corner]] += (float) (corners.share(corner) * (label.confidence()[n] + LEAST));
    }
    int best = classes[0];
    for (int c : classes) {
      best = scores[c] > scores[best] || (scores[c] == scores[best] && c < best) ? c : best;
    }
    float second = 0;
    for (int c : classes) {
      second = c == best ? second : Math.max(second, scores[c]);
    }
    result.labels()[voxel] = (byte) best;
    result.confidence()[voxel] = Math.clamp(scores[best] - second, 0, 1);
    for (int c : classes) {
      scores[c] = 0;
    }
  }
}
