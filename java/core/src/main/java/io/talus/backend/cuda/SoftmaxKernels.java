package io.talus.backend.cuda;

import io.talus.op.LogSoftmax;
import io.talus.op.Op;
import io.talus.op.Softmax;
import io.talus.tensor.Tensor;

/** Launches {@code kernels/src/softmax.cu}. */
final class SoftmaxKernels {
  private final RowKernels softmax;
  private final RowKernels logSoftmax;

  SoftmaxKernels(CudaContext context) {
    softmax = new RowKernels(context, "softmax", "softmax_f32_");
    logSoftmax = new RowKernels(context, "softmax", "log_softmax_f32_");
  }

  void softmax(Softmax op) {
    run(softmax, op, op.x(), op.y());
  }

  void logSoftmax(LogSoftmax op) {
    run(logSoftmax, op, op.x(), op.y());
  }

  private static void run(RowKernels kernels, Op op, Tensor x, Tensor y) {
    long rows = x.rows();
    long columns = x.columns();
    long from = StreamRun.at(x);
    long to = StreamRun.at(y);
    RowVariant variant = RowVariant.of(columns, from, to);
    try (StreamRun run = StreamRun.begin(op, y)) {
      run.kernel(kernels.get(variant)).i64(rows).i64(columns).address(from).address(to);
      variant.launch(run, rows, columns);
    }
  }
}
