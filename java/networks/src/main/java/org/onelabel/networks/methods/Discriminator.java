package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.operations.Layers;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.weights.Weights;

/**
 * The published discriminator of DAN: from a probability map and its image to two scores, whether
 * the image was a labelled one. Two 4³ convolutions of stride 2, added, then three more; LeakyReLU
 * 0.2, 3-D dropout 0.5, the mean over space (the published 6³ pool of a 96³ patch), and a linear
 * layer. Not thread-safe.
 */
final class Discriminator implements AutoCloseable {
  private final Layers layers;
  private final Weights weights;

  /** A discriminator, its weights zero; {@code features} are its first layer's, 64 as published. */
  Discriminator(int classes, int channels, int features, NDManager parent, Operators operators) {
    layers = operators.layers();
    weights =
        Weights.open(
            "the discriminator", parent, filled -> fill(filled, classes, channels, features));
  }

  private static void fill(Weights filled, int classes, int channels, int features) {
    filled.addWithBias("conv0", features, classes, 4, 4, 4);
    filled.addWithBias("conv1", features, channels, 4, 4, 4);
    for (int i = 2; i <= 4; i++) {
      filled.addWithBias(
          "conv" + i, (long) features << (i - 1), (long) features << (i - 2), 4, 4, 4);
    }
    filled.addWithBias("classifier", 2, 8L * features);
  }

  Weights weights() {
    return weights;
  }

  /**
   * Whether the image was a labelled one, B×2 scores.
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
    return layers.discriminator(map, image, all, dropout);
  }

  @Override
  public void close() {
    weights.close();
  }
}
