package org.onelabel.kernels;

/**
 * The first device of CUDA kernels. Work given to it here is only enqueued, in order, if all its
 * arrays lie on the device; a mistake of the device's shows in a later call or in {@link
 * #synchronise()}. Any number of threads may use it at once, until its kernels are closed.
 */
public interface Device {
  /**
   * A point in the work of a device, made by {@link #record()}. Any number of threads may use it at
   * once; closing waits for the calls that use it, and later ones are refused with an {@link
   * IllegalStateException}.
   */
  interface Event extends AutoCloseable {
    /** Waits, on the host, until the device has come to this point. */
    void synchronise();

    /** Waits for this event, and tells the seconds from {@code earlier} to it on the device. */
    double secondsSince(Event earlier);

    /** Frees it; twice is no mistake. */
    @Override
    void close();
  }

  /** What the card calls itself. */
  String name();

  /** The {@code cudaStream_t} on which all is done, for other libraries. */
  long stream();

  /** Enqueues; vectors that are not finite are not counted. */
  void enqueue(PrototypeCosine call);

  /** Enqueues. */
  void enqueue(UpsampleArgmax call);

  /** Enqueues; voxels that are not a number are not counted. */
  void enqueue(VoxelEntropy call);

  /** Enqueues; rows that are not finite are not counted. */
  void enqueue(NearestNeighbours call);

  /** Waits for all that was enqueued. */
  void synchronise();

  /** A point after all that was enqueued so far. Its owner closes it. */
  Event record();

  /** What is enqueued from now on waits for {@code event}, which may be another device's. */
  void await(Event event);

  /**
   * Device memory of another library, for calls until it is closed. Nothing is copied; its owner
   * keeps it alive meanwhile, and frees it.
   *
   * @param address a device pointer, a multiple of 4
   */
  DeviceBuffer borrow(long address, long bytes);
}
