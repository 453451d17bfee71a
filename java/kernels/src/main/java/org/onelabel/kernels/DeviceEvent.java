package org.onelabel.kernels;

/**
 * A point in the work of a device, made by {@link Device#record()}. Any number of threads may use
 * it at once; closing waits for the calls that use it, and later ones are refused with an {@link
 * IllegalStateException}.
 */
public interface DeviceEvent extends AutoCloseable {
  /** Waits, on the host, until the device has come to this point. */
  void synchronise();

  /** Waits for this event, and tells the seconds from {@code earlier} to it on the device. */
  double secondsSince(DeviceEvent earlier);

  /** Frees it; twice is no mistake. */
  @Override
  void close();
}
