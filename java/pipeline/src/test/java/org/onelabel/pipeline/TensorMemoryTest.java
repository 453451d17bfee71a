package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.PrototypeCosine;

class TensorMemoryTest {
  /** Scores written into a tensor's memory are the tensor's values: nothing was copied. */
  @Test
  void kernelsWorkOnTheMemoryOfTensors() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Kernels kernels = Kernels.open()) {
      NDArray features = manager.create(new float[] {3, 4, 0, 2}, new Shape(2, 2));
      NDArray prototypes = manager.create(new float[] {1, 0, 0, 1}, new Shape(2, 2));
      NDArray scores = manager.zeros(new Shape(2, 2));
      kernels.run(
          PrototypeCosine.of(FeatureMatrix.rows(memory(features), 2, 2), memory(prototypes), 2)
              .scoresInto(memory(scores)));
      assertArrayEquals(new float[] {0.6f, 0, 0.8f, 1}, scores.toFloatArray(), 1e-6f);
    }
  }

  private static Buffer memory(NDArray array) {
    return Buffer.of(MemorySegment.ofBuffer(array.toByteBuffer(true)));
  }
}
