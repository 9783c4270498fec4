package io.talus.backend.cuda;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/**
 * Assembles PTX as a driver would, with NVIDIA's PTX compiler that JCuda brings along: it needs
 * neither a GPU nor a driver nor a toolkit. Each call may run on a thread of its own.
 */
final class PtxAssembler {
  private static final Pattern ENTRY = Pattern.compile("Compiling entry function '(\\w+)'");
  private static final Pattern STACK =
      Pattern.compile(
          "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
  private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  private PtxAssembler() {}

  /**
   * What a kernel takes on one architecture.
   *
   * @param registers of a thread
   * @param sharedBytes of a block, without what the launch adds
   * @param stackBytes of a thread: arrays that are indexed at run time, and spills
   * @param spillBytes stored and loaded because registers ran out
   */
  record Usage(int registers, int sharedBytes, int stackBytes, int spillBytes) {}

  /**
   * Loads the compiler.
   *
   * @throws io.talus.backend.BackendUnavailableException where JCuda has none for the platform
   */
  static void load() {
    JcudaLibrary.load("JNvPTXCompiler", () -> JNvPTXCompiler.setExceptionsEnabled(false));
  }

  /**
   * What each kernel of {@code ptx} takes, in the order of the file.
   *
   * @param architecture as in 80
   * @throws AssertionError with the compiler's words when it does not take the PTX
   */
  static Map<String, Usage> assemble(String name, byte[] ptx, int architecture) {
    byte[] text = Arrays.copyOf(ptx, ptx.length + 1); // ends in a zero byte
    nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
    int created = JNvPTXCompiler.nvPTXCompilerCreate(compiler, text.length, text);
    if (created != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
      throw new AssertionError(name + ": " + nvPTXCompileResult.stringFor(created));
    }
    try {
      String[] options = {"--gpu-name=sm_" + architecture, "--verbose"};
      int status = JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options);
      if (status != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
        throw new AssertionError(
            String.format(
                "%s does not assemble for sm_%d: %s%n%s",
                name, architecture, nvPTXCompileResult.stringFor(status), errors(compiler)));
      }
      return read(log(compiler));
    } finally {
      JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
    }
  }

  private static String log(nvPTXCompilerHandle compiler) {
    long[] size = new long[1];
    JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(compiler, size);
    byte[] log = new byte[Math.toIntExact(size[0]) + 1];
    JNvPTXCompiler.nvPTXCompilerGetInfoLog(compiler, log);
    return text(log);
  }

  private static String errors(nvPTXCompilerHandle compiler) {
    long[] size = new long[1];
    JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size);
    byte[] log = new byte[Math.toIntExact(size[0]) + 1];
    JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, log);
    return text(log);
  }

  private static String text(byte[] zeroTerminated) {
    int end = 0;
    while (zeroTerminated[end] != 0) {
      end++;
    }
    return new String(zeroTerminated, 0, end, StandardCharsets.UTF_8);
  }

  private static Map<String, Usage> read(String log) {
    Map<String, Usage> usages = new LinkedHashMap<>();
    Matcher entry = ENTRY.matcher(log);
    boolean found = entry.find();
    while (found) {
      String kernel = entry.group(1);
      int begin = entry.end();
      found = entry.find();
      usages.put(kernel, usage(log.substring(begin, found ? entry.start() : log.length())));
    }
    return usages;
  }

  /** From the lines about one kernel and the functions that it calls. */
  private static Usage usage(String lines) {
    int stack = 0;
    int spills = 0;
    Matcher match = STACK.matcher(lines);
    while (match.find()) {
      stack += Integer.parseInt(match.group(1));
      spills += Integer.parseInt(match.group(2)) + Integer.parseInt(match.group(3));
    }
    Matcher registers = REGISTERS.matcher(lines);
    if (!registers.find()) {
      throw new AssertionError("the compiler's log tells no registers: " + lines);
    }
    Matcher shared = SHARED.matcher(lines);
    return new Usage(
        Integer.parseInt(registers.group(1)),
        shared.find() ? Integer.parseInt(shared.group(1)) : 0,
        stack,
        spills);
  }
}
