package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.backend.BackendUnavailableException;
import io.talus.tensor.DeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Lets every call of the driver that the library makes fail, one after the other, and looks at what
 * becomes of it: the documented exception, nothing leaked, and right results afterwards. Prints a
 * line for each fault that went wrong, and at the end how many were tried.
 *
 * <p>SOFTCUDA_FAIL must be {@code @} and the path in the property {@code faults}.
 */
final class FaultSweep {
  private static final int OUT_OF_MEMORY = 2;
  private static final int OPERATING_SYSTEM = 304;
  private static final int MOST_CALLS = 6;

  /** What probing calls, and the code with which it fails. */
  private static final Map<String, Integer> PROBING =
      Map.ofEntries(
          Map.entry("cuInit", OPERATING_SYSTEM),
          Map.entry("cuDriverGetVersion", OPERATING_SYSTEM),
          Map.entry("cuDeviceGetCount", OPERATING_SYSTEM),
          Map.entry("cuDeviceGet", OPERATING_SYSTEM),
          Map.entry("cuDeviceGetName", OPERATING_SYSTEM),
          Map.entry("cuDeviceGetAttribute", OPERATING_SYSTEM),
          Map.entry("cuDevicePrimaryCtxRetain", OUT_OF_MEMORY),
          Map.entry("cuModuleLoadDataEx", OUT_OF_MEMORY),
          Map.entry("cuModuleGetFunction", OPERATING_SYSTEM),
          Map.entry("cuMemAlloc_v2", OUT_OF_MEMORY),
          Map.entry("cuMemAllocHost_v2", OUT_OF_MEMORY),
          Map.entry("cuStreamCreate", OUT_OF_MEMORY),
          Map.entry("cuEventCreate", OUT_OF_MEMORY),
          Map.entry("cuLaunchKernel", OPERATING_SYSTEM),
          Map.entry("cuStreamSynchronize", OPERATING_SYSTEM));

  /** What training and recommending call. */
  private static final Map<String, Integer> RUNNING =
      Map.ofEntries(
          Map.entry("cuCtxSetCurrent", OPERATING_SYSTEM),
          Map.entry("cuStreamCreate", OUT_OF_MEMORY),
          Map.entry("cuEventCreate", OUT_OF_MEMORY),
          Map.entry("cuEventRecord", OPERATING_SYSTEM),
          Map.entry("cuEventElapsedTime", OPERATING_SYSTEM),
          Map.entry("cuMemGetInfo_v2", OPERATING_SYSTEM),
          Map.entry("cuEventSynchronize", OPERATING_SYSTEM),
          Map.entry("cuStreamWaitEvent", OPERATING_SYSTEM),
          Map.entry("cuStreamSynchronize", OPERATING_SYSTEM),
          Map.entry("cuStreamBeginCapture_v2", OPERATING_SYSTEM),
          Map.entry("cuStreamEndCapture", OPERATING_SYSTEM),
          Map.entry("cuGraphInstantiateWithFlags", OUT_OF_MEMORY),
          Map.entry("cuGraphLaunch", OPERATING_SYSTEM),
          Map.entry("cuLaunchKernel", OPERATING_SYSTEM),
          Map.entry("cuMemAlloc_v2", OUT_OF_MEMORY),
          Map.entry("cuMemAllocHost_v2", OUT_OF_MEMORY),
          Map.entry("cuMemcpyHtoDAsync_v2", OPERATING_SYSTEM),
          Map.entry("cuMemcpyDtoHAsync_v2", OPERATING_SYSTEM),
          Map.entry("cuMemFree_v2", OPERATING_SYSTEM),
          Map.entry("cuMemsetD8Async", OPERATING_SYSTEM));

  private static final Path FAULTS = Path.of(System.getProperty("faults"));

  private int tried;

  public static void main(String[] arguments) throws IOException {
    FaultSweep sweep = new FaultSweep();
    sweep.probing();
    sweep.running();
    System.out.println("tried " + sweep.tried);
  }

  private void probing() throws IOException {
    CudaBackendProvider.probe().forEach(CudaBackend::close);
    for (Map.Entry<String, Integer> fault : PROBING.entrySet()) {
      inject(fault.getKey() + ":1+:" + fault.getValue());
      try {
        CudaBackendProvider.probe().forEach(CudaBackend::close);
        System.out.println(fault.getKey() + ": probing did not notice");
      } catch (BackendUnavailableException expected) {
        if (!expected.getMessage().contains("CUDA_ERROR")
            && !expected.getMessage().contains("out of memory")) {
          System.out.println(fault.getKey() + ": the reason is " + expected.getMessage());
        }
      }
      tried++;
      inject("");
    }
    CudaBackendProvider.probe().forEach(CudaBackend::close);
  }

  private void running() throws IOException {
    Device device = Devices.require("cuda");
    String right = Workload.run(device);
    for (Map.Entry<String, Integer> fault : RUNNING.entrySet()) {
      boolean failed = true;
      for (int call = 1; call <= MOST_CALLS && failed; call++) {
        // Out of memory for good: the first time, what is kept is given up and the call repeated.
        String count = call + (fault.getValue() == OUT_OF_MEMORY ? "+" : "");
        failed = fails(device, fault.getKey() + ":" + count + ":" + fault.getValue(), right);
      }
    }
  }

  /** False when there was no such call. */
  private boolean fails(Device device, String fault, String right) throws IOException {
    boolean failed = false;
    inject(fault);
    try {
      String result = Workload.run(device);
      if (!result.equals(right)) {
        System.out.println(fault + ": a wrong result instead of an exception");
      }
    } catch (DeviceException expected) {
      failed = true;
      tried++;
    }
    inject("");
    if (device.memoryBytes() != 0) {
      System.out.println(fault + ": " + device.memoryBytes() + " bytes are left");
    }
    if (!Workload.run(device).equals(right)) {
      System.out.println(fault + ": the result afterwards is wrong");
    }
    return failed;
  }

  private static void inject(String rules) throws IOException {
    Files.writeString(FAULTS, rules);
  }
}
