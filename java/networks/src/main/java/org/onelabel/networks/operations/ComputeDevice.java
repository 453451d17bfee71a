package org.onelabel.networks.operations;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where networks are trained and applied: a tensor engine, and the device it works on. Every tensor
 * follows from a manager made here; nothing else names an engine or a device. Immutable and
 * thread-safe.
 */
public final class ComputeDevice {
  private static final String PYTORCH = "PyTorch";
  private static final String ONNX_RUNTIME = "OnnxRuntime";
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,4}))?");

  private final String engine;
  private final Device device;

  private ComputeDevice(String engine, Device device) {
    this.engine = engine;
    this.device = device;
  }

  /** The processor. */
  public static ComputeDevice cpu() {
    return new ComputeDevice(PYTORCH, Device.cpu());
  }

  /** The first CUDA device where PyTorch can work on one, else the processor. */
  public static ComputeDevice firstAvailable() {
    return Engine.getEngine(PYTORCH).hasCapability(StandardCapabilities.CUDA)
        ? parse("cuda")
        : cpu();
  }

  /**
   * The device of that name: {@code cpu}, {@code cuda} (the first one) or {@code cuda:1}. Another
   * name, or a device that cannot be worked on, is an {@link IllegalArgumentException} whose one
   * line says what is missing.
   */
  public static ComputeDevice parse(String name) {
    if (name.equals("cpu")) {
      return cpu();
    }
    Matcher cuda = CUDA.matcher(name);
    if (!cuda.matches()) {
      throw new IllegalArgumentException(
          "networks work on cpu, cuda or one device such as cuda:1, not on " + name);
    }
    int number = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
    ComputeDevice found = new ComputeDevice(PYTORCH, Device.gpu(number));
    found.requireCuda(name);
    return found;
  }

  private void requireCuda(String name) {
    if (!Engine.getEngine(PYTORCH).hasCapability(StandardCapabilities.CUDA)) {
      throw new IllegalArgumentException(
          ("networks cannot work on %1$s: the PyTorch here is built for processors alone, or finds"
                  + " no driver; set PYTORCH_LIBRARY_PATH to the folder of a libtorch %2$s for CUDA"
                  + " (and PYTORCH_FLAVOR=cu128), or add"
                  + " ai.djl.pytorch:pytorch-native-cu128:%2$s to the class path")
              .formatted(name, engineVersion()));
    }
    try (NDManager manager = newManager();
        NDArray _ = manager.zeros(new Shape(1))) {
      EngineLog.quieten();
    } catch (EngineException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new IllegalArgumentException("networks cannot work on %s: %s".formatted(name, reason));
    }
  }

  /** The version of the engine under all networks that are trained. */
  public static String engineVersion() {
    return Engine.getEngine(PYTORCH).getVersion();
  }

  /** How many threads of the processor that engine works on. */
  public static int engineThreads() {
    Engine.getEngine(PYTORCH);
    return JniUtils.getNumThreads();
  }

  /**
   * The same device under the engine of ONNX files; an {@link IllegalArgumentException} where that
   * engine cannot work on it.
   */
  public ComputeDevice forOnnx() {
    if (device.isGpu()
        && !Engine.getEngine(ONNX_RUNTIME).hasCapability(StandardCapabilities.CUDA)) {
      throw new IllegalArgumentException(
          "needs an ONNX Runtime for CUDA to work on %s: add com.microsoft.onnxruntime:onnxruntime_gpu"
                  .formatted(this)
              + " to the class path, or use a TorchScript file");
    }
    return new ComputeDevice(ONNX_RUNTIME, device);
  }

  /** A manager of tensors on this device; its owner closes it, and with it all that it made. */
  public NDManager newManager() {
    return NDManager.newBaseManager(device, engine);
  }

  /** An empty model on this device, to be loaded; its owner closes it. */
  public Model newModel(String name) {
    return Model.newInstance(name, device, engine);
  }

  /** The engine's name, for messages. */
  public String engine() {
    return engine;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ComputeDevice that
        && engine.equals(that.engine)
        && device.equals(that.device);
  }

  @Override
  public int hashCode() {
    return Objects.hash(engine, device);
  }

  /** The name that {@link #parse} takes. */
  @Override
  public String toString() {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }
}
