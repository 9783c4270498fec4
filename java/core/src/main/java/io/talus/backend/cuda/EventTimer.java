package io.talus.backend.cuda;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** The time between two places in a stream, as the device saw it. */
final class EventTimer implements AutoCloseable {
  private static final double NANOS_PER_MILLI = 1e6;

  private final CudaStream stream;
  private final CUevent start = new CUevent();
  private final CUevent end = new CUevent();

  /** The stream must be locked, and stay so until {@link #close}. */
  EventTimer(CudaStream stream) {
    this.stream = stream;
    create(start);
    try {
      create(end);
    } catch (RuntimeException failed) {
      JCudaDriver.cuEventDestroy(start);
      throw failed;
    }
  }

  private void create(CUevent event) {
    check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
  }

  /** What {@code work} hands to the stream; returns when it is done. */
  long nanos(Runnable work) {
    check(JCudaDriver.cuEventRecord(start, stream.handle()), "cuEventRecord");
    work.run();
    check(JCudaDriver.cuEventRecord(end, stream.handle()), "cuEventRecord");
    check(JCudaDriver.cuEventSynchronize(end), "cuEventSynchronize");
    float[] millis = new float[1];
    check(JCudaDriver.cuEventElapsedTime(millis, start, end), "cuEventElapsedTime");
    return Math.round(millis[0] * NANOS_PER_MILLI);
  }

  private void check(int status, String call) {
    stream.context().check(status, call, "measuring time");
  }

  @Override
  public void close() {
    JCudaDriver.cuEventDestroy(start);
    JCudaDriver.cuEventDestroy(end);
  }
}
