package org.onelabel.networks.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.SegmentationNetwork.Heads;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.operations.ExclusiveStep;
import org.onelabel.networks.sampling.Batch;
import org.onelabel.networks.sampling.Patch;
import org.onelabel.networks.weights.Tensor;

/**
 * A step on a labelled patch and one with a pseudo-label. What the student says of them is given,
 * and what chance decides is the same each time.
 */
final class LossCase implements AutoCloseable {
  /** Where a pseudo-label weighs a tenth, and the consistency's ramp has not risen. */
  static final int ITERATION = 30;

  static final int ITERATIONS = 1000;
  private static final int SIDE = 16;
  private static final int VOXELS = SIDE * SIDE * SIDE;
  private static final long SEED = 11;

  /** What the ramp begins with is 1 of it. */
  private static final double CONSISTENCY = Math.exp(5);

  /** A loss, and its gradient in the student's logits: [patch][class][voxel]. */
  record Loss(double value, float[][][] gradient) {}

  final Method method;
  final double[][][] logits;
  final double[][][] distances;
  final int[][] labels = new int[2][VOXELS];
  private final Specialist student;
  private final Specialist teacher;
  private final MethodSettings settings;
  private final float[] image = new float[2 * VOXELS];
  private final List<Patch> patches = new ArrayList<>();

  private LossCase(Specialist student, Specialist teacher, MethodSettings settings) {
    this.student = student;
    this.teacher = teacher;
    this.settings = settings;
    int classes = student.architecture().classes();
    SplittableRandom random = new SplittableRandom(3);
    logits = random(classes, 1, random);
    // Steep sigmoids of them are not flat.
    distances = random(classes, 5e-4, random);
    for (int b = 0; b < 2; b++) {
      byte[] label = new byte[VOXELS];
      float[] weight = new float[VOXELS];
      for (int v = 0; v < VOXELS; v++) {
        labels[b][v] = (v / SIDE + b) % 5 < 2 ? 0 : 1 + v / 2048 % (classes - 1);
        label[v] = (byte) labels[b][v];
        weight[v] = 1;
        image[b * VOXELS + v] = (float) (labels[b][v] + 0.3 * random.nextGaussian());
      }
      patches.add(new Patch(new float[0], label, weight, new boolean[0], true));
    }
    method = settings.kind().create(student, settings, new SplittableRandom(7));
  }

  /** A case of a small network of that kind. */
  static LossCase of(NetworkKind network, int classes, MethodKind kind, String generalist) {
    Architecture architecture = new Architecture(network, 1, false, classes, 2);
    MethodSettings settings = new MethodSettings(kind, generalist, 0.9, CONSISTENCY, 200);
    Specialist teacher = Specialist.blank(architecture, ComputeDevice.cpu());
    teacher.network().weights().initialise(new SplittableRandom(1));
    teacher.network().weights().load(surer(teacher.weights()));
    return new LossCase(Specialist.blank(architecture, ComputeDevice.cpu()), teacher, settings);
  }

  /** Weights of a network that is sure of some voxels. */
  private static Map<String, Tensor> surer(Map<String, Tensor> weights) {
    Map<String, Tensor> changed = new LinkedHashMap<>(weights);
    Tensor head = weights.get("final.weight");
    float[] larger = head.floats().clone();
    for (int i = 0; i < larger.length; i++) {
      larger[i] *= 3;
    }
    changed.put(
        "final.weight",
        Tensor.of(larger, head.shape().stream().mapToInt(Integer::intValue).toArray()));
    return changed;
  }

  private static double[][][] random(int classes, double deviation, SplittableRandom random) {
    double[][][] values = new double[2][classes][VOXELS];
    for (double[][] patch : values) {
      for (double[] plane : patch) {
        for (int v = 0; v < VOXELS; v++) {
          // What float32 holds.
          plane[v] = (float) (deviation * random.nextGaussian());
        }
      }
    }
    return values;
  }

  private static NDArray array(double[][][] values, NDManager manager) {
    int classes = values[0].length;
    float[] all = new float[values.length * classes * VOXELS];
    for (int i = 0; i < all.length; i++) {
      int plane = i / VOXELS;
      all[i] = (float) values[plane / classes][plane % classes][i % VOXELS];
    }
    return manager.create(all, new Shape(values.length, classes, SIDE, SIDE, SIDE));
  }

  private static float[][][] planes(NDArray array, int classes) {
    float[] all = array.toFloatArray();
    float[][][] planes = new float[all.length / classes / VOXELS][classes][VOXELS];
    for (int i = 0; i < all.length; i++) {
      int plane = i / VOXELS;
      planes[plane / classes][plane % classes][i % VOXELS] = all[i];
    }
    return planes;
  }

  private Step step(int iteration, NDArray said, NDManager manager) {
    Shape one = new Shape(2, 1, SIDE, SIDE, SIDE);
    long[] classes = new long[2 * VOXELS];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = labels[i / VOXELS][i % VOXELS];
    }
    Batch batch =
        new Batch(
            1,
            patches,
            manager.create(image, one),
            manager.create(classes, one),
            manager.ones(one));
    Heads heads = new Heads(said, said, array(distances, manager));
    return new Step(iteration, ITERATIONS, settings, student, teacher, batch, heads);
  }

  /** The loss of a step under a method. */
  Loss loss(Method under) {
    try (ExclusiveStep _ = ExclusiveStep.seeded(student.manager(), SEED);
        NDManager manager = student.manager().newSubManager()) {
      NDArray said = array(logits, manager);
      said.setRequiresGradient(true);
      NDArray loss;
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        loss = step(ITERATION, said, manager).loss(under);
        collector.backward(loss);
      }
      return new Loss(loss.getFloat(), planes(said.getGradient(), logits[0].length));
    }
  }

  /** What the method does after a step. */
  void after(int iteration) {
    try (ExclusiveStep _ = ExclusiveStep.seeded(student.manager(), SEED + iteration);
        NDManager manager = student.manager().newSubManager()) {
      method.after(step(iteration, array(logits, manager), manager));
    }
  }

  /** The first opinions of the teacher in a step. */
  List<double[][][]> opinions(int count) {
    try (ExclusiveStep _ = ExclusiveStep.seeded(student.manager(), SEED);
        NDManager manager = student.manager().newSubManager()) {
      Step step = step(ITERATION, array(logits, manager), manager);
      List<double[][][]> opinions = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        float[][][] planes = planes(step.teacherOpinion(), logits[0].length);
        double[][][] opinion = new double[1][logits[0].length][VOXELS];
        for (int c = 0; c < opinion[0].length; c++) {
          for (int v = 0; v < VOXELS; v++) {
            opinion[0][c][v] = planes[0][c][v];
          }
        }
        opinions.add(opinion);
      }
      return opinions;
    }
  }

  /** What DAN's discriminator says of the student's prediction of a patch. */
  float[] scores(boolean dropout, int patch) {
    try (ExclusiveStep _ = ExclusiveStep.seeded(student.manager(), SEED);
        NDManager manager = student.manager().newSubManager()) {
      Batch batch = step(ITERATION, array(logits, manager), manager).batch();
      String range = patch + ":" + (patch + 1);
      // Weight and bias of five convolutions and of a linear layer; then the optimizer's memory.
      List<NDArray> discriminator = method.memory().subList(0, 12);
      return student
          .operators()
          .layers()
          .discriminator(
              array(logits, manager).get(range).softmax(1),
              batch.image().get(range),
              discriminator,
              dropout)
          .toFloatArray();
    }
  }

  /** True signed distances: [patch][structure][voxel]. */
  double[][][] trueDistances() {
    int structures = logits[0].length - 1;
    float[] all = SignedDistance.of(patches, structures, new int[] {SIDE, SIDE, SIDE});
    double[][][] truth = new double[2][structures][VOXELS];
    for (int i = 0; i < all.length; i++) {
      int plane = i / VOXELS;
      truth[plane / structures][plane % structures][i % VOXELS] = all[i];
    }
    return truth;
  }

  @Override
  public void close() {
    method.close();
    teacher.close();
    student.close();
  }
}
