package io.talus.backend.cuda;

import io.talus.op.Recording;
import io.talus.tensor.DeviceException;
import java.util.List;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * Operations captured as a CUDA graph: all of them are launched by one call.
 *
 * <p>While a thread records, all its operations on that GPU go to the recording stream, whatever
 * streams their operands belong to. Those take no part in the capture, so that other threads may go
 * on with them; a run of the recording waits for them, and they for it. The capture is a relaxed
 * one: scratch memory may be taken meanwhile.
 */
final class CudaRecording implements Recording {
  /** Of the thread: the stream that it records on; null while it does not. */
  private static final ThreadLocal<CudaStream> CURRENT = new ThreadLocal<>();

  private final CudaStream stream;
  private final CUgraphExec graph;
  private final List<CudaStream> others;
  private boolean open = true;

  private CudaRecording(CudaStream stream, CUgraphExec graph, List<CudaStream> others) {
    this.stream = stream;
    this.graph = graph;
    this.others = others;
  }

  /** Where this thread hands over what is written to memory of {@code owner}. */
  static CudaStream streamFor(CudaStream owner) {
    CudaStream recording = CURRENT.get();
    return recording != null && recording.context() == owner.context() ? recording : owner;
  }

  static CudaRecording of(CudaStream stream, Runnable work) {
    if (CURRENT.get() != null) {
      throw new IllegalStateException("a recording cannot be made within another");
    }
    CudaContext context = stream.context();
    stream.lock();
    try {
      context.check(
          JCudaDriver.cuStreamBeginCapture(
              stream.handle(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED),
          "cuStreamBeginCapture",
          "recording");
      List<CudaStream> others = stream.startRecording();
      CURRENT.set(stream);
      try {
        work.run();
      } catch (RuntimeException | Error failed) {
        abandon(stream, failed);
        throw failed;
      } finally {
        CURRENT.remove();
      }
      CUgraph captured = endCapture(stream);
      CUgraphExec graph = new CUgraphExec();
      int status = JCudaDriver.cuGraphInstantiate(graph, captured, 0);
      JCudaDriver.cuGraphDestroy(captured);
      context.check(status, "cuGraphInstantiate", "recording");
      return new CudaRecording(stream, graph, others);
    } finally {
      stream.unlock();
    }
  }

  private static void abandon(CudaStream stream, Throwable failed) {
    try {
      JCudaDriver.cuGraphDestroy(endCapture(stream));
    } catch (DeviceException alsoFailed) {
      failed.addSuppressed(alsoFailed);
    }
  }

  private static CUgraph endCapture(CudaStream stream) {
    stream.endRecording();
    CUgraph captured = new CUgraph();
    int status = JCudaDriver.cuStreamEndCapture(stream.handle(), captured);
    if (status != 0) {
      // A stream left capturing could do nothing else.
      CUgraph rest = new CUgraph();
      if (JCudaDriver.cuStreamEndCapture(stream.handle(), rest) == 0) {
        JCudaDriver.cuGraphDestroy(rest);
      }
    }
    stream.context().check(status, "cuStreamEndCapture", "recording");
    return captured;
  }

  @Override
  public void run() {
    stream.lock();
    try {
      for (int i = 0; i < others.size(); i++) {
        stream.waitFor(others.get(i));
      }
      int status = JCudaDriver.cuGraphLaunch(graph, stream.handle());
      stream.context().check(status, "cuGraphLaunch", "a recording");
      for (int i = 0; i < others.size(); i++) {
        others.get(i).waitFor(stream);
      }
    } finally {
      stream.unlock();
    }
  }

  @Override
  public void close() {
    if (!open || stream.context().isLost()) {
      return;
    }
    open = false;
    stream.lockToFree();
    try {
      stream.synchronize("closing a recording");
    } finally {
      int status = JCudaDriver.cuGraphExecDestroy(graph);
      stream.unlock();
      stream.context().check(status, "cuGraphExecDestroy", "a recording");
    }
  }
}
