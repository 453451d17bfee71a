package org.onelabel.networks.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.operations.Layers;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.weights.Weights;

/**
 * The published {@code unet_3D}, its levels as the {@link UnetLayout} says: each two times
 * [convolution, instance norm, ReLU], max-pooling down, trilinear up, dropout 0.3 at the bottom and
 * before the head; and {@code unet_3D_sdf}, which has a second head for signed distances, tanh of a
 * 1³ convolution. Parameters have the published names, counted on where there are more levels.
 */
final class Unet3d implements SegmentationNetwork {
  private final Layers layers;
  private final Weights weights;
  private final int bottom;
  private final List<NDArray> poolings = new ArrayList<>();
  private final int width;
  private final boolean distances;

  /** A network whose parameters live in a manager of its own, all zero. */
  Unet3d(Architecture architecture, NDManager parent, Operators operators) {
    layers = operators.layers();
    distances = architecture.network().hasSignedDistances();
    width = architecture.width();
    bottom = architecture.layout().levels() - 1;
    weights =
        Weights.open(
            architecture.network().toString(), parent, filled -> fill(filled, architecture));
  }

  private void fill(Weights filled, Architecture architecture) {
    UnetLayout layout = architecture.layout();
    int[] features = architecture.features();
    layout.poolings().forEach(sides -> poolings.add(filled.constant(sides)));
    for (int level = 0; level <= bottom; level++) {
      int in = level == 0 ? architecture.inputs() : features[level - 1];
      addDoubleBlock(filled, down(level), in, features[level], layout.kernels().get(level));
    }
    for (int level = bottom - 1; level >= 0; level--) {
      int in = features[level] + features[level + 1];
      addDoubleBlock(filled, up(level), in, features[level], layout.kernels().get(level));
    }
    filled.addWithBias("final", architecture.classes(), width, 1, 1, 1);
    if (distances) {
      filled.addWithBias("final2", architecture.classes(), width, 1, 1, 1);
    }
  }

  private String down(int level) {
    return level == bottom ? "center" : "conv" + (level + 1);
  }

  private static String up(int level) {
    return "up_concat" + (level + 1) + ".conv";
  }

  private static void addDoubleBlock(
      Weights filled, String name, int in, int out, List<Integer> kernel) {
    int x = kernel.get(0);
    int y = kernel.get(1);
    int z = kernel.get(2);
    filled.addWithBias(name + ".conv1.0", out, in, x, y, z);
    filled.addWithBias(name + ".conv2.0", out, out, x, y, z);
  }

  @Override
  public Weights weights() {
    return weights;
  }

  @Override
  public int featureDimension() {
    return width;
  }

  @Override
  public Heads forward(NDArray image, boolean dropout) {
    List<NDArray> skips = new ArrayList<>();
    NDArray x = layers.doubleBlock(image, block(down(0)));
    for (int level = 1; level <= bottom; level++) {
      skips.add(x);
      x = layers.downBlock(x, poolings.get(level - 1), block(down(level)));
    }
    if (dropout) {
      x = layers.dropout(x);
    }
    for (int level = bottom - 1; level >= 0; level--) {
      x = layers.upBlock(skips.get(level), x, block(up(level)));
    }
    if (dropout) {
      x = layers.dropout(x);
    }
    return new Heads(
        x,
        layers.head(x, weights.get("final.weight"), weights.get("final.bias")),
        distances
            ? layers.distanceHead(x, weights.get("final2.weight"), weights.get("final2.bias"))
            : null);
  }

  private List<NDArray> block(String name) {
    return weights.list(
        name + ".conv1.0.weight",
        name + ".conv1.0.bias",
        name + ".conv2.0.weight",
        name + ".conv2.0.bias");
  }
}
