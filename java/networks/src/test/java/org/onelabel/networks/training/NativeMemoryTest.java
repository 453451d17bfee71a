package org.onelabel.networks.training;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.ResidentMemory;
import org.onelabel.networks.TrainingCase;
import org.onelabel.networks.augmentation.Augmentation;
import org.onelabel.networks.methods.MethodKind;
import org.onelabel.networks.methods.MethodSettings;
import org.onelabel.networks.model.Architecture;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.networks.optimization.OptimizerKind;
import org.onelabel.networks.optimization.OptimizerSettings;
import org.onelabel.networks.sampling.BatchSettings;
import org.onelabel.networks.sampling.Sampling;

class NativeMemoryTest {
  @Test
  @Tag("long")
  void residentMemoryStaysFlatOverFourHundredSteps() {
    ResidentMemory.require();
    TrainingSettings settings =
        new TrainingSettings(
            new BatchSettings(new int[] {32, 16, 16}, 1, 1, new Sampling(Augmentation.ANATOMICAL)),
            new TrainingLength(400, 0, 400),
            new OptimizerSettings(OptimizerKind.SGD, 0.01, 0, 1, 0.9, 1e-4),
            new MethodSettings(MethodKind.MEAN_TEACHER, "", 0.99, 0.1, 2));
    long[] resident = new long[2];
    new Training(new Architecture(1, true, 2, 4), settings, 1, ComputeDevice.cpu())
        .run(
            List.of(TrainingCase.ball(1)),
            List.of(TrainingCase.ball(2)),
            Optional.empty(),
            (_, _) -> Validation.NONE,
            step -> {
              if (step.iteration() == 100 || step.iteration() == 400) {
                System.gc();
                resident[step.iteration() / 400] = ResidentMemory.kilobytes();
              }
            });
    long growth = resident[1] - resident[0];
    System.out.printf(
        "resident %d MB after 100 steps, %d MB after 400%n",
        resident[0] / 1024, resident[1] / 1024);
    // One activation of a step kept by mistake would be 0.5 MB, 150 MB over these steps.
    assertTrue(growth < 48 * 1024, "300 steps took " + growth + " kB");
  }
}
