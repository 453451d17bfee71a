package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whatever is done in the wrong order or thread is an exception, never the end of the process. */
class KernelsLifetimeTest {
  private static final int VOXELS = 50;

  private static VoxelEntropy call(MemorySegment probabilities, MemorySegment entropy) {
    return VoxelEntropy.ofProbabilities(Buffer.of(probabilities), 1, 2, VOXELS)
        .entropyInto(Buffer.of(entropy));
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
    assertThrows(IllegalStateException.class, () -> kernels.summarise(Buffer.of(new float[3]), 3));
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
      AtomicInteger done = new AtomicInteger();
      Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try (Arena arena = Arena.ofConfined()) {
                        MemorySegment entropy = arena.allocate(ValueLayout.JAVA_FLOAT, VOXELS);
                        VoxelEntropy call = call(halves(arena), entropy);
                        // Only the closing ends this.
                        while (true) {
                          entropy.fill((byte) 0);
                          kernels.run(call);
                          for (int n = 0; n < VOXELS; n++) {
                            float found = entropy.getAtIndex(ValueLayout.JAVA_FLOAT, n);
                            assertEquals(Math.log(2), found, 1e-6, "a call came back unfinished");
                          }
                          done.incrementAndGet();
                        }
                      } catch (Throwable e) {
                        ends.add(e);
                      }
                    }));
      }
      while (done.get() < 100) {
        Thread.onSpinWait();
      }
      kernels.close();
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(threads.size(), ends.size());
      for (Throwable end : ends) {
        assertEquals(IllegalStateException.class, end.getClass(), end::toString);
        assertEquals("these kernels are closed", end.getMessage());
      }
    }
  }

  private static MemorySegment halves(Arena arena) {
    MemorySegment probabilities = arena.allocate(ValueLayout.JAVA_FLOAT, 2 * VOXELS);
    for (int i = 0; i < 2 * VOXELS; i++) {
      probabilities.setAtIndex(ValueLayout.JAVA_FLOAT, i, 0.5f);
    }
    return probabilities;
  }
}
