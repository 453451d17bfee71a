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
import org.onelabel.kernels.internal.reference.neighbours.ReferenceDatabase;
import org.onelabel.kernels.internal.reference.neighbours.ReferenceNeighbours;
import org.onelabel.kernels.internal.reference.neighbours.ReferenceRange;
import org.onelabel.kernels.internal.reference.threads.Cancellation;
import org.onelabel.kernels.internal.reference.threads.Team;

/** The kernels in plain Java: what they find is what float64 arithmetic finds, rounded once. */
final class ReferenceKernels implements CancellableKernels {
  private final Cancellation cancellation = new Cancellation();
  private final Team team;

  ReferenceKernels(int threads) {
    team = new Team(threads, cancellation);
  }

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
    return team.threads();
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
    return new ReferenceKernels(team.threads());
  }

  @Override
  public void cancel() {
    cancellation.cancel();
  }

  @Override
  public long run(PrototypeCosine call) {
    return ReferenceCosine.run(call, team);
  }

  @Override
  public void run(UpsampleArgmax call) {
    ReferenceUpsample.run(call, team);
  }

  @Override
  public long run(VoxelEntropy call) {
    return ReferenceEntropy.run(call, team);
  }

  @Override
  public long run(NearestNeighbours call) {
    return ReferenceNeighbours.run(call, team);
  }

  @Override
  public long run(RangeSearch call) {
    return ReferenceRange.run(call, cancellation);
  }

  @Override
  public Summary summarise(Buffer values, long count, double... levels) {
    return ReferenceSummary.of(cancellation, values, count, levels);
  }

  @Override
  public void close() {
    // Nothing native to free.
  }
}
