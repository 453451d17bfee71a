package org.onelabel.networks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.onelabel.networks.TrainingCase.assertSameWeights;
import static org.onelabel.networks.TrainingCase.ball;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.networks.GoldenCase;
import org.onelabel.networks.TrainingCase;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.inference.Specialist;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.model.NetworkKind;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.networks.weights.Tensor;

class TrainingTest {
  private static final TrainingSettings SETTINGS =
      new TrainingSettings(
          new BatchSettings(new int[] {16, 16, 16}, 1, 1, new Sampling(Augmentation.ANATOMICAL)),
          new TrainingLength(30, 0, 10),
          new OptimizerSettings(OptimizerKind.SGD, 0.02, 5, 5, 0.9, 1e-4),
          new MethodSettings(MethodKind.MEAN_TEACHER, "", 0.9, 0.1, 2));

  private static Training.Result train(long seed) {
    return train(new Architecture(1, true, 2, 4), SETTINGS, seed);
  }

  private static Training.Result train(
      Architecture architecture, TrainingSettings settings, long seed) {
    return new Training(architecture, settings, seed, ComputeDevice.cpu())
        .run(
            List.of(ball(1)),
            List.of(ball(2)),
            Optional.empty(),
            (_, _) -> Validation.NONE,
            _ -> {});
  }

  @Test
  void lossFalls() {
    Training.Result result = train(1);
    double first = result.history().getFirst().loss();
    double last = result.history().getLast().loss();
    assertTrue(last < first, "loss went from " + first + " to " + last);
  }

  private static TrainingSettings extended(int extensions) {
    TrainingSettings s = settings(3, OptimizerKind.ADAM, MethodKind.MEAN_TEACHER);
    OptimizerSettings o = s.optimizer();
    return new TrainingSettings(
        s.batches(),
        new TrainingLength(3, extensions, 1),
        new OptimizerSettings(
            o.kind(), o.learningRate(), 0, o.clip(), o.momentum(), o.weightDecay()),
        s.method());
  }

  private static int steps(int extensions, Validator validator) {
    Architecture architecture = new Architecture(1, false, 2, 2);
    return new Training(architecture, extended(extensions), 1, ComputeDevice.cpu())
        .run(List.of(ball(1)), List.of(ball(2)), Optional.empty(), validator, _ -> {})
        .history()
        .size();
  }

  @Test
  void aTrainingThatStillLearnsIsGivenMoreStepsUpToALimit() {
    assertEquals(9, steps(2, (it, _) -> new Validation(0.1 * it, List.of())));
    assertEquals(3, steps(0, (it, _) -> new Validation(0.1 * it, List.of())));
  }

  @Test
  void aTrainingThatLacksAStructureIsGivenMoreSteps() {
    assertEquals(6, steps(2, (it, _) -> new Validation(0.5, it < 6 ? List.of(1) : List.of())));
  }

  @Test
  void aTrainingThatHasLearntEnds() {
    assertEquals(3, steps(2, (it, _) -> new Validation(0.8 + 0.001 * it, List.of())));
    assertEquals(3, steps(2, (_, _) -> Validation.NONE));
  }

  @Test
  void anExtensionBeginsWithHalfTheRate() {
    TrainingSettings s = extended(2);
    assertEquals(s.optimizer().learningRate(), s.learningRate(0));
    assertTrue(s.learningRate(2) < s.learningRate(1));
    assertEquals(s.optimizer().learningRate() / 2, s.learningRate(3));
    assertEquals(s.learningRate(1) / 4, s.learningRate(7), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({
    "UNET_3D,MEAN_TEACHER",
    "UNET_3D,UA_MT",
    "UNET_3D,DAN",
    "UNET_3D_SDF,DTC",
    "VNET,MEAN_TEACHER"
  })
  void everyNetworkAndMethodFindsTheBall(NetworkKind network, MethodKind method) {
    Architecture architecture = new Architecture(network, 1, false, 2, 4);
    Training.Result result = train(architecture, settings(40, OptimizerKind.ADAM, method), 3);
    Scan scan = ball(3);
    SlidingWindow window =
        new SlidingWindow(
            SETTINGS.batches().patch(), new int[] {8, 8, 8}, SlidingWindow.Blending.GAUSSIAN);
    try (Specialist specialist =
        Specialist.of(architecture, result.weights(), ComputeDevice.cpu())) {
      float[][] p = specialist.predict(scan, window).cropped(scan.shape());
      int right = 0;
      for (int i = 0; i < p[0].length; i++) {
        right += (p[1][i] > p[0][i] ? 1 : 0) == scan.label()[i] ? 1 : 0;
      }
      // Background alone would be right in 0.9 of the voxels.
      assertTrue(right > 0.95 * p[0].length, right + " of " + p[0].length + " voxels are right");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SEMISAM", "SEMISAM_PLUS_POINT", "SEMISAM_PLUS_MASK", "SEMISAM_PLUS_UNC"})
  void theGeneralistIsAskedInEveryStep(MethodKind method) {
    Path weights = GoldenCase.weightsFile("sam_med3d_window3_small");
    TrainingSettings plain = settings(3, OptimizerKind.ADAM, MethodKind.MEAN_TEACHER);
    MethodSettings asks = new MethodSettings(method, weights.toString(), 0.9, 0.1, 2);
    TrainingSettings asking =
        new TrainingSettings(plain.batches(), plain.length(), plain.optimizer(), asks);
    Architecture architecture = new Architecture(1, false, 2, 4);
    List<Training.Progress> with = train(architecture, asking, 3).history();
    List<Training.Progress> without = train(architecture, plain, 3).history();
    // The same patches; the generalist's opinion is what the loss has more.
    assertTrue(with.getFirst().loss() > without.getFirst().loss());
    assertEquals(with, train(architecture, asking, 3).history());
  }

  @Test
  void samMed3dIsFineTuned() {
    List<Training.Progress> history =
        new Training(
                new Architecture(NetworkKind.SAM_MED3D, 1, false, 2, 1),
                atRate(16, OptimizerKind.ADAM, 1e-3),
                1,
                ComputeDevice.cpu())
            .run(
                List.of(ball(1)),
                List.of(),
                Optional.of(GoldenCase.weights("sam_med3d_window3_small").tensors()),
                (_, _) -> Validation.NONE,
                _ -> {})
            .history();
    assertTrue(meanLoss(history.subList(11, 16)) < meanLoss(history.subList(0, 5)));
  }

  private static double meanLoss(List<Training.Progress> steps) {
    return steps.stream().mapToDouble(Training.Progress::loss).average().orElseThrow();
  }

  @Test
  void trainingsAtTheSameTimeDoNotDisturbEachOther() throws Exception {
    Map<String, Tensor> alone = train(7).weights();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Training.Result> one = threads.submit(() -> train(7));
      Future<Training.Result> other = threads.submit(() -> train(8));
      assertSameWeights(alone, one.get().weights());
      assertSameWeights(train(8).weights(), other.get().weights());
    }
  }

  @Test
  void sameSeedGivesTheSameWeights() {
    Map<String, Tensor> one = train(7).weights();
    assertSameWeights(one, train(7).weights());
    Map<String, Tensor> other = train(8).weights();
    assertTrue(
        one.keySet().stream()
            .anyMatch(name -> !Arrays.equals(one.get(name).floats(), other.get(name).floats())),
        "another seed gives others");
  }

  /** Keeps the last state in memory, and stops the training after so many steps. */
  private static final class Stopping implements Checkpoints {
    private Safetensors kept;

    @Override
    public Optional<Safetensors> load() {
      return Optional.ofNullable(kept);
    }

    @Override
    public boolean isDue() {
      return true;
    }

    @Override
    public void save(Safetensors state) {
      kept = state;
    }
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static TrainingSettings settings(
      int iterations, OptimizerKind optimizer, MethodKind method) {
    return TrainingCase.settings(new int[] {16, 16, 16}, iterations, optimizer, method);
  }

  private static TrainingSettings atRate(int iterations, OptimizerKind optimizer, double rate) {
    TrainingSettings s = settings(iterations, optimizer, MethodKind.MEAN_TEACHER);
    return new TrainingSettings(
        s.batches(), s.length(), s.optimizer().withLearningRate(rate), s.method());
  }

  @ParameterizedTest
  @CsvSource({"SGD,MEAN_TEACHER", "ADAM,MEAN_TEACHER", "ADAM,DAN"})
  void aTrainingThatWasStoppedComesToTheSameBytes(OptimizerKind optimizer, MethodKind method) {
    Training training =
        new Training(
            new Architecture(1, true, 2, 4),
            settings(14, optimizer, method),
            5,
            ComputeDevice.cpu());
    // A score that rises and falls, so that the best teacher is one from before the stop.
    Validator validator = (iteration, _) -> new Validation(iteration == 4 ? 0.9 : 0.5, List.of(1));
    Training.Result straight =
        training.run(List.of(ball(1)), List.of(ball(2)), Optional.empty(), validator, _ -> {});
    Stopping checkpoints = new Stopping();
    for (int stop : new int[] {3, 9, 10}) {
      assertThrows(
          Stopped.class,
          () ->
              training.run(
                  List.of(ball(1)),
                  List.of(ball(2)),
                  Optional.empty(),
                  validator,
                  step -> {
                    if (step.iteration() == stop) {
                      throw new Stopped();
                    }
                  },
                  checkpoints));
    }
    Training.Result resumed =
        training.run(
            List.of(ball(1)), List.of(ball(2)), Optional.empty(), validator, _ -> {}, checkpoints);
    assertEquals(straight.history(), resumed.history());
    assertEquals(straight.validation(), resumed.validation());
    assertEquals(4, resumed.iteration(), "the best teacher is one from before the last stop");
    assertEquals(new Validation(0.9, List.of(1)), resumed.validation());
    assertSameWeights(straight.weights(), resumed.weights());
    assertSameWeights(straight.student(), resumed.student());
  }

  private static Training.Result train(TrainingSettings settings, Validator validator) {
    return new Training(new Architecture(1, false, 2, 4), settings, 5, ComputeDevice.cpu())
        .run(List.of(ball(1)), List.of(ball(2)), Optional.empty(), validator, _ -> {});
  }

  @Test
  void theBestTeacherHasLostTheFewest() {
    // Losing nothing counts more than any score; of two that lost as many the score decides.
    Map<Integer, Validation> validations =
        Map.of(
            4, new Validation(0.2, List.of()),
            8, new Validation(0.3, List.of()),
            12, new Validation(0.9, List.of(1)),
            14, new Validation(Double.NaN, List.of()));
    Training.Result result =
        train(
            settings(14, OptimizerKind.ADAM, MethodKind.MEAN_TEACHER),
            (iteration, _) -> validations.get(iteration));
    assertEquals(8, result.iteration());
    assertEquals(validations.get(8), result.validation());
    assertEquals(validations.get(12), result.history().get(11).validation());
    assertFalse(result.broken());
  }

  @Test
  void aTrainingWhoseLossBreaksEndsWithItsBestTeacher() {
    // The first steps are within the warm-up: the rate rises until the weights overflow.
    TrainingSettings settings = atRate(30, OptimizerKind.SGD, 1e37);
    List<Integer> validated = new java.util.ArrayList<>();
    Training.Result result =
        train(
            settings,
            (iteration, teacher) -> {
              assertTrue(teacher.isFinite());
              validated.add(iteration);
              return Validation.NONE;
            });
    assertTrue(result.broken());
    assertTrue(result.history().size() < 30, result.history().toString());
    assertEquals(
        List.of(result.iteration()), validated.subList(validated.size() - 1, validated.size()));
    for (Map<String, Tensor> weights : List.of(result.weights(), result.student())) {
      for (Tensor tensor : weights.values()) {
        for (float value : tensor.floats()) {
          assertTrue(Float.isFinite(value));
        }
      }
    }
  }
}
