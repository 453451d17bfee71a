package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whatever is done in the wrong order or thread is an exception, never the end of the process. */
class KernelsLifetimeTest {
  private static final int VOXELS = 50;

  private static VoxelEntropy call(MemorySegment probabilities, MemorySegment entropy) {
    return VoxelEntropy.ofProbabilities(probabilities, 2, VOXELS, entropy);
  }

  private static VoxelEntropy call(Arena arena) {
    MemorySegment probabilities = arena.allocate(ValueLayout.JAVA_FLOAT, 2 * VOXELS);
    probabilities.asSlice(0, 8L * VOXELS).fill((byte) 0);
    return call(probabilities, arena.allocate(ValueLayout.JAVA_FLOAT, VOXELS));
  }

  private static VoxelEntropy callOnFreedMemory() {
    try (Arena arena = Arena.ofConfined()) {
      return call(arena);
    }
  }

  @Test
  void closedKernelsSayThatTheyAreClosed() {
    Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1);
    kernels.close();
    kernels.close();
    try (Arena arena = Arena.ofConfined()) {
      VoxelEntropy call = call(arena);
      assertThrows(IllegalStateException.class, () -> kernels.run(call));
    }
    assertThrows(
        IllegalStateException.class,
        () -> kernels.summarise(MemorySegment.ofArray(new float[3]), 3));
  }

  @Test
  void memoryThatIsFreedOrAnotherThreadsIsRefused() throws InterruptedException {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1)) {
      VoxelEntropy freed = callOnFreedMemory();
      assertThrows(IllegalStateException.class, () -> kernels.run(freed));
      try (Arena confined = Arena.ofConfined()) {
        VoxelEntropy own = call(confined);
        List<Throwable> thrown = new ArrayList<>();
        Thread other = new Thread(() -> kernels.run(own));
        other.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
        other.start();
        other.join();
        assertEquals(WrongThreadException.class, thrown.getFirst().getClass());
        kernels.run(own);
      }
    }
  }

  @Test
  void callsThatRunWhileKernelsAreClosedFinishOrAreRefused() throws InterruptedException {
    for (int round = 0; round < 20; round++) {
      Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 2);
      AtomicInteger other = new AtomicInteger();
      AtomicInteger done = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try (Arena arena = Arena.ofConfined()) {
                        VoxelEntropy call = call(arena);
                        for (int n = 0; n < 50; n++) {
                          kernels.run(call);
                          done.incrementAndGet();
                        }
                      } catch (IllegalStateException _) {
                        // Closed meanwhile.
                      } catch (RuntimeException _) {
                        other.incrementAndGet();
                      }
                    }));
      }
      while (done.get() < 10) {
        Thread.onSpinWait();
      }
      kernels.close();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(0, other.get());
      assertTrue(done.get() >= 10);
    }
  }
}
