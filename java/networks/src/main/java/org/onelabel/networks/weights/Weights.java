package org.onelabel.networks.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.onelabel.networks.operations.Resources;

/**
 * The parameters of one network by their published names, in a fixed order, all zero at first. Owns
 * their memory.
 */
public final class Weights implements AutoCloseable {
  private final String network;
  private final NDManager manager;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();

  private Weights(String network, NDManager parent) {
    this.network = network;
    manager = parent.newSubManager();
  }

  /**
   * The parameters that {@code filling} adds; where it fails nothing is left in {@code parent}.
   *
   * @param network its name in messages
   */
  public static Weights open(String network, NDManager parent, Consumer<Weights> filling) {
    return Resources.open(
        resources -> {
          Weights weights = resources.add(new Weights(network, parent), Weights::close);
          filling.accept(weights);
          return weights;
        });
  }

  /** Adds a weight of zeros. */
  public void add(String name, long... shape) {
    arrays.put(name, manager.zeros(new Shape(shape)));
  }

  /** {@code name.weight} of that shape and {@code name.bias} of its first side. */
  public void addWithBias(String name, long... shape) {
    add(name + ".weight", shape);
    add(name + ".bias", shape[0]);
  }

  /** Whole numbers that live as long as the parameters, and are none of them. */
  public NDArray constant(List<Integer> values) {
    return manager.create(values.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The weight of a name that was added. */
  public NDArray get(String name) {
    return arrays.get(name);
  }

  /** Some of them, in the order of {@code names}. */
  public List<NDArray> list(String... names) {
    return Arrays.stream(names).map(arrays::get).toList();
  }

  /** All of them. */
  public List<NDArray> all() {
    return List.copyOf(arrays.values());
  }

  /** All weights by their names. */
  public Map<String, NDArray> byName() {
    return arrays;
  }

  /** Kaiming-normal weights (fan-in, gain √2) and zero biases. */
  public void initialise(RandomGenerator random) {
    arrays.forEach(
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

  /** Makes operations on the weights record gradients. */
  public void requireGradients() {
    arrays.values().forEach(array -> array.setRequiresGradient(true));
  }

  /** Refuses tensors that have not exactly these names and shapes. */
  public void requireFits(Map<String, Tensor> tensors) {
    if (!tensors.keySet().equals(arrays.keySet())) {
      throw new IllegalArgumentException(
          "the weights are not those of " + network + ": " + tensors.keySet());
    }
    arrays.forEach(
        (name, array) -> {
          Tensor tensor = tensors.get(name);
          if (!array.getShape().equals(shape(tensor))) {
            throw new IllegalArgumentException(
                name + " has shape " + tensor.shape() + ", not " + array.getShape());
          }
        });
  }

  /** Copies values in; the tensors must have exactly these names and shapes. */
  public void load(Map<String, Tensor> tensors) {
    requireFits(tensors);
    arrays.forEach((name, array) -> array.set(tensors.get(name).floats()));
  }

  /** The present values by name. */
  public Map<String, Tensor> save() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    arrays.forEach((name, array) -> tensors.put(name, tensor(array)));
    return tensors;
  }

  /** The shape of a tensor as DJL has it. */
  public static Shape shape(Tensor tensor) {
    return new Shape(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  private static Tensor tensor(NDArray array) {
    long[] shape = array.getShape().getShape();
    return Tensor.of(
        array.toFloatArray(), Arrays.stream(shape).mapToInt(Math::toIntExact).toArray());
  }

  @Override
  public void close() {
    manager.close();
  }
}
