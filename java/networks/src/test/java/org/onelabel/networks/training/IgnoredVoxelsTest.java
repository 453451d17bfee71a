package org.onelabel.networks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.networks.TrainingCase;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.Method;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.methods.Step;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.model.SegmentationNetwork.Heads;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.Batch;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Batches;
import org.onelabel.networks.sampling.Patch;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.volumes.LabelMap;

/** What nobody looked at teaches nothing; and classes above 127 are classes like any other. */
class IgnoredVoxelsTest {
  private static final byte IGNORED = (byte) LabelMap.IGNORED;
  private static final int[] PATCH = {16, 16, 16};

  private static TrainingSettings settings(MethodKind method, int iterations, Augmentation change) {
    return new TrainingSettings(
        new BatchSettings(PATCH, 1, 1, new Sampling(change)),
        new TrainingLength(iterations, 0, iterations),
        new OptimizerSettings(OptimizerKind.ADAM, 0.01, 0, 5, 0.9, 1e-4),
        new MethodSettings(method, "", 0.9, 0.1, 2));
  }

  /** A ball of which half the scan was never looked at. */
  private static Scan halfKnown(long seed) {
    Scan ball = TrainingCase.ball(seed);
    byte[] label = ball.label().clone();
    Arrays.fill(label, 0, label.length / 2, IGNORED);
    return ball.withLabel(label, null);
  }

  @ParameterizedTest
  @EnumSource(names = {"MEAN_TEACHER", "UA_MT", "DAN", "DTC"})
  void whatIsSaidOfIgnoredVoxelsCostsNothing(MethodKind kind) {
    Architecture architecture = new Architecture(NetworkKind.UNET_3D_SDF, 1, false, 2, 2);
    TrainingSettings settings = settings(kind, 4, Augmentation.NONE);
    try (Specialist student = Specialist.blank(architecture, ComputeDevice.cpu());
        Method method = kind.create(student, settings.method(), new SplittableRandom(1));
        NDManager manager = student.manager().newSubManager()) {
      Batch batch =
          new Batches(settings.batches(), false, List.of(halfKnown(1)), List.of(halfKnown(2)))
              .next(manager, new SplittableRandom(2));
      boolean[] ignored = new boolean[2 * 16 * 16 * 16];
      int count = 0;
      for (int i = 0; i < ignored.length; i++) {
        Patch patch = batch.patches().get(Math.floorDiv(i, 16 * 16 * 16));
        ignored[i] = patch.label()[i % (16 * 16 * 16)] == IGNORED;
        count += ignored[i] ? 1 : 0;
      }
      assertTrue(count > 0 && count < ignored.length, count + " voxels are ignored");
      float[] said = new float[2 * ignored.length];
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < said.length; i++) {
        said[i] = (float) random.nextGaussian();
      }
      float loss = loss(method, settings, student, batch, said);
      assertTrue(Float.isFinite(loss), "a loss of " + loss);
      assertEquals(loss, loss(method, settings, student, batch, changed(said, ignored, true)));
      assertNotEquals(loss, loss(method, settings, student, batch, changed(said, ignored, false)));
    }
  }

  /** Other outputs where {@code ignored} is {@code which}. */
  private static float[] changed(float[] said, boolean[] ignored, boolean which) {
    float[] changed = said.clone();
    int voxels = 16 * 16 * 16;
    for (int i = 0; i < changed.length; i++) {
      int voxel = i / (2 * voxels) * voxels + i % voxels;
      changed[i] = ignored[voxel] == which ? -2 * said[i] + 1 : said[i];
    }
    return changed;
  }

  /** The loss of labels in the last step, when the pseudo-labels count in full. */
  private static float loss(
      Method method, TrainingSettings settings, Specialist student, Batch batch, float[] said) {
    NDManager manager = batch.image().getManager();
    NDArray out = manager.create(said, new ai.djl.ndarray.types.Shape(2, 2, 16, 16, 16));
    Heads heads = new Heads(null, out, out.tanh());
    Step step = new Step(4, 4, settings.method(), student, student, batch, heads);
    return method.labelLoss(step).getFloat();
  }

  @Test
  void ignoredIsWhatWeighsNothing() {
    Scan unknown = halfKnown(1);
    byte[] label = TrainingCase.ball(1).label().clone();
    float[] weight = new float[label.length];
    Arrays.fill(weight, label.length / 2, label.length, 1);
    // Whatever the label says there.
    Arrays.fill(label, 0, label.length / 3, (byte) 1);
    Scan weightless = unknown.withLabel(label, weight);
    assertEquals(train(unknown).history(), train(weightless).history());
  }

  private static Training.Result train(Scan scan) {
    TrainingSettings settings = settings(MethodKind.MEAN_TEACHER, 5, Augmentation.PUBLISHED);
    return new Training(new Architecture(1, false, 2, 2), settings, 3, ComputeDevice.cpu())
        .run(List.of(scan), List.of(scan), Optional.empty(), (_, _) -> Validation.NONE, _ -> {});
  }

  @Test
  void aPatchThatNobodyLookedAtCostsNothing() {
    Scan ball = TrainingCase.ball(1);
    byte[] label = new byte[ball.label().length];
    Arrays.fill(label, IGNORED);
    train(ball.withLabel(label, null)).history().forEach(step -> assertEquals(0, step.loss(), 0.1));
  }

  @Test
  void aNetworkOfTwoHundredClassesLearns() {
    Scan scan = TrainingCase.ball(1);
    byte[] label = new byte[scan.label().length];
    for (int i = 0; i < label.length; i++) {
      label[i] = (byte) (i % 201);
    }
    TrainingSettings settings = settings(MethodKind.MEAN_TEACHER, 3, Augmentation.ANATOMICAL);
    Training.Result result =
        new Training(new Architecture(1, false, 201, 2), settings, 3, ComputeDevice.cpu())
            .run(
                List.of(scan.withLabel(label, null)),
                List.of(),
                Optional.empty(),
                (_, _) -> Validation.NONE,
                _ -> {});
    assertTrue(result.history().getLast().loss() < result.history().getFirst().loss());
    assertEquals(List.of(201), result.weights().get("final.bias").shape());
  }

  @ParameterizedTest
  @EnumSource(MethodKind.class)
  void aGeneralistIsAskedBySemiSamAlone(MethodKind method) {
    assertEquals(method.name().startsWith("SEMISAM"), method.needsGeneralist());
  }
}
