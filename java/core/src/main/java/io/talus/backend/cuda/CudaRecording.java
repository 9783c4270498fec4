package io.talus.backend.cuda;

import io.talus.op.Recording;
import io.talus.tensor.DeviceException;
import java.util.ArrayList;
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
 * on with them; a run of the recording waits for them, and they for it. Other threads' operations
 * with operands of the recording stream are refused meanwhile. The capture is a relaxed one:
 * scratch memory may be taken meanwhile.
 */
final class CudaRecording implements Recording {
  /** Of the thread: the stream that it records on; null while it does not. */
  private static final ThreadLocal<CudaStream> CURRENT = new ThreadLocal<>();

  private final CudaStream stream;
  private final CUgraphExec graph;
  private final List<CudaStream> others;
  private final List<CudaStream> joined = new ArrayList<>();
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

  /**
   * @param what is asked for that a recording cannot hold
   * @throws IllegalStateException when this thread is recording
   */
  static void refuse(String what) {
    if (CURRENT.get() != null) {
      throw new IllegalStateException(
          what + " within a recording, which holds operations only; do it before or after");
    }
  }

  static CudaRecording of(CudaStream stream, Runnable work) {
    refuse("making another");
    stream.lock();
    try {
      List<CudaStream> others = stream.startRecording();
      CUgraph captured;
      try {
        captured = capture(stream, work);
      } finally {
        stream.endRecording();
      }
      CUgraphExec graph = new CUgraphExec();
      int status = JCudaDriver.cuGraphInstantiate(graph, captured, 0);
      JCudaDriver.cuGraphDestroy(captured);
      stream.context().check(status, "cuGraphInstantiate", "recording");
      return new CudaRecording(stream, graph, others);
    } finally {
      stream.unlock();
    }
  }

  private static CUgraph capture(CudaStream stream, Runnable work) {
    int status =
        JCudaDriver.cuStreamBeginCapture(
            stream.handle(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED);
    stream.context().check(status, "cuStreamBeginCapture", "recording");
    CURRENT.set(stream);
    try {
      work.run();
    } catch (RuntimeException | Error failed) {
      abandon(stream, failed);
      throw failed;
    } finally {
      CURRENT.remove();
    }
    return endCapture(stream);
  }

  private static void abandon(CudaStream stream, Throwable failed) {
    try {
      JCudaDriver.cuGraphDestroy(endCapture(stream));
    } catch (DeviceException alsoFailed) {
      failed.addSuppressed(alsoFailed);
    }
  }

  private static CUgraph endCapture(CudaStream stream) {
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
      launch();
    } finally {
      stream.leaveUnused(joined);
      stream.unlock();
    }
  }

  private void launch() {
    for (int i = 0; i < others.size(); i++) {
      stream.join(others.get(i), joined);
    }
    int status = JCudaDriver.cuGraphLaunch(graph, stream.handle());
    stream.context().check(status, "cuGraphLaunch", "a recording");
    stream.leave(joined);
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
