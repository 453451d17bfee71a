package org.onelabel.networks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * The published {@code unet_3D}: five levels, each two times [3³ convolution, instance norm, ReLU],
 * max-pooling down, trilinear up, dropout 0.3 at the bottom and before the head; and {@code
 * unet_3D_sdf}, which has a second head for signed distances, tanh of a 1³ convolution.
 */
final class Unet3d implements SegmentationNetwork {
  private static final List<String> DOWN = List.of("conv1", "conv2", "conv3", "conv4", "center");
  private static final List<String> UP =
      List.of("up_concat4.conv", "up_concat3.conv", "up_concat2.conv", "up_concat1.conv");

  private final Operators operators;
  private final Weights weights;
  private final int width;
  private final boolean distances;

  /** A network whose parameters live in a manager of its own, all zero. */
  Unet3d(Architecture architecture, NDManager parent, Operators operators) {
    this.operators = operators;
    distances = architecture.network() == NetworkKind.UNET_3D_SDF;
    weights = new Weights(architecture.network().toString(), parent);
    width = architecture.width();
    int in = architecture.inputs();
    for (int level = 0; level < DOWN.size(); level++) {
      addDoubleBlock(DOWN.get(level), in, width << level);
      in = width << level;
    }
    for (int step = 0; step < UP.size(); step++) {
      int level = 3 - step;
      addDoubleBlock(UP.get(step), (width << level) + (width << (level + 1)), width << level);
    }
    weights.addWithBias("final", architecture.classes(), width, 1, 1, 1);
    if (distances) {
      weights.addWithBias("final2", architecture.classes(), width, 1, 1, 1);
    }
  }

  private void addDoubleBlock(String name, int in, int out) {
    weights.addWithBias(name + ".conv1.0", out, in, 3, 3, 3);
    weights.addWithBias(name + ".conv2.0", out, out, 3, 3, 3);
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
    NDArray[] levels = new NDArray[DOWN.size()];
    levels[0] = operators.withWeights("double_block", block(DOWN.get(0)), image);
    for (int i = 1; i < DOWN.size(); i++) {
      levels[i] = operators.withWeights("down_block", block(DOWN.get(i)), levels[i - 1]);
    }
    NDArray x = levels[4];
    if (dropout) {
      x = operators.call("dropout", x);
    }
    for (int step = 0; step < UP.size(); step++) {
      x = operators.withWeights("up_block", block(UP.get(step)), levels[3 - step], x);
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
