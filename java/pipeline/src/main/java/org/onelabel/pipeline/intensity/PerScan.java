package org.onelabel.pipeline.intensity;

import java.util.Arrays;
import org.onelabel.volumes.grid.VoxelArray;

/**
 * By the scan's own statistics, for values without a unit, such as those of MRI: what lies beyond
 * its percentiles 0.5 and 99.5 is cut off, then mean and deviation become 0 and 1. A background of
 * one value, as masks and padding leave it, counts in none of them and becomes the lowest value.
 */
public record PerScan() implements Normalisation {
  static final String NAME = "per scan";

  @Override
  public float[] apply(VoxelArray scan) {
    float[] values = scan.values();
    float background = background(scan);
    float[] body = without(background, values);
    if (body.length == 0) {
      return new float[values.length];
    }
    Limits limits = Limits.of(body);
    limits.clamp(body);
    Moments moments = Moments.of(body);
    float[] result = values.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = result[i] == background ? limits.low() : result[i];
    }
    limits.clamp(result);
    moments.standardise(result);
    return result;
  }

  @Override
  public String text() {
    return NAME;
  }

  private static float[] without(float background, float[] values) {
    float[] body = new float[values.length];
    int count = 0;
    for (float value : values) {
      // A scan without a background has NaN: nothing equals it.
      if (value != background) {
        body[count++] = value;
      }
    }
    return Arrays.copyOf(body, count);
  }

  /** The value that most voxels on the faces of a scan have; NaN where none has most. */
  private static float background(VoxelArray scan) {
    int lastX = scan.extent().sizeX() - 1;
    int lastY = scan.extent().sizeY() - 1;
    int lastZ = scan.extent().sizeZ() - 1;
    int inside = Math.max(0, lastX - 1) * Math.max(0, lastY - 1) * Math.max(0, lastZ - 1);
    float[] values = scan.values();
    float[] faces = new float[values.length - inside];
    int count = 0;
    int voxel = 0;
    for (int x = 0; x <= lastX; x++) {
      for (int y = 0; y <= lastY; y++) {
        boolean side = x == 0 || y == 0 || x == lastX || y == lastY;
        for (int z = 0; z <= lastZ; z++, voxel++) {
          if (side || z == 0 || z == lastZ) {
            faces[count++] = values[voxel];
          }
        }
      }
    }
    Arrays.sort(faces);
    // What more than half of them have is the one in the middle.
    float middle = faces[count / 2];
    int equal = 0;
    for (float value : faces) {
      equal += value == middle ? 1 : 0;
    }
    return 2 * equal > count ? middle : Float.NaN;
  }
}
