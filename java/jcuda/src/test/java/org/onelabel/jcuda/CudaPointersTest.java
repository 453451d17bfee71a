package org.onelabel.jcuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import jcuda.driver.CUdeviceptr;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.DeviceMemory;
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
        DeviceMemory memory = kernels.allocate(16 + 8L * VOXELS)) {
      float[] shifted = new float[4 + probabilities.length];
      System.arraycopy(probabilities, 0, shifted, 4, probabilities.length);
      memory.write(MemorySegment.ofArray(shifted));
      CUdeviceptr pointer = CudaPointers.of(memory).withByteOffset(16);
      try (DeviceMemory.Borrowed borrowed = CudaPointers.borrow(pointer, 8L * VOXELS)) {
        assertEquals(memory.address() + 16, borrowed.segment().address());
        kernels.run(
            VoxelEntropy.ofProbabilities(
                borrowed.segment(), 2, VOXELS, MemorySegment.ofArray(found)));
      }
      kernels.run(
          VoxelEntropy.ofProbabilities(
              MemorySegment.ofArray(probabilities), 2, VOXELS, MemorySegment.ofArray(expected)));
    }
    assertArrayEquals(expected, found);
  }

  @Test
  void aNullPointerIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> CudaPointers.borrow(new CUdeviceptr(), 8).close());
  }
}
