package org.onelabel.networks.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.VoxelArray;

/**
 * Tiled prediction: the scan is zero-padded symmetrically up to the patch (smaller half first),
 * patches start every {@code stride} voxels and at the far end, softmaxes are summed with the
 * weights of a {@link Blending} and divided by their sum.
 */
public final class SlidingWindow {
  /** Class probabilities of one patch. */
  @FunctionalInterface
  public interface Predictor {
    /**
     * Predicts.
     *
     * @param image the channels of the patch, one after the other
     * @return probabilities, one class after the other
     */
    float[] predict(float[] image);
  }

  /** Hears of every window. */
  @FunctionalInterface
  public interface Listener {
    /** Hears nothing. */
    Listener NONE = (_, _) -> {};

    /** {@code done} of {@code all} windows of a scan are done. */
    void after(int done, int all);
  }

  /** What a voxel of a patch counts. */
  public enum Blending {
    /** The same everywhere, as published. */
    @JsonProperty("uniform")
    UNIFORM,
    /**
     * A Gaussian around the middle, deviation a quarter of the side: near its rim a network sees
     * little of what surrounds a voxel.
     */
    @JsonProperty("gaussian")
    GAUSSIAN
  }

  private final int[] patch;
  private final int[] stride;
  private final float[] weights;
  private final Optional<Box> place;

  /** A window; {@code stride} is at most the patch along each axis. */
  public SlidingWindow(int[] patch, int[] stride, Blending blending) {
    for (int a = 0; a < 3; a++) {
      if (patch[a] < 1 || stride[a] < 1 || stride[a] > patch[a]) {
        throw new IllegalArgumentException(
            "patch " + Arrays.toString(patch) + " and stride " + Arrays.toString(stride));
      }
    }
    this.patch = patch.clone();
    this.stride = stride.clone();
    weights = weights(patch, blending);
    place = Optional.empty();
  }

  private SlidingWindow(SlidingWindow everywhere, Box place) {
    patch = everywhere.patch;
    stride = everywhere.stride;
    weights = everywhere.weights;
    this.place = Optional.of(place);
  }

  /**
   * The same windows, but those alone that touch a box of the scan; a voxel that none of them has
   * is background.
   */
  public SlidingWindow within(Box place) {
    return new SlidingWindow(this, place);
  }

  private static float[] weights(int[] patch, Blending blending) {
    float[] weights = new float[patch[0] * patch[1] * patch[2]];
    int next = 0;
    for (int x = 0; x < patch[0]; x++) {
      for (int y = 0; y < patch[1]; y++) {
        for (int z = 0; z < patch[2]; z++) {
          weights[next++] =
              blending == Blending.UNIFORM
                  ? 1
                  : (float)
                      Math.exp(
                          -8 * (offset(x, patch[0]) + offset(y, patch[1]) + offset(z, patch[2])));
        }
      }
    }
    return weights;
  }

  /** The squared distance from the middle, in sides. */
  private static double offset(int i, int side) {
    double t = (i + 0.5) / side - 0.5;
    return t * t;
  }

  /** The patch's sides. */
  public int[] patch() {
    return patch.clone();
  }

  /** The padded grid: probabilities on it, and where the scan begins in it. */
  public record Padded(float[][] probabilities, int[] shape, int[] offset) {

    /** Probabilities on the scan's own grid, one array a class. */
    public float[][] cropped(int[] size) {
      if (Arrays.equals(size, shape)) {
        return probabilities;
      }
      Extent extent = Extent.of(shape);
      Box scan = Box.of(offset, size);
      return Arrays.stream(probabilities)
          .map(values -> new VoxelArray(extent, values).cut(scan).values())
          .toArray(float[][]::new);
    }
  }

  /** The sides of a padded scan. */
  public int[] padded(int[] size) {
    int[] shape = new int[3];
    for (int a = 0; a < 3; a++) {
      shape[a] = Math.max(size[a], patch[a]);
    }
    return shape;
  }

  /** How many windows a scan takes. */
  public int windows(int[] size) {
    int windows = 1;
    for (int a = 0; a < 3; a++) {
      windows = Math.multiplyExact(windows, starts(a, size[a]).length);
    }
    return windows;
  }

  /**
   * Probabilities of all classes over the padded scan.
   *
   * @param position whether patches get three more channels, see {@link Architecture}
   */
  public Padded predict(
      Scan scan, boolean position, int classes, Predictor predictor, Listener listener) {
    int[] shape = padded(scan.shape());
    int[] offset = new int[3];
    int[][] starts = new int[3][];
    for (int a = 0; a < 3; a++) {
      offset[a] = (shape[a] - scan.shape()[a]) / 2;
      starts[a] = starts(a, scan.shape()[a]);
    }
    int windows = windows(scan.shape());
    int done = 0;
    int channels = scan.channels().size();
    int patchVoxels = patch[0] * patch[1] * patch[2];
    int voxels = shape[0] * shape[1] * shape[2];
    float[][] sum = new float[classes][voxels];
    float[] seen = new float[voxels];
    for (int x0 : starts[0]) {
      for (int y0 : starts[1]) {
        for (int z0 : starts[2]) {
          float[] image = new float[(channels + (position ? 3 : 0)) * patchVoxels];
          int[] start = {x0 - offset[0], y0 - offset[1], z0 - offset[2]};
          for (int c = 0; c < channels; c++) {
            new VoxelArray(Extent.of(scan.shape()), scan.channels().get(c))
                .cut(Box.of(start, patch), image, c * patchVoxels);
          }
          if (position) {
            addPosition(scan.shape(), start, image, channels * patchVoxels);
          }
          add(predictor.predict(image), sum, seen, shape, new int[] {x0, y0, z0});
          listener.after(++done, windows);
        }
      }
    }
    for (int i = 0; i < voxels; i++) {
      if (seen[i] == 0) {
        sum[0][i] = 1;
        seen[i] = 1;
      }
    }
    for (float[] values : sum) {
      for (int i = 0; i < voxels; i++) {
        values[i] /= seen[i];
      }
    }
    return new Padded(sum, shape, offset);
  }

  /** First voxels of the patches along an axis of a scan, on the padded grid. */
  private int[] starts(int axis, int size) {
    int padded = Math.max(size, patch[axis]);
    int offset = (padded - size) / 2;
    int count = (int) Math.ceil((padded - patch[axis]) / (double) stride[axis]) + 1;
    return IntStream.range(0, count)
        .map(i -> Math.min(i * stride[axis], padded - patch[axis]))
        .filter(start -> touches(axis, start - offset))
        .toArray();
  }

  private boolean touches(int axis, int start) {
    return place.isEmpty()
        || (start + patch[axis] > place.get().start(axis) && start < place.get().end(axis));
  }

  private void addPosition(int[] shape, int[] start, float[] image, int to) {
    int voxels = patch[0] * patch[1] * patch[2];
    int next = to;
    for (int x = 0; x < patch[0]; x++) {
      float px = Scan.position(start[0] + x, shape[0]);
      for (int y = 0; y < patch[1]; y++) {
        float py = Scan.position(start[1] + y, shape[1]);
        for (int z = 0; z < patch[2]; z++, next++) {
          image[next] = px;
          image[next + voxels] = py;
          image[next + 2 * voxels] = Scan.position(start[2] + z, shape[2]);
        }
      }
    }
  }

  private void add(float[] probabilities, float[][] sum, float[] seen, int[] shape, int[] start) {
    int patchVoxels = patch[0] * patch[1] * patch[2];
    for (int x = 0; x < patch[0]; x++) {
      for (int y = 0; y < patch[1]; y++) {
        int from = (x * patch[1] + y) * patch[2];
        int to = ((x + start[0]) * shape[1] + y + start[1]) * shape[2] + start[2];
        for (int z = 0; z < patch[2]; z++) {
          seen[to + z] += weights[from + z];
        }
        for (int c = 0; c < sum.length; c++) {
          for (int z = 0; z < patch[2]; z++) {
            sum[c][to + z] += weights[from + z] * probabilities[c * patchVoxels + from + z];
          }
        }
      }
    }
  }
}
