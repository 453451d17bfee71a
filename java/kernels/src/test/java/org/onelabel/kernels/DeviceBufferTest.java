package org.onelabel.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeviceBufferTest {
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

  private static Device device(Kernels kernels) {
    return kernels.device().orElseThrow();
  }

  private static PrototypeCosine cosine(Buffer features, Buffer labels) {
    return PrototypeCosine.of(
            FeatureMatrix.channels(features, VOXELS, DIMENSION),
            Buffer.of(values(CLASSES * DIMENSION)),
            CLASSES)
        .labelsInto(labels);
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
        DeviceBuffer in = kernels.allocate(4L * features.length);
        DeviceBuffer out = kernels.allocate(VOXELS)) {
      in.write(MemorySegment.ofArray(features));
      float[] back = new float[features.length];
      in.read(MemorySegment.ofArray(back));
      assertArrayEquals(features, back);
      kernels.run(cosine(Buffer.of(features), Buffer.of(expected)));
      kernels.run(cosine(in, out));
      out.read(MemorySegment.ofArray(labels));
      assertArrayEquals(expected, labels);
    }
  }

  @Test
  void memoryOfADeviceCannotBeReadByTheCpu() {
    try (Kernels emulation = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        Kernels cpu = Kernels.open(Kernels.Implementation.CPU, 1);
        DeviceBuffer memory = emulation.allocate(4L * VOXELS * DIMENSION)) {
      PrototypeCosine call = cosine(memory, Buffer.of(new byte[VOXELS]));
      assertThrows(IllegalArgumentException.class, () -> cpu.run(call));
    }
  }

  @Test
  void memoryThatIsTooShortOrFreedIsRefused() {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1)) {
      DeviceBuffer memory = kernels.allocate(16);
      assertEquals(16, memory.byteSize());
      assertThrows(
          IllegalArgumentException.class, () -> cosine(memory, Buffer.of(new byte[VOXELS])));
      assertThrows(
          IllegalArgumentException.class, () -> memory.write(MemorySegment.ofArray(new byte[17])));
      memory.close();
      memory.close();
      assertThrows(IllegalStateException.class, memory::byteSize);
      assertThrows(IllegalStateException.class, memory::address);
      assertThrows(
          IllegalStateException.class, () -> FeatureMatrix.rows(memory, 1, 1), "freed memory");
    }
  }

  @Test
  void memoryOfAnotherLibraryIsTakenWithoutACopy() {
    byte[] labels = new byte[VOXELS];
    byte[] expected = new byte[VOXELS];
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        DeviceBuffer owner = kernels.allocate(8L * VOXELS * DIMENSION)) {
      owner.write(MemorySegment.ofArray(values(2 * VOXELS * DIMENSION)));
      float[] second = new float[VOXELS * DIMENSION];
      System.arraycopy(values(2 * VOXELS * DIMENSION), second.length, second, 0, second.length);
      kernels.run(cosine(Buffer.of(second), Buffer.of(expected)));
      long address = owner.address() + 4L * VOXELS * DIMENSION;
      try (DeviceBuffer half = device(kernels).borrow(address, 4L * VOXELS * DIMENSION)) {
        kernels.run(cosine(half, Buffer.of(labels)));
      }
      assertArrayEquals(expected, labels);
    }
  }

  @Test
  void enqueuedWorkIsDoneInOrderAndEventsTellTheTime() {
    try (Kernels cpu = Kernels.open(Kernels.Implementation.CPU, 1);
        Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        DeviceBuffer in = kernels.allocate(4L * VOXELS * DIMENSION);
        DeviceBuffer out = kernels.allocate(VOXELS)) {
      assertEquals(Optional.empty(), cpu.device());
      Device device = device(kernels);
      assertTrue(device.name().contains("emulation"));
      in.write(MemorySegment.ofArray(values(VOXELS * DIMENSION)));
      try (Device.Event before = device.record()) {
        device.enqueue(cosine(in, out));
        try (Device.Event after = device.record()) {
          device.await(before);
          after.synchronise();
          assertTrue(after.secondsSince(before) >= 0);
        }
      }
      device.synchronise();
      byte[] labels = new byte[VOXELS];
      out.read(MemorySegment.ofArray(labels));
      byte[] expected = new byte[VOXELS];
      kernels.run(cosine(Buffer.of(values(VOXELS * DIMENSION)), Buffer.of(expected)));
      assertArrayEquals(expected, labels);
    }
  }

  @Test
  void anEventThatIsClosedMeanwhileIsWaitedForOrRefused() throws InterruptedException {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1)) {
      for (int i = 0; i < 400; i++) {
        Device.Event event = device(kernels).record();
        Thread closer = Thread.ofPlatform().start(event::close);
        try {
          event.synchronise();
        } catch (IllegalStateException e) {
          assertEquals("this event is closed", e.getMessage());
        }
        closer.join();
        assertThrows(IllegalStateException.class, event::synchronise);
        assertThrows(IllegalStateException.class, () -> device(kernels).await(event));
        event.close();
      }
    }
  }

  @Test
  void twoEventsMayBeComparedBothWaysWhileTheyAreClosed() throws InterruptedException {
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1)) {
      for (int i = 0; i < 100; i++) {
        Device.Event one = device(kernels).record();
        Device.Event other = device(kernels).record();
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        List<Thread> threads =
            List.of(
                RepeatedCalls.untilRefused(() -> other.secondsSince(one), ends),
                RepeatedCalls.untilRefused(() -> one.secondsSince(other), ends),
                RepeatedCalls.untilRefused(() -> one.secondsSince(one), ends));
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

  @ParameterizedTest
  @EnumSource(
      value = Kernels.Implementation.class,
      names = {"CPU", "CUDA_EMULATION"})
  void memoryThatIsClosedWhileCallsUseItIsFreedAfterThem(Kernels.Implementation implementation)
      throws InterruptedException {
    try (Kernels kernels = Kernels.open(implementation, 1)) {
      byte[] expected = new byte[VOXELS];
      kernels.run(cosine(Buffer.of(values(VOXELS * DIMENSION)), Buffer.of(expected)));
      for (int i = 0; i < 50; i++) {
        DeviceBuffer in = kernels.allocate(4L * VOXELS * DIMENSION);
        in.write(MemorySegment.ofArray(values(VOXELS * DIMENSION)));
        AtomicInteger done = new AtomicInteger();
        Queue<Throwable> ends = new ConcurrentLinkedQueue<>();
        byte[] labels = new byte[VOXELS];
        PrototypeCosine call = cosine(in, Buffer.of(labels));
        List<Thread> threads =
            List.of(
                RepeatedCalls.untilRefused(
                    () -> {
                      kernels.run(call);
                      assertArrayEquals(expected, labels);
                      done.incrementAndGet();
                    },
                    ends),
                RepeatedCalls.untilRefused(
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
      DeviceBuffer out = kernels.allocate(VOXELS);
      PrototypeCosine call = cosine(Buffer.of(values(VOXELS * DIMENSION)), out);
      out.close();
      assertThrows(IllegalStateException.class, () -> kernels.run(call));
    }
  }

  @Test
  void endingALoanLeavesTheOwnerItsMemory() {
    byte[] expected = new byte[VOXELS];
    byte[] labels = new byte[VOXELS];
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CUDA_EMULATION, 1);
        DeviceBuffer owner = kernels.allocate(4L * VOXELS * DIMENSION)) {
      owner.write(MemorySegment.ofArray(values(VOXELS * DIMENSION)));
      kernels.run(cosine(owner, Buffer.of(expected)));
      DeviceBuffer loan = device(kernels).borrow(owner.address(), 4L * VOXELS * DIMENSION);
      PrototypeCosine call = cosine(loan, Buffer.of(labels));
      kernels.run(call);
      assertArrayEquals(expected, labels);
      loan.close();
      loan.close();
      assertThrows(IllegalStateException.class, loan::address);
      assertThrows(IllegalStateException.class, () -> kernels.run(call));
      kernels.run(cosine(owner, Buffer.of(labels)));
    }
  }
}
