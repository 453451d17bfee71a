package org.onelabel.networks.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.Weights;

/** A network that gives every voxel a score for each class. Not thread-safe. */
public interface SegmentationNetwork extends AutoCloseable {

  /**
   * What a network says of a batch B×channels×X×Y×Z.
   *
   * @param features B×width×X×Y×Z: what the head works on
   * @param logits B×classes×X×Y×Z: class scores before the softmax
   * @param signedDistance B×classes×X×Y×Z in −1…1, negative inside; null without such a head
   */
  record Heads(NDArray features, NDArray logits, NDArray signedDistance) {}

  Weights weights();

  /** Channels of {@link Heads#features}. */
  int featureDimension();

  /**
   * Runs.
   *
   * @param image B×channels×X×Y×Z, sides multiples of the layout's {@link UnetLayout#multiple}
   * @param dropout true while training
   */
  Heads forward(NDArray image, boolean dropout);

  /**
   * The network of an architecture; its weights live in a manager of their own.
   *
   * @param like weights whose sizes it has where the architecture does not say them; else they may
   *     be none
   */
  static SegmentationNetwork of(
      Architecture architecture, Map<String, Tensor> like, NDManager parent, Operators operators) {
    return switch (architecture.network()) {
      case UNET_3D, UNET_3D_SDF -> new Unet3d(architecture, parent, operators);
      case VNET -> new Vnet(architecture, parent, operators);
      case SAM_MED3D -> new SamSegmentation(architecture, like, parent);
    };
  }

  @Override
  default void close() {
    weights().close();
  }
}
