package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.weights.Weights;

/**
 * The published discriminator of DAN: from a probability map and its image to two scores, whether
 * the image was a labelled one. Two 4³ convolutions of stride 2, added, then three more; LeakyReLU
 * 0.2, 3-D dropout 0.5, the mean over space (the published 6³ pool of a 96³ patch), and a linear
 * layer. Not thread-safe.
 */
final class Discriminator implements AutoCloseable {
  private final Operators operators;
  private final Weights weights;

  /** A discriminator, its weights zero; {@code features} are its first layer's, 64 as published. */
  Discriminator(int classes, int channels, int features, NDManager parent, Operators operators) {
    this.operators = operators;
    weights = new Weights("the discriminator", parent);
    weights.addWithBias("conv0", features, classes, 4, 4, 4);
    weights.addWithBias("conv1", features, channels, 4, 4, 4);
    for (int i = 2; i <= 4; i++) {
      weights.addWithBias(
          "conv" + i, (long) features << (i - 1), (long) features << (i - 2), 4, 4, 4);
    }
    weights.addWithBias("classifier", 2, 8L * features);
  }

  Weights weights() {
    return weights;
  }

  /**
   * The verdict, B×2 scores.
   *
   * @param map B×classes×X×Y×Z probabilities
   * @param image B×channels×X×Y×Z
   * @param fixed whether its own weights are to get no gradient
   */
  NDArray judge(NDArray map, NDArray image, boolean dropout, boolean fixed) {
    List<NDArray> all = new ArrayList<>();
    for (NDArray array : weights.all()) {
      all.add(fixed ? array.stopGradient() : array);
    }
    return operators.withWeights(
        dropout ? "discriminate_dropout" : "discriminate", all, map, image);
  }

  @Override
  public void close() {
    weights.close();
  }
}
