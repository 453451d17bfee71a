package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeviceMemoryTest {
  private static final int VOXELS = 60;
  private static final int DIMENSION = 20;
  private static final int CLASSES = 3;

  private static float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(i * 1.7 + 1);
    }
    return values;
  }

  private static PrototypeCosine cosine(MemorySegment features, MemorySegment labels) {
    return new PrototypeCosine(
        FeatureMatrix.channels(features, VOXELS, DIMENSION),
        MemorySegment.ofArray(values(CLASSES * DIMENSION)),
        CLASSES,
        null,
        labels,
        null);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kernels.Implementation.class,
      names = {"REFERENCE", "CPU", "CUDA_EMULATION"})
  void whatIsWrittenComesBackAndCallsTakeIt(Kernels.Implementation implementation) {
    float[] features = values(VOXELS * DIMENSION);
    byte[] expected = new byte[VOXELS];
    byte[] labels = new byte[VOXELS];
    try (Kernels kernels = Kernels.open(implementation, 1);
        DeviceMemory in = kernels.allocate(4L * features.length);
        DeviceMemory out = kernels.allocate(VOXELS)) {
      in.write(MemorySegment.ofArray(features));
      float[] back = new float[features.length];
      in.read(MemorySegment.ofArray(back));
      assertArrayEquals(features, back);
      kernels.run(cosine(MemorySegment.ofArray(features), MemorySegment.ofArray(expected)));
      kernels.run(cosine(in.segment(), out.segment()));
      out.read(MemorySegment.ofArray(labels));
      assertArrayEquals(expected, labels);
    }
  }

  @Test
  void memoryOfADeviceCannotBeReadByJavaNorByTheCpu() {
    try (Kernels emulation = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        Kernels cpu = Kernels.open(Kernels.Implementation.CPU, 1);
        DeviceMemory memory = emulation.allocate(4L * VOXELS * DIMENSION)) {
      assertThrows(
          IndexOutOfBoundsException.class, () -> memory.segment().get(ValueLayout.JAVA_BYTE, 0));
      PrototypeCosine call = cosine(memory.segment(), MemorySegment.ofArray(new byte[VOXELS]));
      assertThrows(IllegalArgumentException.class, () -> cpu.run(call));
    }
  }

  @Test
  void memoryThatIsTooShortOrFreedIsRefused() {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1)) {
      DeviceMemory memory = kernels.allocate(16);
      assertEquals(16, memory.byteSize());
      assertThrows(IllegalArgumentException.class, () -> cosine(memory.segment(), null));
      assertThrows(
          IllegalArgumentException.class, () -> memory.write(MemorySegment.ofArray(new byte[17])));
      MemorySegment segment = memory.segment();
      memory.close();
      memory.close();
      assertThrows(IllegalStateException.class, memory::segment);
      assertThrows(
          IllegalArgumentException.class, () -> FeatureMatrix.rows(segment, 1, 1), "freed memory");
    }
  }

  @Test
  void memoryOfAnotherLibraryIsTakenWithoutACopy() {
    byte[] labels = new byte[VOXELS];
    byte[] expected = new byte[VOXELS];
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        DeviceMemory owner = kernels.allocate(8L * VOXELS * DIMENSION)) {
      owner.write(MemorySegment.ofArray(values(2 * VOXELS * DIMENSION)));
      float[] second = new float[VOXELS * DIMENSION];
      System.arraycopy(values(2 * VOXELS * DIMENSION), second.length, second, 0, second.length);
      kernels.run(cosine(MemorySegment.ofArray(second), MemorySegment.ofArray(expected)));
      long address = owner.address() + 4L * VOXELS * DIMENSION;
      try (DeviceMemory.Borrowed half = DeviceMemory.borrow(address, 4L * VOXELS * DIMENSION)) {
        kernels.run(cosine(half.segment(), MemorySegment.ofArray(labels)));
      }
      assertArrayEquals(expected, labels);
    }
  }

  @Test
  void enqueuedWorkIsDoneInOrderAndEventsTellTheTime() {
    try (Kernels cpu = Kernels.open(Kernels.Implementation.CPU, 1);
        Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        DeviceMemory in = kernels.allocate(4L * VOXELS * DIMENSION);
        DeviceMemory out = kernels.allocate(VOXELS)) {
      assertNull(cpu.device());
      Device device = kernels.device();
      assertNotNull(device);
      assertTrue(device.name().contains("emulation"));
      in.write(MemorySegment.ofArray(values(VOXELS * DIMENSION)));
      try (DeviceEvent before = device.record()) {
        device.enqueue(cosine(in.segment(), out.segment()));
        try (DeviceEvent after = device.record()) {
          device.await(before);
          after.synchronise();
          assertTrue(after.secondsSince(before) >= 0);
        }
      }
      device.synchronise();
      byte[] labels = new byte[VOXELS];
      out.read(MemorySegment.ofArray(labels));
      byte[] expected = new byte[VOXELS];
      kernels.run(
          cosine(
              MemorySegment.ofArray(values(VOXELS * DIMENSION)), MemorySegment.ofArray(expected)));
      assertArrayEquals(expected, labels);
    }
  }

  @Test
  void copiesAreBetweenHostAndDeviceAlone() {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        DeviceMemory one = kernels.allocate(64);
        DeviceMemory other = kernels.allocate(64)) {
      assertThrows(IllegalArgumentException.class, () -> one.write(other.segment()));
      assertThrows(IllegalArgumentException.class, () -> one.read(other.segment()));
    }
  }

  @Test
  void anEventThatIsClosedMeanwhileIsWaitedForOrRefused() throws InterruptedException {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1)) {
      for (int i = 0; i < 400; i++) {
        DeviceEvent event = kernels.device().record();
        Thread closer = Thread.ofPlatform().start(event::close);
        try {
          event.synchronise();
        } catch (IllegalStateException e) {
          assertEquals("this event is closed", e.getMessage());
        }
        closer.join();
        assertThrows(IllegalStateException.class, event::synchronise);
        assertThrows(IllegalStateException.class, () -> kernels.device().await(event));
        event.close();
      }
    }
  }

  @Test
  void twoEventsMayBeComparedBothWaysWhileTheyAreClosed() throws InterruptedException {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1)) {
      for (int i = 0; i < 100; i++) {
        DeviceEvent one = kernels.device().record();
        DeviceEvent other = kernels.device().record();
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        List<Thread> threads =
            List.of(
                untilRefused(() -> other.secondsSince(one), ends),
                untilRefused(() -> one.secondsSince(other), ends),
                untilRefused(() -> one.secondsSince(one), ends));
        other.close();
        one.close();
        for (Thread thread : threads) {
          thread.join();
        }
        assertEquals(3, ends.size());
        for (Throwable end : ends) {
          assertEquals(IllegalStateException.class, end.getClass(), end::toString);
        }
      }
    }
  }

  private static Thread untilRefused(Runnable call, Queue<Throwable> ends) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (true) {
                  call.run();
                }
              } catch (RuntimeException e) {
                ends.add(e);
              }
            });
  }

  @ParameterizedTest
  @EnumSource(
      value = Kernels.Implementation.class,
      names = {"CPU", "CUDA_EMULATION"})
  void memoryThatIsClosedWhileCallsUseItIsFreedAfterThem(Kernels.Implementation implementation)
      throws InterruptedException {
    try (Kernels kernels = Kernels.open(implementation, 1)) {
      byte[] expected = new byte[VOXELS];
      kernels.run(
          cosine(
              MemorySegment.ofArray(values(VOXELS * DIMENSION)), MemorySegment.ofArray(expected)));
      for (int i = 0; i < 50; i++) {
        DeviceMemory in = kernels.allocate(4L * VOXELS * DIMENSION);
        in.write(MemorySegment.ofArray(values(VOXELS * DIMENSION)));
        AtomicInteger done = new AtomicInteger();
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        byte[] labels = new byte[VOXELS];
        PrototypeCosine call = cosine(in.segment(), MemorySegment.ofArray(labels));
        List<Thread> threads =
            List.of(
                untilRefused(
                    () -> {
                      kernels.run(call);
                      assertArrayEquals(expected, labels);
                      done.incrementAndGet();
                    },
                    ends),
                untilRefused(
                    () -> {
                      float[] back = new float[VOXELS * DIMENSION];
                      in.read(MemorySegment.ofArray(back));
                      assertArrayEquals(values(VOXELS * DIMENSION), back);
                      done.incrementAndGet();
                    },
                    ends));
        while (done.get() < 4) {
          Thread.onSpinWait();
        }
        in.close();
        for (Thread thread : threads) {
          thread.join();
        }
        assertEquals(2, ends.size());
        for (Throwable end : ends) {
          assertEquals(IllegalStateException.class, end.getClass(), end::toString);
          assertEquals("this memory is freed", end.getMessage());
        }
      }
    }
  }

  @Test
  void anOutputInMemoryThatWasFreedIsRefusedAndNotLeftOut() {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1)) {
      DeviceMemory out = kernels.allocate(VOXELS);
      PrototypeCosine call =
          cosine(MemorySegment.ofArray(values(VOXELS * DIMENSION)), out.segment());
      out.close();
      assertThrows(IllegalStateException.class, () -> kernels.run(call));
    }
  }

  @Test
  void endingALoanLeavesTheOwnerItsMemory() {
    byte[] expected = new byte[VOXELS];
    byte[] labels = new byte[VOXELS];
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        DeviceMemory owner = kernels.allocate(4L * VOXELS * DIMENSION)) {
      owner.write(MemorySegment.ofArray(values(VOXELS * DIMENSION)));
      kernels.run(cosine(owner.segment(), MemorySegment.ofArray(expected)));
      DeviceMemory.Borrowed loan = DeviceMemory.borrow(owner.address(), 4L * VOXELS * DIMENSION);
      PrototypeCosine call = cosine(loan.segment(), MemorySegment.ofArray(labels));
      kernels.run(call);
      assertArrayEquals(expected, labels);
      loan.close();
      loan.close();
      assertThrows(IllegalStateException.class, loan::segment);
      assertThrows(IllegalStateException.class, () -> kernels.run(call));
      kernels.run(cosine(owner.segment(), MemorySegment.ofArray(labels)));
    }
  }
}
