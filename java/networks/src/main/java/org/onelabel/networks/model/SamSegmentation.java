package org.onelabel.networks.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.onelabel.networks.sam.SamMed3d;
import org.onelabel.networks.sam.SamOperators;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.networks.weights.Weights;

/**
 * SAM-Med3D as a segmentation network of its own, to be fine-tuned: no prompts, the decoder's first
 * masks are the structures' scores, the background's score is 0. Patches smaller than its input are
 * zero-padded up to it.
 */
final class SamSegmentation implements SegmentationNetwork {
  private final SamMed3d network;
  private final int structures;

  /** A network with the sizes and values of {@code like}. */
  SamSegmentation(Architecture architecture, Map<String, Tensor> like, NDManager parent) {
    structures = architecture.classes() - 1;
    if (like.isEmpty()) {
      throw new IllegalArgumentException("SAM-Med3D starts from a checkpoint");
    }
    network = SamMed3d.of(like, parent);
  }

  @Override
  public Weights weights() {
    return network.weights();
  }

  @Override
  public int featureDimension() {
    return network.dimension();
  }

  @Override
  public Heads forward(NDArray image, boolean dropout) {
    NDManager owner = image.getManager();
    int[] sides = network.inputSides();
    NDArray whole = owner.zeros(new Shape(1, 1, sides[0], sides[1], sides[2]));
    SamOperators operators = network.operators();
    NDArray features = network.features(operators.pad(image, whole));
    long batch = image.getShape().get(0);
    NDArray nobody =
        network.sparse(owner.zeros(new Shape(batch, 1, 3)), owner.ones(new Shape(batch, 1)).neg());
    NDArray masks = network.masks(features, nobody, network.denseOfNoMask(owner));
    NDArray fine = operators.cut(operators.resize(masks, whole), image);
    NDArray scores = fine.get(":, :" + structures);
    NDArray background = scores.get(":, :1").zerosLike();
    return new Heads(
        operators.cut(operators.resize(features, whole), image),
        background.getNDArrayInternal().concat(new NDList(scores), 1),
        null);
  }

  @Override
  public void close() {
    network.close();
  }
}
