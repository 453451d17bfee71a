package org.onelabel.networks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A trained segmentation network. Owns native memory: close it. Not thread-safe. */
public final class Specialist implements AutoCloseable {
  private final NDManager manager;
  private final Operators operators;
  private final Unet3d network;

  private Specialist(Architecture architecture) {
    manager = NDManager.newBaseManager(Operators.ENGINE);
    operators = new Operators(manager);
    network = new Unet3d(architecture, manager, operators);
  }

  /** A network with these weights, under the published names. */
  public static Specialist of(Architecture architecture, Map<String, Tensor> weights) {
    Specialist specialist = new Specialist(architecture);
    try {
      specialist.network.load(weights);
      return specialist;
    } catch (RuntimeException e) {
      specialist.close();
      throw e;
    }
  }

  /** A network from the content of a file that {@link #file} made. */
  public static Specialist read(Safetensors content) throws IOException {
    Map<String, String> about = content.metadata();
    try {
      Architecture architecture =
          new Architecture(
              Integer.parseInt(about.getOrDefault("channels", "")),
              Boolean.parseBoolean(about.getOrDefault("position", "false")),
              Integer.parseInt(about.getOrDefault("classes", "")),
              Integer.parseInt(about.getOrDefault("width", "")));
      return of(architecture, content.tensors());
    } catch (IllegalArgumentException e) {
      throw new IOException("no specialist's weights: " + e.getMessage(), e);
    }
  }

  /** The version of the tensor engine under all networks. */
  public static String engineVersion() {
    return Engine.getEngine(Operators.ENGINE).getVersion();
  }

  public Architecture architecture() {
    return network.architecture();
  }

  /** The weights by their published names. */
  public Map<String, Tensor> weights() {
    return network.save();
  }

  /** What goes into a weights file: the tensors, and the architecture as metadata. */
  public static Safetensors file(Architecture architecture, Map<String, Tensor> weights) {
    Map<String, String> about = new TreeMap<>();
    about.put("network", "unet_3D");
    about.put("channels", Integer.toString(architecture.channels()));
    about.put("position", Boolean.toString(architecture.position()));
    about.put("classes", Integer.toString(architecture.classes()));
    about.put("width", Integer.toString(architecture.width()));
    return new Safetensors(weights, about);
  }

  /** Class probabilities over the padded scan. */
  public SlidingWindow.Padded predict(Scan scan, SlidingWindow window) {
    return window.predict(
        scan,
        architecture().position(),
        architecture().classes(),
        image -> predict(image, window.patch()));
  }

  private float[] predict(float[] image, int[] patch) {
    try (NDManager step = manager.newSubManager()) {
      Shape shape = new Shape(1, architecture().inputs(), patch[0], patch[1], patch[2]);
      NDArray logits = network.logits(step.create(image, shape), false);
      return logits.softmax(1).toFloatArray();
    }
  }

  /** The network under it, for training and tests. */
  Unet3d network() {
    return network;
  }

  Operators operators() {
    return operators;
  }

  NDManager manager() {
    return manager;
  }

  /** An empty network of {@code architecture}, to be initialised or loaded. */
  static Specialist blank(Architecture architecture) {
    return new Specialist(architecture);
  }

  List<NDArray> parameters() {
    return network.parameterList();
  }

  @Override
  public void close() {
    network.close();
    operators.close();
    manager.close();
  }
}
