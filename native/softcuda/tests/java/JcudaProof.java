import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.Sizeof;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUtexref;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;

/**
 * The software device beneath the real JCuda: {@code java -cp jcuda.jar:natives.jar JcudaProof.java
 * libcuda.so.1}. Ends with status 0 if all is as on a GPU.
 */
public final class JcudaProof {
  private static final String SCALE =
      """
      .version 6.3
      .target sm_75
      .address_size 64
      .visible .entry scale(.param .u64 x, .param .u32 n, .param .f32 f)
      {
        .reg .pred %p<2>;
        .reg .f32 %f<4>;
        .reg .b32 %r<6>;
        .reg .b64 %rd<5>;
        ld.param.u64 %rd1, [x];
        ld.param.u32 %r1, [n];
        ld.param.f32 %f1, [f];
        mov.u32 %r2, %ctaid.x;
        mov.u32 %r3, %ntid.x;
        mov.u32 %r4, %tid.x;
        mad.lo.s32 %r5, %r2, %r3, %r4;
        setp.ge.u32 %p1, %r5, %r1;
        @%p1 bra $done;
        cvta.to.global.u64 %rd2, %rd1;
        mul.wide.u32 %rd3, %r5, 4;
        add.s64 %rd4, %rd2, %rd3;
        ld.global.f32 %f2, [%rd4];
        mul.f32 %f3, %f2, %f1;
        st.global.f32 [%rd4], %f3;
      $done:
        ret;
      }
      """;

  private static final int COUNT = 1000;

  public static void main(String[] arguments) {
    System.load(arguments[0]); // JCuda's library then finds libcuda.so.1 loaded
    JCudaDriver.setExceptionsEnabled(true);
    currentContext();
    launchesOnArrays();
    replaysAGraph();
    runsHostFunctions();
    explainsBadPtx();
    refusesWhatIsNotImplemented();
    faultsOutOfBounds();
    System.out.println("JCuda on the software device: as expected");
  }

  private static void currentContext() {
    JCudaDriver.cuInit(0);
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, 0);
    byte[] name = new byte[100];
    JCudaDriver.cuDeviceGetName(name, name.length, device);
    check(new String(name, StandardCharsets.ISO_8859_1).contains("software device"), "its name");
    CUcontext context = new CUcontext();
    JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
    JCudaDriver.cuCtxSetCurrent(context);
  }

  private static CUfunction scale() {
    CUmodule module = new CUmodule();
    JCudaDriver.cuModuleLoadData(module, SCALE);
    CUfunction function = new CUfunction();
    JCudaDriver.cuModuleGetFunction(function, module, "scale");
    return function;
  }

  private static float[] numbers() {
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = i - 0.25f;
    }
    return values;
  }

  private static CUdeviceptr upload(float[] values) {
    CUdeviceptr device = new CUdeviceptr();
    JCudaDriver.cuMemAlloc(device, (long) values.length * Sizeof.FLOAT);
    JCudaDriver.cuMemcpyHtoD(device, Pointer.to(values), (long) values.length * Sizeof.FLOAT);
    return device;
  }

  private static void launch(CUdeviceptr x, int n, float factor, CUstream stream) {
    Pointer parameters =
        Pointer.to(
            Pointer.to(x), Pointer.to(new int[] {n}), Pointer.to(new float[] {factor}));
    JCudaDriver.cuLaunchKernel(
        scale(), (n + 127) / 128, 1, 1, 128, 1, 1, 0, stream, parameters, null);
  }

  private static void expect(CUdeviceptr device, float factor, String what) {
    float[] values = new float[COUNT];
    JCudaDriver.cuMemcpyDtoH(Pointer.to(values), device, (long) COUNT * Sizeof.FLOAT);
    float[] expected = numbers();
    for (int i = 0; i < COUNT; i++) {
      expected[i] *= factor;
    }
    check(Arrays.equals(expected, values), what);
  }

  private static void launchesOnArrays() {
    CUdeviceptr x = upload(numbers());
    launch(x, COUNT, 3, null);
    expect(x, 3, "a launch on a Java array");
    JCudaDriver.cuMemFree(x);
  }

  private static void replaysAGraph() {
    CUstream stream = new CUstream();
    JCudaDriver.cuStreamCreate(stream, 1);
    CUdeviceptr x = upload(numbers());
    Pointer pinned = new Pointer();
    JCudaDriver.cuMemAllocHost(pinned, (long) COUNT * Sizeof.FLOAT);
    ByteBuffer buffer = pinned.getByteBuffer(0, (long) COUNT * Sizeof.FLOAT);
    buffer.order(ByteOrder.nativeOrder()).asFloatBuffer().put(numbers());
    CUgraph graph = new CUgraph();
    CUgraphExec executable = new CUgraphExec();
    JCudaDriver.cuStreamBeginCapture(stream, 0);
    JCudaDriver.cuMemcpyHtoDAsync(x, pinned, (long) COUNT * Sizeof.FLOAT, stream);
    launch(x, COUNT, 2, stream);
    launch(x, COUNT, 4, stream);
    JCudaDriver.cuStreamEndCapture(stream, graph);
    JCudaDriver.cuGraphInstantiate(executable, graph, 0);
    expect(x, 1, "a capture runs nothing");
    for (int turn = 0; turn < 3; turn++) {
      JCudaDriver.cuGraphLaunch(executable, stream);
      JCudaDriver.cuStreamSynchronize(stream);
      expect(x, 8, "a replay of a graph");
    }
    JCudaDriver.cuGraphExecDestroy(executable);
    JCudaDriver.cuGraphDestroy(graph);
    JCudaDriver.cuMemFreeHost(pinned);
    JCudaDriver.cuMemFree(x);
    JCudaDriver.cuStreamDestroy(stream);
  }

  private static void runsHostFunctions() {
    CUstream stream = new CUstream();
    JCudaDriver.cuStreamCreate(stream, 1);
    int[] calls = {0};
    JCudaDriver.cuLaunchHostFunc(stream, data -> ((int[]) data)[0]++, calls);
    check(calls[0] == 0, "a host function waits");
    JCudaDriver.cuStreamSynchronize(stream);
    check(calls[0] == 1, "a host function runs");
    JCudaDriver.cuStreamDestroy(stream);
  }

  private static void explainsBadPtx() {
    byte[] text = ".version 6.3\nnonsense\n\0".getBytes(StandardCharsets.ISO_8859_1);
    JITOptions options = new JITOptions();
    options.putBytes(5, new byte[1000]); // CU_JIT_ERROR_LOG_BUFFER
    options.putInt(6, 1000); // and its size
    CUmodule module = new CUmodule();
    int code =
        quietly(() -> JCudaDriver.cuModuleLoadDataJIT(module, Pointer.to(text), options));
    check(code == CUresult.CUDA_ERROR_INVALID_PTX, "bad PTX");
    check(options.getString(5).contains("line"), "the log names the line");
  }

  private static void refusesWhatIsNotImplemented() {
    int code = quietly(() -> JCudaDriver.cuTexRefCreate(new CUtexref()));
    check(code == CUresult.CUDA_ERROR_NOT_SUPPORTED, "a stub");
  }

  private static void faultsOutOfBounds() {
    CUdeviceptr x = upload(numbers());
    launch(x, COUNT + 1, 2, null);
    try {
      JCudaDriver.cuCtxSynchronize();
      check(false, "no exception");
    } catch (CudaException expected) {
      check(expected.getMessage().contains("CUDA_ERROR_ILLEGAL_ADDRESS"), expected.getMessage());
    }
    int code = quietly(() -> JCudaDriver.cuMemFree(x));
    check(code == CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, "the error sticks");
  }

  private interface Call {
    int run();
  }

  private static int quietly(Call call) {
    JCudaDriver.setExceptionsEnabled(false);
    try {
      return call.run();
    } finally {
      JCudaDriver.setExceptionsEnabled(true);
    }
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      System.err.println("not as expected: " + what);
      System.exit(1);
    }
  }
}
