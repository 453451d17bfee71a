package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.onelabel.networks.Architecture;
import org.onelabel.networks.DenseContrast;
import org.onelabel.networks.Scan;
import org.onelabel.networks.SlidingWindow;
import org.onelabel.networks.Specialist;
import org.onelabel.networks.Tensor;
import org.onelabel.pipeline.Configuration.LearntSettings;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;

/**
 * An encoder learnt from the unlabelled volumes themselves ({@link DenseContrast}), nothing to
 * download: one vector of length 1 for every voxel.
 */
final class PoolEncoder implements AutoCloseable {
  private final Specialist network;
  private final SlidingWindow window;

  private PoolEncoder(Specialist network, SlidingWindow window) {
    this.network = network;
    this.window = window;
  }

  /** Trains on {@code scans}, whose labels it does not look at. */
  static Map<String, Tensor> train(
      List<WorkingScan> scans, Plan plan, LearntSettings settings, long seed, Progress.Task task) {
    DenseContrast.Settings training =
        new DenseContrast.Settings(
            plan.encoderPatch(),
            settings.shift(),
            settings.iterations(),
            settings.places(),
            settings.temperature(),
            settings.learningRate());
    List<Scan> images = scans.stream().map(WorkingScan::scan).toList();
    return new DenseContrast(architecture(plan, settings), training, seed)
        .train(images, (_, loss) -> task.step("loss %.3f".formatted(loss)));
  }

  static Architecture architecture(Plan plan, LearntSettings settings) {
    int channels = plan.architecture().channels();
    int width = settings.width() == 0 ? plan.architecture().width() : settings.width();
    return new Architecture(channels, false, settings.dimension(), width);
  }

  /** The encoder with the weights of a file. Its owner closes it. */
  static PoolEncoder open(RunDirectory run, Plan plan, Configuration configuration) {
    Path file = run.encoder();
    try {
      Architecture architecture = architecture(plan, configuration.encoder().learnt());
      return new PoolEncoder(
          Specialist.of(architecture, run.readTensors(file).tensors()),
          Model.Recipe.window(plan.encoderPatch(), configuration.prediction()));
    } catch (IllegalArgumentException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }

  /** The vectors of all voxels, one array for each of their values. */
  List<float[]> vectors(Volume volume) {
    int[] shape = volume.geometry().shape();
    Scan scan = new Scan(volume.channels(), shape, null, null);
    return new ArrayList<>(List.of(network.embed(scan, window).cropped(shape)));
  }

  @Override
  public void close() {
    network.close();
  }
}
