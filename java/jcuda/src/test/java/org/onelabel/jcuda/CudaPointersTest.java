package org.onelabel.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import jcuda.driver.CUdeviceptr;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.Device;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.VoxelEntropy;

/** On the emulation, whose device memory has addresses like any other's. */
class CudaPointersTest {
  private static final int VOXELS = 40;

  @Test
  void kernelsWorkOnAPointerThatWentThroughJCuda() {
    float[] probabilities = new float[2 * VOXELS];
    for (int i = 0; i < VOXELS; i++) {
      probabilities[i] = i / (float) VOXELS;
      probabilities[VOXELS + i] = 1 - probabilities[i];
    }
    float[] expected = new float[VOXELS];
    float[] found = new float[VOXELS];
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 0);
        DeviceBuffer memory = kernels.allocate(16 + 8L * VOXELS)) {
      float[] shifted = new float[4 + probabilities.length];
      System.arraycopy(probabilities, 0, shifted, 4, probabilities.length);
      memory.write(MemorySegment.ofArray(shifted));
      CUdeviceptr pointer = CudaPointers.of(memory).withByteOffset(16);
      try (DeviceBuffer borrowed =
          CudaPointers.borrow(kernels.device().orElseThrow(), pointer, 8L * VOXELS)) {
        assertEquals(memory.address() + 16, borrowed.address());
        kernels.run(
            VoxelEntropy.ofProbabilities(borrowed, 1, 2, VOXELS).entropyInto(Buffer.of(found)));
      }
      kernels.run(
          VoxelEntropy.ofProbabilities(Buffer.of(probabilities), 1, 2, VOXELS)
              .entropyInto(Buffer.of(expected)));
    }
    assertArrayEquals(expected, found);
  }

  @Test
  void aNullPointerIsRefused() {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 0)) {
      Device device = kernels.device().orElseThrow();
      assertThrows(
          IllegalArgumentException.class,
          () -> CudaPointers.borrow(device, new CUdeviceptr(), 8).close());
    }
  }
}
