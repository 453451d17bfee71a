package org.onelabel.networks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.networks.SegmentationNetwork.Heads;
import org.onelabel.volumes.LabelMap;

/** What nobody looked at teaches nothing; and classes above 127 are classes like any other. */
class IgnoredVoxelsTest {
  private static final byte IGNORED = (byte) LabelMap.IGNORED;
  private static final int[] PATCH = {16, 16, 16};

  private static TrainingSettings settings(MethodKind method, int iterations, Augmentation change) {
    return new TrainingSettings(
        PATCH,
        iterations,
        0,
        1,
        1,
        Optimiser.ADAM,
        0.01,
        0,
        5,
        0.9,
        1e-4,
        0.9,
        0.1,
        2,
        new Sampling(change),
        iterations,
        method,
        1,
        "");
  }

  /** A ball of which half the scan was never looked at. */
  private static Scan halfKnown(long seed) {
    Scan ball = TrainingTest.ball(seed);
    byte[] label = ball.label().clone();
    Arrays.fill(label, 0, label.length / 2, IGNORED);
    return ball.withLabel(label, null);
  }

  @ParameterizedTest
  @EnumSource(names = {"MEAN_TEACHER", "UA_MT", "DAN", "DTC"})
  void whatIsSaidOfIgnoredVoxelsCostsNothing(MethodKind kind) {
    Architecture architecture = new Architecture(NetworkKind.UNET_3D_SDF, 1, false, 2, 2);
    TrainingSettings settings = settings(kind, 4, Augmentation.NONE);
    Training training = new Training(architecture, settings, 1);
    try (Specialist student = Specialist.blank(architecture, null);
        Method method = kind.create(student, settings, new SplittableRandom(1));
        NDManager manager = student.manager().newSubManager()) {
      Batch batch =
          training.new Batches(List.of(halfKnown(1)), List.of(halfKnown(2)))
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
    Step step = new Step(4, settings, manager, student.operators(), student, student, batch, heads);
    return method.labelLoss(step).getFloat();
  }

  @Test
  void ignoredIsWhatWeighsNothing() {
    Scan unknown = halfKnown(1);
    byte[] label = TrainingTest.ball(1).label().clone();
    float[] weight = new float[label.length];
    Arrays.fill(weight, label.length / 2, label.length, 1);
    // Whatever the label says there.
    Arrays.fill(label, 0, label.length / 3, (byte) 1);
    Scan weightless = unknown.withLabel(label, weight);
    assertEquals(train(unknown).history(), train(weightless).history());
  }

  private static Training.Result train(Scan scan) {
    TrainingSettings settings = settings(MethodKind.MEAN_TEACHER, 5, Augmentation.PUBLISHED);
    return new Training(new Architecture(1, false, 2, 2), settings, 3)
        .run(List.of(scan), List.of(scan), null, (_, _) -> Training.Verdict.NONE, _ -> {});
  }

  @Test
  void aPatchThatNobodyLookedAtCostsNothing() {
    Scan ball = TrainingTest.ball(1);
    byte[] label = new byte[ball.label().length];
    Arrays.fill(label, IGNORED);
    train(ball.withLabel(label, null)).history().forEach(step -> assertEquals(0, step.loss(), 0.1));
  }

  @Test
  void patchesAreCentredOnAnyClassButIgnoredVoxels() {
    byte[] label = new byte[20 * 20 * 20];
    Arrays.fill(label, 0, 3000, IGNORED);
    Arrays.fill(label, 6000, 8000, (byte) 200);
    Scan scan = new Scan(List.of(new float[8000]), new int[] {20, 20, 20}, label, null);
    SplittableRandom random = new SplittableRandom(1);
    int found = 0;
    for (int n = 0; n < 2000; n++) {
      int[] voxel = PatchSampler.foregroundVoxel(scan, random);
      if (voxel != null) {
        assertEquals(200, label[(voxel[0] * 20 + voxel[1]) * 20 + voxel[2]] & 255);
        found++;
      }
    }
    // One of two hundred classes is asked for as often as any other.
    assertTrue(found > 2, found + " voxels");
    PatchSampler sampler = new PatchSampler(PATCH, new Sampling(Augmentation.ANATOMICAL), false);
    for (int n = 0; n < 20; n++) {
      Patch patch = sampler.sample(scan, random);
      for (int i = 0; i < patch.label().length; i++) {
        assertEquals(patch.label()[i] == IGNORED ? 0 : 1, patch.weight()[i]);
      }
    }
  }

  @Test
  void signedDistancesAreTheSameForEveryClass() {
    byte[] one = TrainingTest.ball(1).label();
    byte[] other = new byte[one.length];
    for (int i = 0; i < one.length; i++) {
      other[i] = (byte) (200 * one[i]);
    }
    int[] shape = {24, 24, 24};
    assertArrayEquals(SignedDistance.of(one, 1, shape), SignedDistance.of(other, 200, shape));
  }

  @Test
  void signedDistancesAreMeasuredBetweenKnownVoxels() {
    byte[] label = {0, 0, 0, IGNORED, 1, 1, 1, IGNORED, IGNORED};
    assertArrayEquals(
        // Outside up to 4 voxels from the structure; inside up to 4 from the outside.
        new float[] {1, 0.75f, 0.5f, 0, -0.5f, -0.75f, -1, 0, 0},
        SignedDistance.of(label, 1, new int[] {9, 1, 1}),
        1e-6f);
  }

  @Test
  void aNetworkOfTwoHundredClassesLearns() {
    Scan scan = TrainingTest.ball(1);
    byte[] label = new byte[scan.label().length];
    for (int i = 0; i < label.length; i++) {
      label[i] = (byte) (i % 201);
    }
    TrainingSettings settings = settings(MethodKind.MEAN_TEACHER, 3, Augmentation.ANATOMICAL);
    Training.Result result =
        new Training(new Architecture(1, false, 201, 2), settings, 3)
            .run(
                List.of(scan.withLabel(label, null)),
                List.of(),
                null,
                (_, _) -> Training.Verdict.NONE,
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
