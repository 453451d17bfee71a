package org.onelabel.networks.operations;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * Layers of 3-D networks on batches B×channels×X×Y×Z. Gradients flow through them.
 *
 * <p>Channels-last memory makes the wide 3³ convolutions about three times as fast on a CPU, and
 * all of a U-Net stays in it. Instance norm is written as sums: PyTorch's own is for the plain
 * layout, and its batch and group norms add hundreds of thousands of channels-last values one by
 * one in float32 (1e-4 off). Its variance {@code v} is the mean of {@code d·d₀}, {@code d₀} being
 * {@code d} without gradient, and counts as {@code 2v − v₀}: the value and gradient of {@code d²}
 * with a pass less. Up-sampling is one product per axis with the matrix of linear interpolation.
 * Convolutions on a CPU name oneDNN themselves: left to choose, PyTorch takes a loop forty times as
 * slow for a single small patch (docs/explanation/training-step.md).
 */
public final class Layers {
  private final ScriptModule script;

  Layers(ScriptModule script) {
    this.script = script;
  }

  /**
   * Twice [convolution, instance norm, ReLU].
   *
   * @param weights weight and bias of the first convolution, then of the second
   */
  public NDArray doubleBlock(NDArray x, List<NDArray> weights) {
    return script.callWithList("double_block", weights, x);
  }

  /**
   * A max-pooling, then a {@link #doubleBlock}.
   *
   * @param pooling three factors, int32
   */
  public NDArray downBlock(NDArray x, NDArray pooling, List<NDArray> weights) {
    return script.callWithList("down_block", weights, x, pooling);
  }

  /** {@code x} up-sampled to {@code skip}'s size beside it, then a {@link #doubleBlock}. */
  public NDArray upBlock(NDArray skip, NDArray x, List<NDArray> weights) {
    return script.callWithList("up_block", weights, skip, x);
  }

  /**
   * [Convolution, instance norm, ReLU] as often as there are weights.
   *
   * @param weights weight and bias of each convolution
   */
  public NDArray blocks(NDArray x, List<NDArray> weights) {
    return script.callWithList("blocks", weights, x);
  }

  /**
   * A 2³ convolution of stride 2, instance norm, ReLU: half the sides.
   *
   * @param weights weight and bias
   */
  public NDArray narrow(NDArray x, List<NDArray> weights) {
    return script.callWithList("narrow", weights, x);
  }

  /**
   * A transposed 2³ convolution of stride 2, instance norm, ReLU: twice the sides.
   *
   * @param weights weight and bias
   */
  public NDArray widen(NDArray x, List<NDArray> weights) {
    return script.callWithList("widen", weights, x);
  }

  /** Dropout of values, 0.3. */
  public NDArray dropout(NDArray x) {
    return script.call("dropout", x);
  }

  /** Dropout of whole channels, 0.5. */
  public NDArray channelDropout(NDArray x) {
    return script.call("half_dropout", x);
  }

  /** A 1³ convolution: class scores. */
  public NDArray head(NDArray x, NDArray weight, NDArray bias) {
    return script.call("head", x, weight, bias);
  }

  /** The tanh of a {@link #head}: signed distances in −1…1. */
  public NDArray distanceHead(NDArray x, NDArray weight, NDArray bias) {
    return script.call("distance_head", x, weight, bias);
  }

  /**
   * DAN's discriminator: two scores B×2 of a probability map and its image.
   *
   * @param weights weight and bias of five convolutions and of a linear layer
   */
  public NDArray discriminator(NDArray map, NDArray image, List<NDArray> weights, boolean dropout) {
    return script.callWithList(
        dropout ? "discriminate_dropout" : "discriminate", weights, map, image);
  }

  /** The vector of every voxel, of length 1. */
  public NDArray unitVectors(NDArray x) {
    return script.call("unit", x);
  }

  /** The published noise on an image: normal, deviation 0.1, within ±0.2. */
  public NDArray noise(NDArray image) {
    return script.call("noise", image);
  }
}
