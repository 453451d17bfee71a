package org.onelabel.kernels.internal.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.CancellableKernels;
import org.onelabel.kernels.Device;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.PreparedDatabase;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.RangeSearch;
import org.onelabel.kernels.Summary;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.Vote;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.memory.HostAllocation;

/** Makes each call as it is defined, and again by kernels whose results must be the same bits. */
record ComparedKernels(Kernels defined, Kernels compared) implements Kernels {
  @Override
  public Implementation implementation() {
    return compared.implementation();
  }

  @Override
  public String instructionSet() {
    return compared.instructionSet();
  }

  @Override
  public int threads() {
    return compared.threads();
  }

  @Override
  public DeviceBuffer allocate(long bytes) {
    return compared.allocate(bytes);
  }

  @Override
  public PreparedDatabase database(long dimension, ElementType type, Metric metric) {
    return compared.database(dimension, type, metric);
  }

  @Override
  public Optional<Device> device() {
    return Optional.empty();
  }

  @Override
  public CancellableKernels cancellable() {
    return compared.cancellable();
  }

  /** Defined in one way alone. */
  @Override
  public long run(RangeSearch call) {
    return compared.run(call);
  }

  @Override
  public long run(PrototypeCosine call) {
    return compare(
        call.toString(),
        kernels -> kernels.run(call),
        List.of(call.scores(), call.labels(), call.margins()));
  }

  @Override
  public void run(UpsampleArgmax call) {
    compare(
        call.toString(),
        kernels -> {
          kernels.run(call);
          return 0;
        },
        List.of(Optional.of(call.labels()), call.margins()));
  }

  @Override
  public long run(VoxelEntropy call) {
    return compare(
        call.toString(),
        kernels -> kernels.run(call),
        List.of(call.mean(), call.entropy(), call.labels(), call.mutualInformation()));
  }

  @Override
  public long run(NearestNeighbours call) {
    if (call.database() instanceof PreparedDatabase.Rows) {
      // Held against the matrix by whoever prepares them.
      return compared.run(call);
    }
    return compare(
        call.toString(),
        kernels -> kernels.run(call),
        List.of(
            call.neighbours().indices(), call.neighbours().scores(), call.vote().map(Vote::votes)));
  }

  @Override
  public Summary summarise(Buffer values, long count, double... levels) {
    Summary expected = defined.summarise(values, count, levels);
    assertEquals(expected, compared.summarise(values, count, levels));
    return expected;
  }

  private long compare(String call, ToLongFunction<Kernels> run, List<Optional<Buffer>> outputs) {
    long invalid = run.applyAsLong(defined);
    List<MemorySegment> written =
        outputs.stream().flatMap(Optional::stream).map(HostAllocation::segment).toList();
    List<byte[]> expected = written.stream().map(o -> o.toArray(ValueLayout.JAVA_BYTE)).toList();
    written.forEach(output -> output.fill((byte) 0x55));
    assertEquals(invalid, run.applyAsLong(compared), () -> "invalid of " + call);
    for (int i = 0; i < expected.size(); i++) {
      long difference =
          MemorySegment.ofArray(Objects.requireNonNull(expected.get(i))).mismatch(written.get(i));
      String where = "output %d, byte %d of %s".formatted(i, difference, call);
      assertEquals(-1, difference, where);
    }
    return invalid;
  }

  @Override
  public void close() {
    defined.close();
    compared.close();
  }
}
