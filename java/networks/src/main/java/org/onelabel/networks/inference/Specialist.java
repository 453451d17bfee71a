package org.onelabel.networks.inference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.SegmentationNetwork;
import org.onelabel.networks.model.SegmentationNetwork.Heads;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.ExclusiveStep;
import org.onelabel.networks.operations.Operators;
import org.onelabel.networks.operations.Resources;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;

/** A trained segmentation network. Owns native memory: close it. Not thread-safe. */
public final class Specialist implements AutoCloseable {
  private final Resources resources;
  private final NDManager manager;
  private final Operators operators;
  private final Architecture architecture;
  private final SegmentationNetwork network;

  private Specialist(
      Resources resources,
      Architecture architecture,
      Map<String, Tensor> like,
      ComputeDevice device) {
    this.resources = resources;
    this.architecture = architecture;
    manager = resources.add(device.newManager(), NDManager::close);
    operators = resources.add(new Operators(manager), Operators::close);
    network =
        resources.add(
            SegmentationNetwork.of(architecture, like, manager, operators),
            SegmentationNetwork::close);
  }

  /** A network on {@code device} with these weights, under the published names. */
  public static Specialist of(
      Architecture architecture, Map<String, Tensor> weights, ComputeDevice device) {
    return Resources.open(
        resources -> {
          Specialist specialist = new Specialist(resources, architecture, weights, device);
          specialist.network.weights().load(weights);
          return specialist;
        });
  }

  /** Fresh weights: Kaiming-normal, zero biases. */
  public static Map<String, Tensor> fresh(
      Architecture architecture, long seed, ComputeDevice device) {
    try (Specialist specialist = blank(architecture, device)) {
      specialist.network.weights().initialise(new SplittableRandom(seed));
      return specialist.weights();
    }
  }

  /** A network from the content of a file that {@link #file} made. */
  public static Specialist read(Safetensors content, ComputeDevice device) throws IOException {
    Map<String, String> about = content.metadata();
    try {
      Architecture architecture =
          new Architecture(
              NetworkKind.named(about.getOrDefault("network", "")),
              Integer.parseInt(about.getOrDefault("channels", "")),
              Boolean.parseBoolean(about.getOrDefault("position", "false")),
              Integer.parseInt(about.getOrDefault("classes", "")),
              Integer.parseInt(about.getOrDefault("width", "")),
              // Files from before there were others do not name it.
              about.containsKey("layout")
                  ? UnetLayout.parse(about.get("layout"))
                  : UnetLayout.PUBLISHED);
      return of(architecture, content.tensors(), device);
    } catch (IllegalArgumentException e) {
      throw new IOException("no specialist's weights: " + e.getMessage(), e);
    }
  }

  /** The architecture of the network. */
  public Architecture architecture() {
    return architecture;
  }

  /** The weights by their published names. */
  public Map<String, Tensor> weights() {
    return network.weights().save();
  }

  /** Whether every weight is a finite number. */
  public boolean isFinite() {
    for (Tensor tensor : weights().values()) {
      for (float value : tensor.floats()) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }

  /** What goes into a weights file: the tensors, and the architecture as metadata. */
  public static Safetensors file(Architecture architecture, Map<String, Tensor> weights) {
    Map<String, String> about = new TreeMap<>();
    about.put("network", architecture.network().toString());
    about.put("channels", Integer.toString(architecture.channels()));
    about.put("position", Boolean.toString(architecture.position()));
    about.put("classes", Integer.toString(architecture.classes()));
    about.put("width", Integer.toString(architecture.width()));
    about.put("layout", architecture.layout().toString());
    return new Safetensors(weights, about);
  }

  /** Class probabilities over the padded scan. */
  public SlidingWindow.Padded predict(Scan scan, SlidingWindow window) {
    return predict(scan, window, SlidingWindow.Listener.NONE);
  }

  /** The same; {@code listener} hears of every window. */
  public SlidingWindow.Padded predict(
      Scan scan, SlidingWindow window, SlidingWindow.Listener listener) {
    return slide(scan, window, architecture.classes(), false, Specialist::probabilities, listener);
  }

  /** The same with dropout, whose random numbers follow from {@code seed}. */
  public SlidingWindow.Padded predictWithDropout(Scan scan, SlidingWindow window, long seed) {
    try (ExclusiveStep _ = ExclusiveStep.seeded(manager, seed)) {
      return slide(
          scan,
          window,
          architecture.classes(),
          true,
          Specialist::probabilities,
          SlidingWindow.Listener.NONE);
    }
  }

  private static NDArray probabilities(Heads heads) {
    return heads.logits().softmax(1);
  }

  /** What the head works on as vectors of length 1, one for each voxel of the padded scan. */
  public SlidingWindow.Padded describe(Scan scan, SlidingWindow window) {
    int dimension = network.featureDimension();
    return slide(
        scan,
        window,
        dimension,
        false,
        heads -> operators.layers().unitVectors(heads.features()),
        SlidingWindow.Listener.NONE);
  }

  /** Class scores as vectors of length 1, one for each voxel of the padded scan. */
  public SlidingWindow.Padded embed(Scan scan, SlidingWindow window) {
    int dimension = architecture.classes();
    return slide(
        scan,
        window,
        dimension,
        false,
        heads -> operators.layers().unitVectors(heads.logits()),
        SlidingWindow.Listener.NONE);
  }

  /** What is {@code wanted} of each window, {@code channels} values a voxel, blended. */
  private SlidingWindow.Padded slide(
      Scan scan,
      SlidingWindow window,
      int channels,
      boolean dropout,
      Function<Heads, NDArray> wanted,
      SlidingWindow.Listener listener) {
    int[] patch = window.patch();
    architecture.layout().requireFits(patch);
    Shape shape = new Shape(1, architecture.inputs(), patch[0], patch[1], patch[2]);
    return window.predict(
        scan,
        architecture.position(),
        channels,
        image -> {
          try (NDManager step = manager.newSubManager()) {
            return wanted.apply(network.forward(step.create(image, shape), dropout)).toFloatArray();
          }
        },
        listener);
  }

  /** The network under it, for training and tests. */
  public SegmentationNetwork network() {
    return network;
  }

  /** The operators on the network's device. */
  public Operators operators() {
    return operators;
  }

  /** The manager of the weights; it ends with this object. */
  public NDManager manager() {
    return manager;
  }

  /** A network whose sizes the architecture says, to be initialised or loaded. */
  public static Specialist blank(Architecture architecture, ComputeDevice device) {
    return blank(architecture, Map.of(), device);
  }

  /**
   * A network of {@code architecture}, to be initialised or loaded.
   *
   * @param like weights of the sizes it is to have
   */
  public static Specialist blank(
      Architecture architecture, Map<String, Tensor> like, ComputeDevice device) {
    return Resources.open(resources -> new Specialist(resources, architecture, like, device));
  }

  /** All weights, in their fixed order. */
  public List<NDArray> parameters() {
    return network.weights().all();
  }

  @Override
  public void close() {
    resources.close();
  }
}
