package io.talus.backend.cuda;

import io.talus.tensor.DeviceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;

/** The kernels of one family ({@code kernels/src/<family>.cu}), compiled by the driver. */
final class KernelModule {
  private static final Pattern ENTRY = Pattern.compile("\\.entry\\s+(\\w+)\\s*\\(([^)]*)\\)");
  private static final Pattern PARAMETER = Pattern.compile("\\.param\\b");
  private static final int LOG_BYTES = 8192;

  private final Map<String, Kernel> kernels = new HashMap<>();

  private KernelModule() {}

  /**
   * Loads a family in the current context.
   *
   * @param level 75 or 80: which of the two compilations
   * @throws DeviceException when the driver does not take it, with the driver's own words
   */
  static KernelModule load(String family, int level) {
    byte[] ptx = read(family, level);
    byte[] log = new byte[LOG_BYTES];
    JITOptions options = new JITOptions();
    options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, log);
    options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, log.length);
    CUmodule module = new CUmodule();
    int status = JCudaDriver.cuModuleLoadDataJIT(module, Pointer.to(ptx), options);
    if (status != 0) {
      String words = new String(log, StandardCharsets.UTF_8);
      int end = words.indexOf('\0');
      throw new DeviceException(
          CudaStatus.describe(
                  status, "cuModuleLoadData", "kernels " + family + " (sm_" + level + ")")
              + " "
              + (end < 0 ? words : words.substring(0, end)).strip());
    }
    KernelModule loaded = new KernelModule();
    loaded.findKernels(module, new String(ptx, StandardCharsets.US_ASCII));
    return loaded;
  }

  private void findKernels(CUmodule module, String ptx) {
    Matcher entry = ENTRY.matcher(ptx);
    while (entry.find()) {
      String name = entry.group(1);
      // A call that fails leaves garbage in the handle: a fresh one for each.
      CUfunction function = new CUfunction();
      CudaStatus.check(
          JCudaDriver.cuModuleGetFunction(function, module, name), "cuModuleGetFunction", name);
      int parameters = (int) PARAMETER.matcher(entry.group(2)).results().count();
      kernels.put(name, new Kernel(name, function, parameters));
    }
  }

  /** PTX text with the zero byte at its end that the driver wants. */
  static byte[] read(String family, int level) {
    String path = "ptx/sm_" + level + "/" + family + ".ptx";
    try (InputStream in = KernelModule.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("the library lacks its resource " + path);
      }
      byte[] text = in.readAllBytes();
      return Arrays.copyOf(text, text.length + 1);
    } catch (IOException failed) {
      throw new UncheckedIOException("the library's resource " + path + " cannot be read", failed);
    }
  }

  /**
   * @throws IllegalStateException when the family has no such kernel
   */
  Kernel kernel(String name) {
    Kernel kernel = kernels.get(name);
    if (kernel == null) {
      throw new IllegalStateException(
          "there is no kernel " + name + "; there are " + kernels.keySet());
    }
    return kernel;
  }
}
