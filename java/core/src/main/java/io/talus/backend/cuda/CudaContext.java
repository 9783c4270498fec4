package io.talus.backend.cuda;

import io.talus.op.Precision;
import io.talus.tensor.DeviceException;
import io.talus.tensor.MemoryLedger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/**
 * One GPU: its primary context, which it shares with whatever else in the process uses CUDA, its
 * properties, and the kernels loaded on it.
 */
final class CudaContext {
  private static final int BLOCKS_OF_A_LOOP = 16;
  private static final int TENSOR_CORES = 80; // that know TF32 and bfloat16

  private final String name;
  private final String model;
  private final CUcontext handle;
  private final CUdevice device;
  private final int capability;
  private final int multiprocessors;
  private final MemoryLedger ledger;
  private final ConcurrentMap<String, KernelModule> modules = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile Cublas cublas = new Cublas(CublasMode.OFF, null);
  private volatile String lost;

  /**
   * @param name as in {@code cuda:1}
   * @throws DeviceException when the device gives no context
   */
  CudaContext(String name, CUdevice device) {
    this.name = name;
    this.device = device;
    byte[] text = new byte[256];
    CudaStatus.check(
        JCudaDriver.cuDeviceGetName(text, text.length, device), "cuDeviceGetName", name);
    model = new String(text, StandardCharsets.UTF_8).split("\0", 2)[0];
    capability =
        10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    multiprocessors = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    handle = new CUcontext();
    CudaStatus.check(
        JCudaDriver.cuDevicePrimaryCtxRetain(handle, device), "cuDevicePrimaryCtxRetain", name);
    ledger = new MemoryLedger(name);
  }

  /** Gives the context back; with the last user of it, all that is left in it is freed. */
  void close() {
    CudaStatus.check(
        JCudaDriver.cuDevicePrimaryCtxRelease(device), "cuDevicePrimaryCtxRelease", name);
  }

  private int attribute(int attribute) {
    int[] value = new int[1];
    CudaStatus.check(
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute", name);
    return value[0];
  }

  /** As in {@code cuda:1}. */
  String name() {
    return name;
  }

  /** Compute capability, as in 86. */
  int capability() {
    return capability;
  }

  /** Which compilation of the kernels it takes: 75 or 80. */
  int level() {
    return capability >= 80 ? 80 : 75;
  }

  /** That precision, or FLOAT32 where no tensor core knows it. */
  Precision precision(Precision wanted) {
    return capability >= TENSOR_CORES ? wanted : Precision.FLOAT32;
  }

  int multiprocessors() {
    return multiprocessors;
  }

  /** Whether it stands in for a GPU that is not there. */
  boolean isEmulated() {
    return model.toLowerCase(Locale.ROOT).contains("software");
  }

  /** Blocks for a loop over {@code elements} with the grid's stride: enough to fill the device. */
  long blocks(long elements, int threads) {
    return Math.min(Ceil.div(elements, threads), (long) multiprocessors * BLOCKS_OF_A_LOOP);
  }

  /**
   * Lets a stream have more blocks that wait for others of their launch: as many as it wants, or as
   * are left. All streams together have one for each multiprocessor. Two blocks of a kernel whose
   * blocks wait fit on one, so there is always room for the block that the others wait for. Other
   * processes are not known: under MPS, two that let all their blocks wait at once could fill a
   * GPU.
   */
  int grantWaiting(int wanted) {
    int granted;
    int before;
    do {
      before = waiting.get();
      granted = Math.max(0, Math.min(wanted, multiprocessors - before));
    } while (!waiting.compareAndSet(before, before + granted));
    return granted;
  }

  void takeBackWaiting(int granted) {
    waiting.addAndGet(-granted);
  }

  /** For products by cuBLAS, if it is asked for. */
  Cublas cublas() {
    return cublas;
  }

  void use(Cublas chosen) {
    cublas = chosen;
  }

  MemoryLedger ledger() {
    return ledger;
  }

  /**
   * Makes this the calling thread's context, which must come before every sequence of driver calls:
   * threads come and go, and others use CUDA too.
   *
   * @throws DeviceException when an earlier error has ended the context
   */
  void enter() {
    if (lost != null) {
      throw new DeviceException(
          name
              + " was lost by an earlier error ("
              + lost
              + "); it is usable again in a new process only; -Dtalus.device=cpu goes on without"
              + " it");
    }
    check(JCudaDriver.cuCtxSetCurrent(handle), "cuCtxSetCurrent", name);
  }

  /**
   * {@link #enter} before something is freed, which is tried in any case: whether it could be is
   * for its own calls to say.
   */
  void enterToFree() {
    JCudaDriver.cuCtxSetCurrent(handle);
  }

  /** Whether an error has ended the context: its memory is gone then. */
  boolean isLost() {
    return lost != null;
  }

  /**
   * @throws DeviceException unless {@code status} is success
   */
  void check(int status, String call, Object what) {
    if (status == 0) {
      return;
    }
    if (CudaStatus.isFatal(status)) {
      lost = call + " gave " + CudaStatus.name(status);
    }
    CudaStatus.check(status, call, what);
  }

  /** The family's kernels, loaded at their first use. */
  KernelModule module(String family) {
    KernelModule loaded = modules.get(family);
    return loaded != null ? loaded : modules.computeIfAbsent(family, this::load);
  }

  private KernelModule load(String family) {
    enter();
    return KernelModule.load(family, level());
  }

  /** As in {@code NVIDIA A100-SXM4-80GB, compute capability 8.0, 108 multiprocessors}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, compute capability %d.%d, %d multiprocessors",
        model,
        capability / 10,
        capability % 10,
        multiprocessors);
  }
}
