package io.talus.backend.cuda;

import io.talus.op.Window;
import io.talus.tensor.Tensor;

/** How kernels over {@code kernels/src/common/windows.cuh} are launched. */
final class WindowAxes {
  private WindowAxes() {}

  /** Begins a launch with the parameters that they all begin with. */
  static StreamRun begin(StreamRun run, Kernel kernel, Window window, Tensor x, Tensor y) {
    return begin(run, kernel, window, x, x.columns(), y);
  }

  /** The same where a kernel takes some of x's channels alone. */
  static StreamRun begin(
      StreamRun run, Kernel kernel, Window window, Tensor x, long channels, Tensor y) {
    return run.kernel(kernel)
        .i64(x.shape().length(1))
        .i64(x.shape().length(2))
        .i64(channels)
        .i64(window.height())
        .i64(window.width())
        .i64(window.strideHeight())
        .i64(window.strideWidth())
        .i64(window.paddingHeight())
        .i64(window.paddingWidth())
        .i64(y.shape().length(1))
        .i64(y.shape().length(2));
  }

  /** Launches it over so many elements. */
  static void launch(StreamRun run, long elements) {
    run.launch(run.context().blocks(elements, ElementLoop.THREADS), ElementLoop.THREADS);
  }
}
