package org.onelabel.networks.encoder;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.EngineLog;
import org.onelabel.networks.operations.Resources;

/**
 * A feature network from a file: TorchScript ({@code .pt}, {@code .torchscript}) or ONNX ({@code
 * .onnx}). It takes a patch 1×channels×X×Y×Z and gives 1×D×x×y×z. Owns native memory: close it. Not
 * thread-safe.
 */
public final class DenseEncoder implements AutoCloseable {

  /**
   * Features of a patch.
   *
   * @param channels D×x×y×z
   * @param size x, y, z
   */
  public record Features(float[] channels, int dimension, int[] size) {}

  private final Resources resources;
  private final Path file;
  private final NDManager manager;
  private final Predictor<NDList, NDList> predictor;

  private DenseEncoder(Resources resources, Path file, ComputeDevice device) throws IOException {
    this.resources = resources;
    this.file = file;
    String name = file.getFileName().toString();
    try {
      manager = resources.add(device.newManager(), NDManager::close);
      Model model = resources.add(device.newModel(name), Model::close);
      EngineLog.quieten();
      model.load(file.toAbsolutePath().getParent(), name);
      predictor = resources.add(model.newPredictor(new NoopTranslator()), Predictor::close);
    } catch (MalformedModelException | EngineException e) {
      throw new IOException("is no network of " + device.engine() + ": " + firstLine(e), e);
    }
  }

  /** Opens a network; a file that is none is an {@link IOException} that says why. */
  public static DenseEncoder open(Path file, ComputeDevice device) throws IOException {
    String name = file.getFileName().toString();
    if (!name.matches(".*\\.(onnx|pt|torchscript)")) {
      throw new IOException("is no .pt, .torchscript or .onnx file");
    }
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString());
    }
    ComputeDevice its = name.endsWith(".onnx") ? forOnnx(device) : device;
    return Resources.open(resources -> new DenseEncoder(resources, file, its));
  }

  private static ComputeDevice forOnnx(ComputeDevice device) throws IOException {
    try {
      return device.forOnnx();
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /**
   * Features of one patch.
   *
   * @param image channels one after the other
   */
  public Features encode(float[] image, int channels, int[] patch) throws IOException {
    try (NDManager step = manager.newSubManager()) {
      Shape shape = new Shape(1, channels, patch[0], patch[1], patch[2]);
      NDList out = predictor.predict(new NDList(step.create(image, shape)));
      out.attach(step);
      NDArray features = out.getFirst();
      long[] sides = features.getShape().getShape();
      if (sides.length != 5 || sides[0] != 1) {
        throw new IOException("gives " + features.getShape() + ", not 1×D×x×y×z");
      }
      int[] size = {(int) sides[2], (int) sides[3], (int) sides[4]};
      return new Features(features.toFloatArray(), (int) sides[1], size);
    } catch (TranslateException | EngineException e) {
      throw new IOException("cannot encode a patch: " + firstLine(e), e);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }

  @Override
  public void close() {
    resources.close();
  }
}
