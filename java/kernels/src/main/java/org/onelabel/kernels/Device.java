package org.onelabel.kernels;

/**
 * The first device of CUDA kernels. Work given to it here is only enqueued, in order, if all its
 * arrays lie on the device; a mistake of the device's shows in a later call or in {@link
 * #synchronise()}.
 */
public final class Device {
  private final NativeKernels kernels;

  Device(NativeKernels kernels) {
    this.kernels = kernels;
  }

  /** What the card calls itself. */
  public String name() {
    return kernels.deviceName();
  }

  /** The {@code cudaStream_t} on which all is done, for other libraries. */
  public long stream() {
    return kernels.stream();
  }

  /** Enqueues; vectors that are not finite are not counted. */
  public void enqueue(PrototypeCosine call) {
    kernels.run(call, false);
  }

  /** Enqueues. */
  public void enqueue(UpsampleArgmax call) {
    kernels.run(call);
  }

  /** Enqueues; voxels that are not a number are not counted. */
  public void enqueue(VoxelEntropy call) {
    kernels.run(call, false);
  }

  /** Enqueues; rows that are not finite are not counted. */
  public void enqueue(NearestNeighbours call) {
    kernels.run(call, false);
  }

  /** Waits for all that was enqueued. */
  public void synchronise() {
    kernels.synchronise();
  }

  /** A point after all that was enqueued so far. Its owner closes it. */
  public DeviceEvent record() {
    return kernels.record();
  }

  /** What is enqueued from now on waits for {@code event}, which may be another device's. */
  public void await(DeviceEvent event) {
    kernels.await(event);
  }
}
