package org.onelabel.pipeline.features;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.onelabel.networks.contrast.DenseContrast;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;

/**
 * An encoder learnt from the unlabelled volumes themselves ({@link DenseContrast}), nothing to
 * download: one vector for every voxel, all of one length.
 */
public final class PoolEncoder implements DescriptorEncoder.Learnt {
  private final Specialist network;
  private final SlidingWindow window;
  private final float length;

  private PoolEncoder(Specialist network, SlidingWindow window, double length) {
    this.network = network;
    this.window = window;
    this.length = (float) length;
  }

  /** Trains on {@code scans}, whose labels it does not look at. */
  public static Map<String, Tensor> train(
      List<WorkingScan> scans,
      int[] patch,
      Architecture architecture,
      LearntSettings settings,
      long seed,
      ComputeDevice device,
      Progress.Task task) {
    LearntSettings.ContrastSettings contrast = settings.contrast();
    DenseContrast.Settings training =
        new DenseContrast.Settings(
            patch,
            contrast.shift(),
            contrast.iterations(),
            contrast.places(),
            contrast.temperature(),
            contrast.learningRate());
    List<Scan> images = scans.stream().map(WorkingScan::scan).toList();
    return new DenseContrast(architecture, training, seed, device)
        .train(images, (_, loss) -> task.step("loss %.3f".formatted(loss)));
  }

  /** The encoder's network, beside a specialist's. */
  public static Architecture architecture(Architecture specialist, LearntSettings settings) {
    int width = settings.width() == 0 ? specialist.width() : settings.width();
    return new Architecture(specialist.channels(), false, settings.dimension(), width);
  }

  /**
   * The encoder with weights. Its owner closes it.
   *
   * @param length of its vectors
   * @throws IllegalArgumentException if the weights are another network's
   */
  public static PoolEncoder of(
      Architecture architecture,
      Map<String, Tensor> weights,
      SlidingWindow window,
      double length,
      ComputeDevice device) {
    return new PoolEncoder(Specialist.of(architecture, weights, device), window, length);
  }

  /**
   * The encoder with the weights of a file. Its owner closes it.
   *
   * @param specialist the network of the run that it was learnt in
   */
  public static PoolEncoder read(
      Path file,
      Architecture specialist,
      LearntSettings settings,
      SlidingWindow window,
      ComputeDevice device) {
    try {
      return of(
          architecture(specialist, settings),
          Safetensors.read(file).tensors(),
          window,
          settings.weight(),
          device);
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(file, InputException.firstLine(e), e);
    }
  }

  /** The vectors of all voxels, one array for each of their values. */
  @Override
  public List<float[]> channels(Volume volume) {
    int[] shape = volume.geometry().shape();
    Scan scan = new Scan(volume.channels(), shape, null, null);
    float[][] channels = network.embed(scan, window).cropped(shape);
    for (float[] channel : channels) {
      for (int i = 0; i < channel.length; i++) {
        channel[i] *= length;
      }
    }
    return List.of(channels);
  }

  @Override
  public void close() {
    network.close();
  }
}
