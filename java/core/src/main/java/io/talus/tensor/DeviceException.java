package io.talus.tensor;

/**
 * The device, not the caller, failed: it ran out of memory, or a driver or native call returned an
 * error. The message names the operation, the call and what to do about it.
 */
public class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeviceException(String message) {
    super(message);
  }

  public DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
