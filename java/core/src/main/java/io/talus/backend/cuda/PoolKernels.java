package io.talus.backend.cuda;

import io.talus.op.Pool;
import io.talus.op.PoolFunction;
import io.talus.op.PoolGradient;

/** Launches {@code kernels/src/pool.cu}. */
final class PoolKernels {
  private final CudaContext context;

  PoolKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String max, String average, PoolFunction function) {
    return context.module("pool").kernel(function == PoolFunction.MAX ? max : average);
  }

  void pool(Pool op) {
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      Kernel kernel = kernel("pool_f32_max", "pool_f32_average", op.function());
      WindowAxes.begin(run, kernel, op.window(), op.x(), op.y())
          .i64(op.y().size())
          .array(op.x())
          .array(op.y());
      WindowAxes.launch(run, op.y().size());
    }
  }

  void poolGradient(PoolGradient op) {
    try (StreamRun run = StreamRun.begin(op, op.dX())) {
      Kernel kernel = kernel("pool_gradient_f32_max", "pool_gradient_f32_average", op.function());
      WindowAxes.begin(run, kernel, op.window(), op.dX(), op.dY())
          .i64(op.dX().size())
          .array(op.x())
          .array(op.dY())
          .array(op.dX());
      WindowAxes.launch(run, op.dX().size());
    }
  }
}
