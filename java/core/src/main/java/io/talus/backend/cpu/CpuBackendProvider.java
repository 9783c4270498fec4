package io.talus.backend.cpu;

import io.talus.backend.Backend;
import io.talus.backend.BackendProvider;
import io.talus.backend.BackendUnavailableException;
import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/** Loads the native library and chooses its instruction set and threads. */
public final class CpuBackendProvider implements BackendProvider {
  private static CpuBackend backend;

  @Override
  public String name() {
    return CpuBackend.NAME;
  }

  @Override
  public int priority() {
    return 200;
  }

  @Override
  public List<Backend> start() {
    synchronized (CpuBackendProvider.class) {
      if (backend == null) {
        load();
        selectIsa(setting("talus.cpu.isa", "TALUS_CPU_ISA"));
        TalusCpu.talus_cpu_set_threads(threads(setting("talus.cpu.threads", "TALUS_CPU_THREADS")));
        backend = new CpuBackend();
      }
      return List.of(backend);
    }
  }

  private static void load() {
    try {
      UnpackedLibraries.deleteStale();
      Loader.load(TalusCpu.class);
    } catch (LinkageError | RuntimeException | IOException cause) {
      throw new BackendUnavailableException(
          "the native library for "
              + Loader.getPlatform()
              + " cannot be loaded ("
              + cause.getMessage()
              + "); it is built with g++ and CMake, and unpacked to "
              + System.getProperty("org.bytedeco.javacpp.cachedir", "~/.javacpp/cache")
              + ", which must be writable",
          cause);
    }
  }

  /**
   * @throws BackendUnavailableException when the instruction set is unknown or this processor lacks
   *     it
   */
  static void selectIsa(String isa) {
    int status = TalusCpu.talus_cpu_select(isa == null ? "auto" : isa);
    if (status == TalusCpu.UNKNOWN) {
      throw new BackendUnavailableException(
          "talus.cpu.isa: there is no instruction set '"
              + isa
              + "'; known are auto, avx512, avx2, portable");
    }
    if (status == TalusCpu.UNSUPPORTED) {
      throw new BackendUnavailableException(
          "talus.cpu.isa: this processor lacks " + isa + "; use auto, or one that it has");
    }
  }

  private static int threads(String setting) {
    if (setting == null) {
      return 0;
    }
    try {
      int threads = Integer.parseInt(setting.trim());
      if (threads > 0) {
        return threads;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, like any other value that is no count.
    }
    throw new BackendUnavailableException(
        "talus.cpu.threads: '" + setting + "' is not a positive number of threads");
  }

  private static String setting(String property, String variable) {
    String value = System.getProperty(property);
    value = value != null ? value : System.getenv(variable);
    return value == null || value.isBlank() ? null : value.trim();
  }
}
