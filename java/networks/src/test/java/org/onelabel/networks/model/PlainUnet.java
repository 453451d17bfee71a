package org.onelabel.networks.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A U-Net of any layout, one volume at a time, in plain float64 loops. */
final class PlainUnet {
  /** Values of channels one after the other. */
  private record Maps(double[] values, int channels, int[] sides) {
    static Maps zeros(int channels, int[] sides) {
      return new Maps(new double[channels * sides[0] * sides[1] * sides[2]], channels, sides);
    }

    int voxels() {
      return sides[0] * sides[1] * sides[2];
    }

    int at(int channel, int x, int y, int z) {
      return ((channel * sides[0] + x) * sides[1] + y) * sides[2] + z;
    }
  }

  /** A step of a loop over channels and voxels. */
  @FunctionalInterface
  private interface Each {
    double value(int channel, int x, int y, int z);
  }

  private final UnetLayout layout;
  private final Map<String, double[]> weights;

  PlainUnet(UnetLayout layout, Map<String, double[]> weights) {
    this.layout = layout;
    this.weights = weights;
  }

  /** Logits of one volume. */
  double[] logits(double[] image, int[] sides) {
    int bottom = layout.levels() - 1;
    Maps[] levels = new Maps[bottom + 1];
    Maps x = new Maps(image, image.length / (sides[0] * sides[1] * sides[2]), sides);
    for (int level = 0; level <= bottom; level++) {
      Maps in = level == 0 ? x : pooled(levels[level - 1], layout.poolings().get(level - 1));
      levels[level] =
          doubleBlock(level == bottom ? "center" : "conv" + (level + 1), in, kernel(level));
    }
    x = levels[bottom];
    for (int level = bottom - 1; level >= 0; level--) {
      Maps up = upsampled(x, layout.poolings().get(level));
      x = doubleBlock("up_concat" + (level + 1) + ".conv", both(levels[level], up), kernel(level));
    }
    return convolved(x, "final", new int[] {1, 1, 1}).values();
  }

  private int[] kernel(int level) {
    return layout.kernels().get(level).stream().mapToInt(Integer::intValue).toArray();
  }

  private static Maps filled(int channels, int[] sides, Each each) {
    Maps maps = Maps.zeros(channels, sides);
    for (int c = 0; c < channels; c++) {
      for (int x = 0; x < sides[0]; x++) {
        for (int y = 0; y < sides[1]; y++) {
          for (int z = 0; z < sides[2]; z++) {
            maps.values[maps.at(c, x, y, z)] = each.value(c, x, y, z);
          }
        }
      }
    }
    return maps;
  }

  private Maps doubleBlock(String name, Maps in, int[] kernel) {
    Maps once = normalised(convolved(in, name + ".conv1.0", kernel));
    return normalised(convolved(once, name + ".conv2.0", kernel));
  }

  private Maps convolved(Maps in, String name, int[] kernel) {
    double[] weight = weights.get(name + ".weight");
    double[] bias = weights.get(name + ".bias");
    return filled(
        bias.length,
        in.sides,
        (out, x, y, z) -> {
          double sum = bias[out];
          int next = out * in.channels * kernel[0] * kernel[1] * kernel[2];
          for (int c = 0; c < in.channels; c++) {
            for (int i = 0; i < kernel[0]; i++) {
              for (int j = 0; j < kernel[1]; j++) {
                for (int k = 0; k < kernel[2]; k++, next++) {
                  int fromX = x + i - kernel[0] / 2;
                  int fromY = y + j - kernel[1] / 2;
                  int fromZ = z + k - kernel[2] / 2;
                  if (inside(fromX, in.sides[0])
                      && inside(fromY, in.sides[1])
                      && inside(fromZ, in.sides[2])) {
                    sum += weight[next] * in.values[in.at(c, fromX, fromY, fromZ)];
                  }
                }
              }
            }
          }
          return sum;
        });
  }

  private static boolean inside(int i, int side) {
    return i >= 0 && i < side;
  }

  /** Instance norm and ReLU. */
  private static Maps normalised(Maps in) {
    Maps out = Maps.zeros(in.channels, in.sides);
    for (int c = 0; c < in.channels; c++) {
      int from = c * in.voxels();
      double[] values = Arrays.copyOfRange(in.values, from, from + in.voxels());
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      for (int i = 0; i < values.length; i++) {
        out.values[from + i] = Math.max(0, (values[i] - mean) / Math.sqrt(variance + 1e-5));
      }
    }
    return out;
  }

  private static Maps pooled(Maps in, List<Integer> pooling) {
    int[] sides = new int[3];
    for (int a = 0; a < 3; a++) {
      sides[a] = in.sides[a] / pooling.get(a);
    }
    return filled(
        in.channels,
        sides,
        (c, x, y, z) -> {
          double largest = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < pooling.get(0); i++) {
            for (int j = 0; j < pooling.get(1); j++) {
              for (int k = 0; k < pooling.get(2); k++) {
                int at =
                    in.at(
                        c, x * pooling.get(0) + i, y * pooling.get(1) + j, z * pooling.get(2) + k);
                largest = Math.max(largest, in.values[at]);
              }
            }
          }
          return largest;
        });
  }

  /** Linear interpolation between the middles of voxels along each axis that was pooled. */
  private static Maps upsampled(Maps in, List<Integer> pooling) {
    Maps maps = in;
    for (int axis = 0; axis < 3; axis++) {
      if (pooling.get(axis) == 2) {
        maps = doubled(maps, axis);
      }
    }
    return maps;
  }

  private static Maps doubled(Maps in, int axis) {
    int[] sides = in.sides.clone();
    sides[axis] *= 2;
    return filled(
        in.channels,
        sides,
        (c, x, y, z) -> {
          int[] near = {x, y, z};
          int[] far = {x, y, z};
          near[axis] /= 2;
          int step = near[axis] * 2 == far[axis] ? -1 : 1;
          far[axis] = Math.clamp(near[axis] + step, 0, in.sides[axis] - 1);
          return 0.75 * in.values[in.at(c, near[0], near[1], near[2])]
              + 0.25 * in.values[in.at(c, far[0], far[1], far[2])];
        });
  }

  private static Maps both(Maps first, Maps second) {
    double[] values = Arrays.copyOf(first.values, first.values.length + second.values.length);
    System.arraycopy(second.values, 0, values, first.values.length, second.values.length);
    return new Maps(values, first.channels + second.channels, first.sides);
  }
}
