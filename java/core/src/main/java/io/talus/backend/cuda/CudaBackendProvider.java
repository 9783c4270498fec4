package io.talus.backend.cuda;

import io.talus.backend.Backend;
import io.talus.backend.BackendProvider;
import io.talus.backend.BackendUnavailableException;
import io.talus.tensor.DeviceException;
import java.util.ArrayList;
import java.util.List;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * Finds out, stage by stage, whether GPUs can be used: JCuda's library, the driver beneath it, its
 * version, the devices, their capability, and that the kernels load and compute what they should.
 *
 * <p>{@code -Dtalus.cuda.software=FOLDER} puts the software device of that folder in the place of
 * the driver: for tests; {@code -Dtalus.cuda.keep=true} lets that one keep freed memory for later
 * as GPUs do, where each access beyond a tensor is no longer found. {@code
 * -Dtalus.cuda.memory=BYTES} limits each device's memory. {@code -Dtalus.cuda.sync=true} waits
 * after each launch, so that an error names its operation. {@code -Dtalus.cuda.cublas=on}, {@code
 * measure} or {@code off} lets cuBLAS make float32 products everywhere, where it is the faster, or
 * nowhere ({@link CublasMode}).
 */
public final class CudaBackendProvider implements BackendProvider {
  /** The oldest driver that takes PTX 7.0, which the kernels for 8.0 and up are in. */
  private static final int OLDEST_DRIVER = 11000;

  private static final int LOWEST_CAPABILITY = 75;
  private static final String NO_GPU =
      "the driver finds no GPU; CUDA_VISIBLE_DEVICES may hide them";

  private static List<Backend> backends;
  private static BackendUnavailableException reason;

  @Override
  public String name() {
    return CudaBackend.NAME;
  }

  @Override
  public int priority() {
    return 300;
  }

  @Override
  public List<Backend> start() {
    synchronized (CudaBackendProvider.class) {
      // A class of JCuda that could not be initialised stays so: one try for the process.
      if (backends == null && reason == null) {
        try {
          List<CudaBackend> found = probe();
          closeAtExit(found);
          backends = List.copyOf(found);
        } catch (BackendUnavailableException unavailable) {
          reason = unavailable;
        }
      }
      if (reason != null) {
        throw reason;
      }
      return backends;
    }
  }

  static List<CudaBackend> probe() {
    String set = System.getProperty("talus.cuda.software", "");
    String software = set.isBlank() ? null : set;
    JcudaLibrary.loadDriver(software);
    requireDriver();
    int[] count = new int[1];
    require(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
    CublasMode cublas = CublasMode.ofProperty(software != null);
    String noCublas = cublas == CublasMode.OFF ? null : JcudaLibrary.loadCublas(software);
    List<String> passedOver = new ArrayList<>();
    List<CudaBackend> found = new ArrayList<>();
    for (int ordinal = 0; ordinal < count[0]; ordinal++) {
      open(ordinal, found, passedOver);
    }
    found.forEach(backend -> backend.context().use(new Cublas(cublas, noCublas)));
    if (found.isEmpty()) {
      throw new BackendUnavailableException(
          passedOver.isEmpty() ? NO_GPU : String.join("; ", passedOver));
    }
    return found;
  }

  /** The software device looks for leaks when the process ends; what is kept must not be one. */
  private static void closeAtExit(List<CudaBackend> found) {
    if (found.get(0).isEmulated()) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> found.forEach(CudaBackend::close), "talus-cuda-exit"));
    }
  }

  private static void requireDriver() {
    int status = JCudaDriver.cuInit(0);
    if (status == CUresult.CUDA_ERROR_NO_DEVICE) {
      throw new BackendUnavailableException(NO_GPU);
    }
    require(status, "cuInit");
    int[] version = new int[1];
    require(JCudaDriver.cuDriverGetVersion(version), "cuDriverGetVersion");
    if (version[0] < OLDEST_DRIVER) {
      throw new BackendUnavailableException(
          "the NVIDIA driver is for CUDA "
              + version[0] / 1000
              + "."
              + version[0] % 1000 / 10
              + "; the kernels need one for CUDA 11.0 or newer (450.36 on Linux)");
    }
  }

  private static void require(int status, String call) {
    if (status != 0) {
      throw new BackendUnavailableException(
          CudaStatus.describe(status, call, "the NVIDIA driver")
              + "; nvidia-smi tells whether the driver works");
    }
  }

  private static void open(int ordinal, List<CudaBackend> found, List<String> passedOver) {
    try {
      CUdevice device = new CUdevice();
      CudaStatus.check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet", "GPU " + ordinal);
      String name = found.isEmpty() ? CudaBackend.NAME : CudaBackend.NAME + ":" + found.size();
      CudaContext context = new CudaContext(name, device);
      try {
        found.add(open(context, passedOver));
      } catch (DeviceException failed) {
        context.close();
        throw failed;
      }
    } catch (DeviceException failed) {
      passedOver.add("GPU " + ordinal + " is not used: " + failed.getMessage());
    }
  }

  private static CudaBackend open(CudaContext context, List<String> passedOver) {
    if (context.capability() < LOWEST_CAPABILITY) {
      throw new DeviceException(context + ": the kernels need compute capability 7.5 or higher");
    }
    SelfTest.run(context);
    boolean keeping = !context.isEmulated() || Boolean.getBoolean("talus.cuda.keep");
    CudaAllocator allocator = new CudaAllocator(context, keeping, memoryLimit());
    return new CudaBackend(context, allocator, passedOver);
  }

  private static long memoryLimit() {
    Long limit = Long.getLong("talus.cuda.memory");
    return limit == null ? Long.MAX_VALUE : limit;
  }
}
