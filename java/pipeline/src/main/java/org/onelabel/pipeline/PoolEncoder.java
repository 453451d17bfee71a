package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.onelabel.networks.contrast.DenseContrast;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Tensor;
import org.onelabel.pipeline.Configuration.LearntSettings;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;

/**
 * An encoder learnt from the unlabelled volumes themselves ({@link DenseContrast}), nothing to
 * download: one vector for every voxel, all of one length.
 */
final class PoolEncoder implements DescriptorEncoder.Learnt {
  private final Specialist network;
  private final SlidingWindow window;
  private final float length;

  private PoolEncoder(Specialist network, SlidingWindow window, double length) {
    this.network = network;
    this.window = window;
    this.length = (float) length;
  }

  /** Trains on {@code scans}, whose labels it does not look at. */
  static Map<String, Tensor> train(
      List<WorkingScan> scans,
      Plan plan,
      LearntSettings settings,
      long seed,
      ComputeDevice device,
      Progress.Task task) {
    DenseContrast.Settings training =
        new DenseContrast.Settings(
            plan.encoderPatch(),
            settings.shift(),
            settings.iterations(),
            settings.places(),
            settings.temperature(),
            settings.learningRate());
    List<Scan> images = scans.stream().map(WorkingScan::scan).toList();
    return new DenseContrast(architecture(plan, settings), training, seed, device)
        .train(images, (_, loss) -> task.step("loss %.3f".formatted(loss)));
  }

  static Architecture architecture(Plan plan, LearntSettings settings) {
    int channels = plan.architecture().channels();
    int width = settings.width() == 0 ? plan.architecture().width() : settings.width();
    return new Architecture(channels, false, settings.dimension(), width);
  }

  /** The encoder with the weights of a file. Its owner closes it. */
  static PoolEncoder open(
      RunDirectory run, Plan plan, Configuration configuration, ComputeDevice device) {
    Path file = run.encoder();
    LearntSettings settings = configuration.encoder().learnt();
    try {
      // The network comes last: nothing after it can fail and leave it open.
      SlidingWindow window = Model.Recipe.window(plan.encoderPatch(), configuration.prediction());
      Map<String, Tensor> weights = run.readTensors(file).tensors();
      return new PoolEncoder(
          Specialist.of(architecture(plan, settings), weights, device), window, settings.weight());
    } catch (IllegalArgumentException e) {
      throw new InputException(file, e.getMessage(), e);
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
