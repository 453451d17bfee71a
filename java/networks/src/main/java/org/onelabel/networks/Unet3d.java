package org.onelabel.networks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The published {@code unet_3D}: five levels, each two times [3³ convolution, instance norm, ReLU],
 * max-pooling down, trilinear up, dropout 0.3 at the bottom and before the head. Parameters carry
 * the published names. Input sides must be multiples of 16. Not thread-safe.
 */
final class Unet3d implements AutoCloseable {
  static final int MULTIPLE = 16;
  private static final List<String> DOWN = List.of("conv1", "conv2", "conv3", "conv4", "center");
  private static final List<String> UP =
      List.of("up_concat4.conv", "up_concat3.conv", "up_concat2.conv", "up_concat1.conv");

  private final Architecture architecture;
  private final NDManager manager;
  private final Operators operators;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  /** A network whose parameters live in a manager of its own, all zero. */
  Unet3d(Architecture architecture, NDManager parent, Operators operators) {
    this.architecture = architecture;
    this.manager = parent.newSubManager();
    this.operators = operators;
    int width = architecture.width();
    int in = architecture.inputs();
    for (int level = 0; level < DOWN.size(); level++) {
      addDoubleBlock(DOWN.get(level), in, width << level);
      in = width << level;
    }
    for (int step = 0; step < UP.size(); step++) {
      int level = 3 - step;
      addDoubleBlock(UP.get(step), (width << level) + (width << (level + 1)), width << level);
    }
    add("final.weight", architecture.classes(), width, 1, 1, 1);
    add("final.bias", architecture.classes());
  }

  private void addDoubleBlock(String name, int in, int out) {
    add(name + ".conv1.0.weight", out, in, 3, 3, 3);
    add(name + ".conv1.0.bias", out);
    add(name + ".conv2.0.weight", out, out, 3, 3, 3);
    add(name + ".conv2.0.bias", out);
  }

  private void add(String name, long... shape) {
    parameters.put(name, manager.zeros(new Shape(shape)));
  }

  Architecture architecture() {
    return architecture;
  }

  /** Parameters by their published names, in a fixed order. */
  Map<String, NDArray> parameters() {
    return parameters;
  }

  List<NDArray> parameterList() {
    return List.copyOf(parameters.values());
  }

  /** Kaiming-normal weights (fan-in, gain √2) and zero biases. */
  void initialise(RandomGenerator random) {
    parameters.forEach(
        (name, array) -> {
          float[] values = new float[(int) array.size()];
          if (name.endsWith("weight")) {
            double deviation = Math.sqrt(2.0 / (array.size() / (double) array.getShape().get(0)));
            for (int i = 0; i < values.length; i++) {
              values[i] = (float) (deviation * random.nextGaussian());
            }
          }
          array.set(values);
        });
  }

  void requireGradients() {
    parameters.values().forEach(array -> array.setRequiresGradient(true));
  }

  /**
   * Class scores before the softmax.
   *
   * @param image B×channels×X×Y×Z
   * @param dropout true while training
   * @return B×classes×X×Y×Z
   */
  NDArray logits(NDArray image, boolean dropout) {
    NDArray[] levels = new NDArray[DOWN.size()];
    levels[0] = operators.withWeights("double_block", weights(DOWN.get(0)), image);
    for (int i = 1; i < DOWN.size(); i++) {
      levels[i] = operators.withWeights("down_block", weights(DOWN.get(i)), levels[i - 1]);
    }
    NDArray x = levels[4];
    if (dropout) {
      x = operators.call("dropout", x);
    }
    for (int step = 0; step < UP.size(); step++) {
      x = operators.withWeights("up_block", weights(UP.get(step)), levels[3 - step], x);
    }
    if (dropout) {
      x = operators.call("dropout", x);
    }
    return operators.call("head", x, parameters.get("final.weight"), parameters.get("final.bias"));
  }

  private List<NDArray> weights(String name) {
    return List.of(
        parameters.get(name + ".conv1.0.weight"),
        parameters.get(name + ".conv1.0.bias"),
        parameters.get(name + ".conv2.0.weight"),
        parameters.get(name + ".conv2.0.bias"));
  }

  /** Copies the values of {@code tensors}, which must have exactly these names and shapes. */
  void load(Map<String, Tensor> tensors) {
    if (!tensors.keySet().equals(parameters.keySet())) {
      throw new IllegalArgumentException(
          "the weights are not those of unet_3D: " + tensors.keySet());
    }
    parameters.forEach(
        (name, array) -> {
          Tensor tensor = tensors.get(name);
          long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
          if (!array.getShape().equals(new Shape(shape))) {
            throw new IllegalArgumentException(
                name + " has shape " + tensor.shape() + ", not " + array.getShape());
          }
          array.set(tensor.floats());
        });
  }

  /** The present values by name. */
  Map<String, Tensor> save() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.forEach(
        (name, array) -> {
          long[] shape = array.getShape().getShape();
          int[] sides = java.util.Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
          tensors.put(name, Tensor.of(array.toFloatArray(), sides));
        });
    return tensors;
  }

  @Override
  public void close() {
    manager.close();
  }
}
