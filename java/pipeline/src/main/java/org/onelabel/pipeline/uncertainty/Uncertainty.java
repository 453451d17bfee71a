package org.onelabel.pipeline.uncertainty;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.prediction.Model;

/** How unsure a specialist is of each voxel, in nats. */
public final class Uncertainty {
  private Uncertainty() {}

  /** What several predictions of one scan, {@code passes}, disagree about: H(mean) − mean H. */
  public static float[] ofPasses(List<float[][]> passes, Kernels kernels) {
    int classes = passes.getFirst().length;
    int voxels = passes.getFirst()[0].length;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment input =
          arena.allocate(ValueLayout.JAVA_FLOAT, (long) passes.size() * classes * voxels);
      long at = 0;
      for (float[][] pass : passes) {
        for (float[] plane : pass) {
          MemorySegment.copy(plane, 0, input, ValueLayout.JAVA_FLOAT, 4 * at, voxels);
          at += voxels;
        }
      }
      MemorySegment information = arena.allocate(ValueLayout.JAVA_FLOAT, voxels);
      kernels.run(
          VoxelEntropy.ofProbabilities(Buffer.of(input), passes.size(), classes, voxels)
              .mutualInformationInto(Buffer.of(information)));
      return information.toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /** The mutual information of predictions with dropout (Gal and Ghahramani, ICML 2016). */
  public static float[] ofDropout(
      Model model, WorkingScan scan, int passes, long seed, Kernels kernels) {
    List<float[][]> predictions = new ArrayList<>();
    for (int pass = 0; pass < passes; pass++) {
      predictions.add(model.predictWithDropout(scan, seed + pass));
    }
    return ofPasses(predictions, kernels);
  }
}
