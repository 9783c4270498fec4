package io.talus.bench.peer;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;

/** What all uses of oneDNN share: the CPU engine and its stream. */
final class OneDnn {
  static final engine ENGINE = new engine(engine.kind.cpu, 0);
  static final stream STREAM = new stream(ENGINE);

  private OneDnn() {}

  /** A plain row-major or column-major matrix of float32, by its strides. */
  static memory.desc matrix(long rows, long columns, long rowStride, long columnStride) {
    return new memory.desc(
        new long[] {rows, columns},
        memory.data_type.f32,
        new long[] {rowStride, columnStride},
        false);
  }

  static memory memory(memory.desc description, Pointer data) {
    return new memory(description, ENGINE, data);
  }

  static void require(int status, String call) {
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException(call + " returned status " + status);
    }
  }
}
