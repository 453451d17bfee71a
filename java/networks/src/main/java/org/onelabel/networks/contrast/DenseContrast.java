package org.onelabel.networks.contrast;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.augmentation.IntensityChange;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.ExclusiveStep;
import org.onelabel.networks.optimization.Optimizer;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.optimization.Schedules;
import org.onelabel.networks.sampling.Patch;
import org.onelabel.networks.sampling.PatchSampler;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Tensor;

/**
 * Trains a dense encoder on unlabelled scans alone. Two windows into the same deformed patch, each
 * with intensities changed in its own way, see the same places at other positions; the vector of a
 * place is to be more like that of the same place in the other window than like those of other
 * places (InfoNCE, van den Oord et al. 2018; per voxel as in Yan et al., IEEE TMI 2022). The same
 * seed, scans and thread count give the same bytes.
 */
public final class DenseContrast {
  private static final int WARM_UP = 20;
  private static final int MOST_TRIES = 1000;

  /**
   * How it trains.
   *
   * @param patch sides of a window, multiples of the layout's
   * @param shift how far apart the two windows may begin, voxels
   * @param iterations steps
   * @param places compared in a step
   * @param temperature of the softmax over similarities
   * @param learningRate at the start; falls as (1 − it/max)^0.9
   */
  public record Settings(
      int[] patch, int shift, int iterations, int places, double temperature, double learningRate) {

    private OptimizerSettings optimizer() {
      return new OptimizerSettings(OptimizerKind.ADAM, learningRate, WARM_UP, 2, 0.9, 1e-4);
    }
  }

  /** Hears of every step's loss. */
  @FunctionalInterface
  public interface Listener {
    /** A step is done; iterations count from 0. */
    void after(int iteration, double loss);
  }

  private final Architecture architecture;
  private final Settings settings;
  private final long seed;
  private final ComputeDevice device;

  /** Trains on {@code device}; {@code architecture}'s classes are the encoder's dimension. */
  public DenseContrast(
      Architecture architecture, Settings settings, long seed, ComputeDevice device) {
    architecture.layout().requireFits(settings.patch());
    this.architecture = architecture;
    this.settings = settings;
    this.seed = seed;
    this.device = device;
  }

  /** The weights after the last step. */
  public Map<String, Tensor> train(List<Scan> scans, Listener listener) {
    try (Specialist encoder = Specialist.blank(architecture, device)) {
      encoder.network().weights().initialise(new SplittableRandom(seed));
      encoder.network().weights().requireGradients();
      Optimizer optimizer =
          new Optimizer(settings.optimizer(), encoder.parameters(), encoder.operators());
      for (int it = 0; it < settings.iterations(); it++) {
        listener.after(it + 1, step(it, encoder, optimizer, scans));
      }
      return encoder.weights();
    }
  }

  /** One step; its loss. */
  private double step(int it, Specialist encoder, Optimizer optimizer, List<Scan> scans) {
    try (ExclusiveStep turn = ExclusiveStep.of(encoder.manager(), seed, it);
        NDManager step = encoder.manager().newSubManager()) {
      SplittableRandom random = turn.random();
      Scan scan = scans.get(random.nextInt(scans.size()));
      double loss = loss(encoder, new Views(scan, random), step);
      double rate =
          Schedules.warmUp(it, WARM_UP)
              * Schedules.learningRate(it, settings.iterations(), settings.learningRate());
      optimizer.step(it, rate, step);
      return loss;
    }
  }

  private double loss(Specialist encoder, Views views, NDManager step) {
    int[] p = settings.patch();
    Shape shape = new Shape(2, architecture.inputs(), p[0], p[1], p[2]);
    try (GradientCollector collector = step.getEngine().newGradientCollector()) {
      NDArray vectors = encoder.network().forward(step.create(views.images, shape), false).logits();
      NDArray loss =
          encoder
              .operators()
              .losses()
              .contrast(
                  vectors.get(":1"),
                  vectors.get("1:"),
                  step.create(views.places, new Shape(2, settings.places())),
                  settings.temperature());
      double value = loss.getFloat();
      collector.backward(loss);
      return value;
    }
  }

  /** Two windows, and places that both see. */
  private final class Views {
    private final float[] images;
    private final long[] places;

    Views(Scan scan, SplittableRandom random) {
      int[] p = settings.patch();
      int[] around = new int[3];
      int[][] from = new int[2][3];
      for (int a = 0; a < 3; a++) {
        around[a] = p[a] + settings.shift();
        from[0][a] = random.nextInt(settings.shift() + 1);
        from[1][a] = random.nextInt(settings.shift() + 1);
      }
      Patch patch =
          new PatchSampler(around, new Sampling(Augmentation.ANATOMICAL), architecture.position())
              .sampleShape(scan, random);
      int voxels = p[0] * p[1] * p[2];
      int inputs = architecture.inputs();
      images = new float[2 * inputs * voxels];
      for (int v = 0; v < 2; v++) {
        float[] window = window(patch.image(), around, from[v]);
        IntensityChange.apply(window, architecture.channels(), p, random);
        System.arraycopy(window, 0, images, v * inputs * voxels, inputs * voxels);
      }
      places = new long[2 * settings.places()];
      for (int n = 0; n < settings.places(); n++) {
        int[] place = place(patch.inside(), around, from, random);
        for (int v = 0; v < 2; v++) {
          places[v * settings.places() + n] =
              ((long) (place[0] - from[v][0]) * p[1] + place[1] - from[v][1]) * p[2]
                  + place[2]
                  - from[v][2];
        }
      }
    }

    /** A place that both windows see, inside the scan: in its padding there is nothing to tell. */
    private int[] place(boolean[] inside, int[] around, int[][] from, SplittableRandom random) {
      int[] place = new int[3];
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        for (int a = 0; a < 3; a++) {
          int low = Math.max(from[0][a], from[1][a]);
          int high = Math.min(from[0][a], from[1][a]) + settings.patch()[a];
          place[a] = low + random.nextInt(high - low);
        }
        if (inside[(place[0] * around[1] + place[1]) * around[2] + place[2]]) {
          break;
        }
      }
      return place;
    }

    private float[] window(float[] image, int[] around, int[] from) {
      int[] p = settings.patch();
      float[] window = new float[architecture.inputs() * p[0] * p[1] * p[2]];
      int to = 0;
      for (int c = 0; c < architecture.inputs(); c++) {
        for (int x = 0; x < p[0]; x++) {
          for (int y = 0; y < p[1]; y++) {
            int at =
                ((c * around[0] + x + from[0]) * around[1] + y + from[1]) * around[2] + from[2];
            System.arraycopy(image, at, window, to, p[2]);
            to += p[2];
          }
        }
      }
      return window;
    }
  }
}
