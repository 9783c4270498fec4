package io.talus.backend.cuda;

import io.talus.tensor.DeviceException;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** Turns the driver's answers into exceptions. */
final class CudaStatus {
  private CudaStatus() {}

  /**
   * @param call the driver's function
   * @param what what it was called for, such as an op with its shapes
   * @throws DeviceException unless {@code status} is success
   */
  static void check(int status, String call, Object what) {
    if (status != CUresult.CUDA_SUCCESS) {
      throw new DeviceException(describe(status, call, what));
    }
  }

  /** As in {@code fill: cuLaunchKernel gave CUDA_ERROR_ILLEGAL_ADDRESS (700, ...)}. */
  static String describe(int status, String call, Object what) {
    return what + ": " + call + " gave " + name(status);
  }

  /** As in {@code CUDA_ERROR_NO_DEVICE (100, no CUDA-capable device is detected)}. */
  static String name(int status) {
    String[] text = new String[1];
    String words = JCudaDriver.cuGetErrorString(status, text) == 0 ? ", " + text[0] : "";
    return CUresult.stringFor(status) + " (" + status + words + ")";
  }

  /**
   * Whether every later call in the context will fail too: what CUDA documents so, and the unknown
   * error, with which a driver answers once a device has gone.
   */
  static boolean isFatal(int status) {
    return switch (status) {
      case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
          CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
          CUresult.CUDA_ERROR_ASSERT,
          CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
          CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUresult.CUDA_ERROR_INVALID_PC,
          CUresult.CUDA_ERROR_LAUNCH_FAILED,
          CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
          CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE,
          CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
          CUresult.CUDA_ERROR_DEINITIALIZED,
          CUresult.CUDA_ERROR_MPS_CLIENT_TERMINATED,
          CUresult.CUDA_ERROR_EXTERNAL_DEVICE,
          CUresult.CUDA_ERROR_UNKNOWN ->
          true;
      default -> false;
    };
  }
}
