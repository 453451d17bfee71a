package org.onelabel.networks.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.operations.Layers;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.weights.Weights;

/**
 * V-Net with the stages of the published code: 1, 2, 3, 3, 3 blocks [3³ convolution, instance norm,
 * ReLU] on the way down and 3, 3, 2, 1 on the way up, 2³ convolutions of stride 2 between them,
 * skips added, dropout 0.5 at the bottom and before the head.
 */
final class Vnet implements SegmentationNetwork {
  private static final List<String> NAMES =
      List.of("one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final int[] BLOCKS = {1, 2, 3, 3, 3, 3, 3, 2, 1};
  private static final int BOTTOM = 4;

  private final Layers layers;
  private final Weights weights;
  private final int width;

  /** A network whose parameters live in a manager of its own, all zero. */
  Vnet(Architecture architecture, NDManager parent, Operators operators) {
    layers = operators.layers();
    width = architecture.width();
    weights = Weights.open("vnet", parent, filled -> fill(filled, architecture));
  }

  private void fill(Weights filled, Architecture architecture) {
    for (int stage = 0; stage < NAMES.size(); stage++) {
      int features = width << level(stage);
      for (int b = 0; b < BLOCKS[stage]; b++) {
        int in = stage == 0 ? architecture.inputs() : features;
        // The list of a published stage holds convolution, norm and ReLU in turn.
        filled.addWithBias(name(stage) + ".conv." + 3 * b, features, in, 3, 3, 3);
      }
      if (stage < BOTTOM) {
        filled.addWithBias(name(stage) + "_dw.conv.0", 2L * features, features, 2, 2, 2);
      } else if (stage < NAMES.size() - 1) {
        // A transposed convolution's weight has its inputs first.
        filled.add(name(stage) + "_up.conv.0.weight", features, features / 2, 2, 2, 2);
        filled.add(name(stage) + "_up.conv.0.bias", features / 2);
      }
    }
    filled.addWithBias("out_conv", architecture.classes(), width, 1, 1, 1);
  }

  private static int level(int stage) {
    return stage <= BOTTOM ? stage : 2 * BOTTOM - stage;
  }

  private static String name(int stage) {
    return "block_" + NAMES.get(stage);
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
    NDArray x = image;
    for (int stage = 0; stage < NAMES.size(); stage++) {
      if (stage > BOTTOM) {
        String up = name(stage - 1) + "_up.conv.0.";
        x = layers.widen(x, weights.list(up + "weight", up + "bias"));
        x = x.add(skips.removeLast());
      }
      List<String> names = new ArrayList<>();
      for (int b = 0; b < BLOCKS[stage]; b++) {
        names.add(name(stage) + ".conv." + 3 * b + ".weight");
        names.add(name(stage) + ".conv." + 3 * b + ".bias");
      }
      x = layers.blocks(x, weights.list(names.toArray(String[]::new)));
      if (stage < BOTTOM) {
        skips.add(x);
        String down = name(stage) + "_dw.conv.0.";
        x = layers.narrow(x, weights.list(down + "weight", down + "bias"));
      } else if (dropout && (stage == BOTTOM || stage == NAMES.size() - 1)) {
        x = layers.channelDropout(x);
      }
    }
    NDArray logits = layers.head(x, weights.get("out_conv.weight"), weights.get("out_conv.bias"));
    return new Heads(x, logits, null);
  }
}
