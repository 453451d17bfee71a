package org.onelabel.networks.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.weights.Weights;

/**
 * The published {@code unet_3D}, its levels as the {@link UnetLayout} says: each two times
 * [convolution, instance norm, ReLU], max-pooling down, trilinear up, dropout 0.3 at the bottom and
 * before the head; and {@code unet_3D_sdf}, which has a second head for signed distances, tanh of a
 * 1³ convolution. Parameters have the published names, counted on where there are more levels.
 */
final class Unet3d implements SegmentationNetwork {
  private final Operators operators;
  private final Weights weights;
  private final int bottom;
  private final List<NDArray> poolings;
  private final int width;
  private final boolean distances;

  /** A network whose parameters live in a manager of its own, all zero. */
  Unet3d(Architecture architecture, NDManager parent, Operators operators) {
    this.operators = operators;
    distances = architecture.network() == NetworkKind.UNET_3D_SDF;
    weights = new Weights(architecture.network().toString(), parent);
    UnetLayout layout = architecture.layout();
    int[] features = architecture.features();
    width = features[0];
    bottom = layout.levels() - 1;
    poolings =
        layout.poolings().stream()
            .map(sides -> parent.create(sides.stream().mapToInt(Integer::intValue).toArray()))
            .toList();
    for (int level = 0; level <= bottom; level++) {
      int in = level == 0 ? architecture.inputs() : features[level - 1];
      addDoubleBlock(down(level), in, features[level], layout.kernels().get(level));
    }
    for (int level = bottom - 1; level >= 0; level--) {
      int in = features[level] + features[level + 1];
      addDoubleBlock(up(level), in, features[level], layout.kernels().get(level));
    }
    weights.addWithBias("final", architecture.classes(), width, 1, 1, 1);
    if (distances) {
      weights.addWithBias("final2", architecture.classes(), width, 1, 1, 1);
    }
  }

  private String down(int level) {
    return level == bottom ? "center" : "conv" + (level + 1);
  }

  private static String up(int level) {
    return "up_concat" + (level + 1) + ".conv";
  }

  private void addDoubleBlock(String name, int in, int out, List<Integer> kernel) {
    int x = kernel.get(0);
    int y = kernel.get(1);
    int z = kernel.get(2);
    weights.addWithBias(name + ".conv1.0", out, in, x, y, z);
    weights.addWithBias(name + ".conv2.0", out, out, x, y, z);
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
    NDArray x = operators.withWeights("double_block", block(down(0)), image);
    for (int level = 1; level <= bottom; level++) {
      skips.add(x);
      x = operators.withWeights("down_block", block(down(level)), x, poolings.get(level - 1));
    }
    if (dropout) {
      x = operators.call("dropout", x);
    }
    for (int level = bottom - 1; level >= 0; level--) {
      x = operators.withWeights("up_block", block(up(level)), skips.get(level), x);
    }
    if (dropout) {
      x = operators.call("dropout", x);
    }
    return new Heads(
        x,
        operators.call("head", x, weights.get("final.weight"), weights.get("final.bias")),
        distances
            ? operators.call(
                "distance_head", x, weights.get("final2.weight"), weights.get("final2.bias"))
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
