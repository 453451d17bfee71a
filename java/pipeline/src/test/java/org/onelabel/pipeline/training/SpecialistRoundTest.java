package org.onelabel.pipeline.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Sampling;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.networks.training.Checkpoints;
import org.onelabel.networks.training.Training;
import org.onelabel.networks.training.TrainingLength;
import org.onelabel.networks.training.TrainingSettings;
import org.onelabel.pipeline.prediction.ComponentFilter;
import org.onelabel.pipeline.prediction.LocationPrior;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.LabelMap;

class SpecialistRoundTest {
  private static final int SIDE = 16;
  private static final int SLABS = 7;
  private static final int STEPS = 2;

  @Test
  void theBestTeacherIsKeptAndWhatItLostIsNamed() {
    StructureWatch watch = new StructureWatch(List.of(slabs()), SLABS + 1);
    Training.Result result = train(watch, List.of());
    assertFalse(result.validation().lost().isEmpty(), "an untrained network sees no seven slabs");
    assertFalse(result.weights().isEmpty());
    assertEquals(STEPS, result.history().size());
    assertEquals(result.validation(), result.history().get(result.iteration() - 1).validation());
  }

  @Test
  void withoutValidationCasesTheWatchedScansTellTheBest() {
    Scan scan = slabs();
    StructureWatch watch = new StructureWatch(List.of(scan), SLABS + 1);
    double watched = train(watch, List.of()).validation().score();
    assertEquals(train(watch, List.of(scan)).validation().score(), watched);
    assertTrue(watched > 0 && watched < 1, "Dice " + watched);
  }

  @Test
  void validationIsTheMeanOverCasesWithAValue() {
    StructureWatch nothing = new StructureWatch(List.of(), SLABS + 1);
    Scan unknown = slabs().withLabel(filled(LabelMap.IGNORED), null);
    double none = train(nothing, List.of(unknown)).validation().score();
    assertTrue(Double.isNaN(none), "nothing to measure");
    Scan known = slabs();
    double alone = train(nothing, List.of(known)).validation().score();
    assertTrue(alone > 0 && alone < 1, "Dice " + alone);
    assertEquals(alone, train(nothing, List.of(known, unknown)).validation().score());
  }

  private static byte[] filled(int value) {
    byte[] label = new byte[SIDE * SIDE * SIDE];
    java.util.Arrays.fill(label, (byte) value);
    return label;
  }

  private static Training.Result train(StructureWatch watch, List<Scan> validation) {
    // A learning rate at which nothing is learnt: an untrained network does not see seven slabs.
    TrainingSettings hopeless =
        new TrainingSettings(
            new BatchSettings(new int[] {SIDE, SIDE, SIDE}, 1, 0, new Sampling(Augmentation.NONE)),
            new TrainingLength(STEPS, 0, 2),
            new OptimizerSettings(OptimizerKind.SGD, 1e-12, 0, 1, 0.9, 0),
            new MethodSettings(MethodKind.MEAN_TEACHER, "", 0.99, 0, 1));
    SlidingWindow window =
        new SlidingWindow(
            hopeless.batches().patch(),
            new int[] {SIDE, SIDE, SIDE},
            SlidingWindow.Blending.UNIFORM);
    try (Kernels kernels = Kernels.open();
        Progress.Task task = Progress.SILENT.begin("training", STEPS)) {
      return new SpecialistRound(
              new Architecture(1, false, SLABS + 1, 2),
              hopeless,
              window,
              new ComponentFilter(SLABS, LocationPrior.UNKNOWN),
              watch,
              validation,
              kernels)
          .train(
              List.of(slabs()),
              List.of(),
              Optional.empty(),
              1,
              ComputeDevice.cpu(),
              Checkpoints.NONE,
              task);
    }
  }

  private static Scan slabs() {
    SplittableRandom random = new SplittableRandom(1);
    float[] image = new float[SIDE * SIDE * SIDE];
    byte[] label = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      label[i] = (byte) Math.floorDiv(i, image.length / 8);
      image[i] = (float) random.nextGaussian();
    }
    return new Scan(List.of(image), new int[] {SIDE, SIDE, SIDE}, label, null);
  }
}
