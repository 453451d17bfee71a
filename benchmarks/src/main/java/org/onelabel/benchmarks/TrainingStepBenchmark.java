package org.onelabel.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.UnetLayout;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.training.Training;
import org.onelabel.networks.training.TrainingLength;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.networks.training.Validation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A step of a Mean Teacher on two patches of noise, with its share of beginning a training of ten
 * steps. Each training is a sample; {@code p0.50} is the median.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(2)
@Warmup(iterations = 1, time = 20)
@Measurement(iterations = 3, time = 30)
@State(Scope.Benchmark)
public class TrainingStepBenchmark {
  private static final int STEPS = 10;

  /** {@code SIDES:WIDTH:LAYOUT}, the layout as a weights file names it. */
  @Param({
    "96x80x48:8:3x3x3 2x2x2 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3",
    "32x48x32:8:3x3x3 2x2x2 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3",
    "128x128x8:16:3x3x1 2x2x1 3x3x1 2x2x1 3x3x3 2x2x2 3x3x3 2x2x2 3x3x3"
  })
  public String shape;

  private Training training;
  private List<Scan> labelled;
  private List<Scan> unlabelled;

  /** Makes the scans. */
  @Setup
  public void prepare() {
    String[] parts = shape.split(":", -1);
    int[] patch = Arrays.stream(parts[0].split("x")).mapToInt(Integer::parseInt).toArray();
    int width = Integer.parseInt(parts[1]);
    UnetLayout layout = UnetLayout.parse(parts[2]);
    Architecture architecture = new Architecture(NetworkKind.UNET_3D, 1, false, 2, width, layout);
    training = new Training(architecture, settings(patch), 1, ComputeDevice.cpu());
    Random random = new Random(1);
    labelled = List.of(scan(patch, random));
    unlabelled = List.of(scan(patch, random));
  }

  private static Scan scan(int[] shape, Random random) {
    float[] image = new float[shape[0] * shape[1] * shape[2]];
    byte[] label = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
      label[i] = (byte) (image[i] > 0.5 ? 1 : 0);
    }
    return new Scan(List.of(image), shape, label, null);
  }

  private static TrainingSettings settings(int[] patch) {
    return new TrainingSettings(
        new BatchSettings(patch, 1, 1, new Sampling(Augmentation.ANATOMICAL)),
        new TrainingLength(STEPS, 0, STEPS),
        new OptimizerSettings(OptimizerKind.ADAM, 0.001, 5, 5, 0.9, 1e-4),
        new MethodSettings(MethodKind.MEAN_TEACHER, "", 0.99, 0.1, 200));
  }

  /** A short training. */
  @Benchmark
  @OperationsPerInvocation(STEPS)
  public Training.Result step() {
    return training.run(labelled, unlabelled, Optional.empty(), (_, _) -> Validation.NONE, _ -> {});
  }
}
