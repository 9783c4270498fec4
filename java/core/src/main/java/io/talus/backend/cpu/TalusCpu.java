package io.talus.backend.cpu;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The C ABI of the native library, entry for entry: here {@code talus_cpu.h}; each kernel of {@code
 * talus_cpu_ops.h} is in the class of its family ({@link CpuGemm}, ...), beside the one call of it.
 * The comments are in those headers. JavaCPP writes the JNI glue from these classes at build time,
 * one library for all, so that a parameter that differs from the header does not compile. Addresses
 * are plain numbers: no object is made for a call.
 */
@Platform(
    library = TalusCpu.LIBRARY,
    include = "talus_cpu.h",
    link = "talus_cpu",
    compiler = "cpp17")
final class TalusCpu {
  /** The glue. Every class that is in it names it, and is named in {@code java/core/pom.xml}. */
  static final String LIBRARY = "jniTalusCpu";

  static final int OK = 0;
  static final int OUT_OF_MEMORY = 1;
  static final int UNSUPPORTED = 2;
  static final int UNKNOWN = 3;

  private TalusCpu() {}

  static native int talus_cpu_select(String isa);

  static native String talus_cpu_isa();

  static native int talus_cpu_supports(String isa);

  static native int talus_cpu_set_threads(int threads);

  static native int talus_cpu_threads();

  static native @Cast("void*") long talus_cpu_alloc(long bytes);

  static native void talus_cpu_free(@Cast("void*") long memory);

  static native long talus_cpu_scratch_bytes();
}
