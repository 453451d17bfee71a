package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.Architecture;
import org.onelabel.networks.Augmentation;
import org.onelabel.networks.Checkpoints;
import org.onelabel.networks.MethodKind;
import org.onelabel.networks.Optimiser;
import org.onelabel.networks.Scan;
import org.onelabel.networks.SlidingWindow;
import org.onelabel.networks.TrainingSettings;
import org.onelabel.volumes.LabelMap;

class SpecialistRoundTest {
  private static final int SIDE = 16;
  private static final List<String> SLABS = List.of("a", "b", "c", "d", "e", "f", "g");

  @Test
  void aRoundWhoseAttemptsLoseStructuresHasNoResult() {
    Scan scan = slabs();
    SpecialistRound.Outcome outcome = train(new StructureWatch(List.of(scan), SLABS), List.of());
    assertNull(outcome.weights());
    assertEquals(3, outcome.lost().size());
    outcome.lost().forEach(lost -> assertFalse(lost.isEmpty()));
  }

  @Test
  void validationIsTheMeanOverCasesWithAValue() {
    StructureWatch nothing = new StructureWatch(List.of(), SLABS);
    Scan unknown = slabs().withLabel(filled(LabelMap.IGNORED), null);
    assertTrue(Double.isNaN(train(nothing, List.of(unknown)).validation()), "nothing to measure");
    Scan known = slabs();
    double alone = train(nothing, List.of(known)).validation();
    assertTrue(alone > 0 && alone < 1, "Dice " + alone);
    assertEquals(alone, train(nothing, List.of(known, unknown)).validation());
  }

  private static byte[] filled(int value) {
    byte[] label = new byte[SIDE * SIDE * SIDE];
    java.util.Arrays.fill(label, (byte) value);
    return label;
  }

  private static SpecialistRound.Outcome train(StructureWatch watch, List<Scan> validation) {
    // A learning rate at which nothing is learnt: an untrained network does not see seven slabs.
    TrainingSettings hopeless =
        new TrainingSettings(
            new int[] {SIDE, SIDE, SIDE},
            2,
            1,
            0,
            Optimiser.SGD,
            1e-12,
            0,
            1,
            0.9,
            0,
            0.99,
            0,
            1,
            Augmentation.NONE,
            2,
            MethodKind.MEAN_TEACHER,
            1,
            "");
    SlidingWindow window =
        new SlidingWindow(
            hopeless.patch(), new int[] {SIDE, SIDE, SIDE}, SlidingWindow.Blending.UNIFORM);
    try (Kernels kernels = Kernels.open();
        Progress.Task task = Progress.SILENT.begin("training", 2)) {
      return new SpecialistRound(
              new Architecture(1, false, SLABS.size() + 1, 2),
              hopeless,
              window,
              watch,
              validation,
              kernels)
          .train(List.of(slabs()), List.of(), null, 1, 3, Checkpoints.NONE, task);
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
