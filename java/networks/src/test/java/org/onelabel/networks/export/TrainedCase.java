package org.onelabel.networks.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.SegmentationNetwork;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.weights.Tensor;

/**
 * A network to be exported.
 *
 * @param weights that are nowhere zero, biases too
 */
record TrainedCase(Architecture architecture, Map<String, Tensor> weights) {
  private static final UnetLayout THICK_SLICES =
      new UnetLayout(
          List.of(List.of(3, 3, 1), List.of(3, 3, 3), List.of(3, 3, 3)),
          List.of(List.of(2, 2, 1), List.of(2, 2, 2)));

  static TrainedCase of(Architecture architecture) {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, Tensor> weights = new TreeMap<>();
    Specialist.fresh(architecture, 1, ComputeDevice.cpu())
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.floats();
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.1 * random.nextDouble(-1, 1));
              }
              int[] shape = tensor.shape().stream().mapToInt(side -> side).toArray();
              weights.put(name, Tensor.of(values, shape));
            });
    return new TrainedCase(architecture, weights);
  }

  static TrainedCase publishedUnet() {
    return of(new Architecture(2, true, 3, 4));
  }

  static TrainedCase unetOfThickSlices() {
    return of(new Architecture(NetworkKind.UNET_3D, 1, false, 2, 5, THICK_SLICES));
  }

  static TrainedCase unetWithSignedDistances() {
    return of(new Architecture(NetworkKind.UNET_3D_SDF, 1, false, 2, 3, THICK_SLICES));
  }

  static TrainedCase vnet() {
    return of(new Architecture(NetworkKind.VNET, 1, false, 3, 3));
  }

  /** B×inputs×X×Y×Z. */
  Shape shape(int batch, int[] sides) {
    return new Shape(batch, architecture.inputs(), sides[0], sides[1], sides[2]);
  }

  /** Random patches. */
  static float[] patches(Shape shape) {
    SplittableRandom random = new SplittableRandom(7);
    float[] patches = new float[(int) shape.size()];
    for (int i = 0; i < patches.length; i++) {
      patches[i] = (float) random.nextDouble(-2, 2);
    }
    return patches;
  }

  /** What the network itself says of patches. */
  float[] logits(float[] patches, Shape shape) {
    try (NDManager manager = ComputeDevice.cpu().newManager();
        Operators operators = new Operators(manager);
        SegmentationNetwork network =
            SegmentationNetwork.of(architecture, weights, manager, operators)) {
      network.weights().load(weights);
      NDArray image = manager.create(patches, shape);
      return network.forward(image, false).logits().toFloatArray();
    }
  }
}
