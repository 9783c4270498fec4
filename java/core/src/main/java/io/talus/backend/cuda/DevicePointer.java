package io.talus.backend.cuda;

import jcuda.driver.CUdeviceptr;

/** A device address that can be read as a number. */
final class DevicePointer extends CUdeviceptr {
  private static final DevicePointer NULL = new DevicePointer();

  DevicePointer() {}

  private DevicePointer(DevicePointer base, long byteOffset) {
    super(base, byteOffset);
  }

  /** The pointer to an address. */
  static DevicePointer of(long address) {
    return new DevicePointer(NULL, address);
  }

  /** The address as the device knows it; 0 before a driver call has set it. */
  long address() {
    return getNativePointer() + getByteOffset();
  }

  DevicePointer plus(long bytes) {
    return bytes == 0 ? this : new DevicePointer(this, bytes);
  }
}
