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
  private final int[] corners = new int[8];

  /** Of a label over {@code extent}. */
  LabelInterpolation(PseudoLabel label, Extent extent) {
    this.label = label;
    this.extent = extent;
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
    int x0 = (int) Math.floor(x);
    int y0 = (int) Math.floor(y);
    int z0 = (int) Math.floor(z);
    for (int corner = 0; corner < 8; corner++) {
      int cx = Math.clamp(x0 + (corner >> 2), 0, extent.sizeX() - 1);
      int cy = Math.clamp(y0 + (corner >> 1 & 1), 0, extent.sizeY() - 1);
      int cz = Math.clamp(z0 + (corner & 1), 0, extent.sizeZ() - 1);
      double share =
          ((corner & 4) != 0 ? x - x0 : x0 + 1 - x)
              * ((corner & 2) != 0 ? y - y0 : y0 + 1 - y)
              * ((corner & 1) != 0 ? z - z0 : z0 + 1 - z);
      int n = extent.index(cx, cy, cz);
      corners[corner] = LabelArray.classOf(label.labels()[n]);
      scores[corners[corner]] += (float) (share * (label.confidence()[n] + LEAST));
    }
    int best = corners[0];
    for (int c : corners) {
      best = scores[c] > scores[best] || (scores[c] == scores[best] && c < best) ? c : best;
    }
    float second = 0;
    for (int c : corners) {
      second = c == best ? second : Math.max(second, scores[c]);
    }
    result.labels()[voxel] = (byte) best;
    result.confidence()[voxel] = Math.clamp(scores[best] - second, 0, 1);
    for (int c : corners) {
      scores[c] = 0;
    }
  }
}
