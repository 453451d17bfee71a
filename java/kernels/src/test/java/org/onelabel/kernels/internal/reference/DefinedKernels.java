package org.onelabel.kernels.internal.reference;

import java.util.Optional;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.CancellableKernels;
import org.onelabel.kernels.Device;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.ElementType;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.PreparedDatabase;
import org.onelabel.kernels.PrototypeCosine;
import org.onelabel.kernels.RangeSearch;
import org.onelabel.kernels.Summary;
import org.onelabel.kernels.UpsampleArgmax;
import org.onelabel.kernels.VoxelEntropy;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.reference.neighbours.DefinedNeighbours;
import org.onelabel.kernels.internal.reference.neighbours.ReferenceDatabase;
import org.onelabel.kernels.internal.reference.neighbours.ReferenceRange;
import org.onelabel.kernels.internal.reference.threads.Cancellation;

/** The kernels as their definitions read, in float64, one voxel or query after the other. */
final class DefinedKernels implements CancellableKernels {
  private final Cancellation cancellation = new Cancellation();

  @Override
  public Implementation implementation() {
    return Implementation.REFERENCE;
  }

  @Override
  public String instructionSet() {
    return "java";
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public DeviceBuffer allocate(long bytes) {
    return HostAllocation.of(bytes);
  }

  @Override
  public PreparedDatabase database(long dimension, ElementType type, Metric metric) {
    return new ReferenceDatabase(dimension, type, metric, cancellation);
  }

  @Override
  public Optional<Device> device() {
    return Optional.empty();
  }

  @Override
  public CancellableKernels cancellable() {
    return new DefinedKernels();
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  @Override
  public long run(PrototypeCosine call) {
    return DefinedCosine.run(call);
  }

  @Override
  public void run(UpsampleArgmax call) {
    DefinedUpsample.run(call);
  }

  @Override
  public long run(VoxelEntropy call) {
    return EntropyByVoxel.run(call);
  }

  @Override
  public long run(NearestNeighbours call) {
    return DefinedNeighbours.run(call);
  }

  @Override
  public long run(RangeSearch call) {
    return ReferenceRange.run(call, cancellation);
  }

  @Override
  public Summary summarise(Buffer values, long count, double... levels) {
    return DefinedSummary.of(values, count, levels);
  }

  @Override
  public void close() {
    // Nothing native to free.
  }
}
