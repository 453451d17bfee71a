package org.onelabel.jcuda;

import jcuda.driver.CUdeviceptr;
import org.onelabel.kernels.Device;
import org.onelabel.kernels.DeviceBuffer;

/**
 * Device memory shared with JCuda, both ways, without a copy. Who allocated it frees it, and keeps
 * it alive meanwhile. JCuda has to work in the device's primary context, as its runtime API and
 * {@code cuDevicePrimaryCtxRetain} do. Its own native libraries are not touched here.
 */
public final class CudaPointers {
  private CudaPointers() {}

  /** Our memory for JCuda. */
  public static CUdeviceptr of(DeviceBuffer memory) {
    return new DevicePointer(memory.address());
  }

  /**
   * JCuda's memory for our kernels; closing it ends only its use here.
   *
   * @param device of the kernels, which has to be the pointer's
   * @param bytes how much of it may be used
   */
  public static DeviceBuffer borrow(Device device, CUdeviceptr pointer, long bytes) {
    return device.borrow(new DevicePointer(pointer).address(), bytes);
  }

  /** JCuda shows its addresses to subclasses only. */
  private static final class DevicePointer extends CUdeviceptr {
    DevicePointer(long address) {
      super(new CUdeviceptr(), address);
    }

    DevicePointer(CUdeviceptr other) {
      super(other);
    }

    long address() {
      return getNativePointer() + getByteOffset();
    }
  }
}
