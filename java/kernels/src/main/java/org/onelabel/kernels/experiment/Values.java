package org.onelabel.kernels.experiment;

import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.internal.memory.HostAllocation;
import org.onelabel.kernels.internal.memory.Segments;

/** Single values of the host's arrays. */
final class Values {
  private Values() {}

  static float number(Buffer buffer, long at) {
    return Segments.getFloat(HostAllocation.segment(buffer), at);
  }

  static long index(Buffer buffer, long at) {
    return Segments.getLong(HostAllocation.segment(buffer), at);
  }

  static int label(Buffer buffer, long at) {
    return Segments.getByte(HostAllocation.segment(buffer), at);
  }
}
