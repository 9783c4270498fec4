package io.talus.backend.cuda;

import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Epilogue;
import io.talus.op.Precision;
import io.talus.op.Window;
import io.talus.tensor.Tensor;

/**
 * Convolution and its gradients from matrix products and {@code kernels/src/conv.cu}.
 *
 * <p>Outputs are taken in blocks whose patches fit {@link #BLOCK_FLOATS}, or one by one where one
 * alone is more; for the gradient of the images in whole images. A window of one element that moves
 * by one, without padding, needs no patches: the images are the matrix.
 *
 * <p>The gradient of the images is a product of dY with the weights, which gives patches, whose
 * elements are then added where they came from: each element of dX adds its own, in order.
 */
final class ConvolutionKernels {
  private static final Window ONE = Window.of(1, 1);
  private static final long BLOCK_FLOATS = 16L << 20;
  private static final long TILE_ROWS = 128;
  private static final long NARROW = 1L << 32;

  private final CudaContext context;

  ConvolutionKernels(CudaContext context) {
    this.context = context;
  }

  void convolution(Convolution op) {
    long columns = op.w().columns();
    long outputs = op.y().rows();
    long patch = patchFloats(op.window(), op.x());
    long most = outputsOfBlock(outputs, patch);
    Epilogue epilogue = op.epilogue();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long scratch = scratch(run, op.window(), most * patch);
      for (long first = 0; first < outputs; first += most) {
        long count = Math.min(most, outputs - first);
        long patches = gather(run, op.window(), op.x(), op.y(), first, count, scratch);
        GemmKernels.multiply(
            run,
            run.product()
                .precision(Precision.FLOAT32)
                .shape(false, false, count, columns, patch)
                .operands(1, patches, patch, StreamRun.at(op.w()), columns)
                .result(0, from(op.y(), first * columns), columns)
                .epilogue(
                    StreamRun.at(epilogue.bias()),
                    epilogue.activation().code(),
                    from(epilogue.preActivation(), first * columns)));
        run.releaseScratch();
      }
    }
  }

  void convolutionInputGradient(ConvolutionInputGradient op) {
    long columns = op.w().columns();
    long images = op.dX().shape().length(0);
    long patch = patchFloats(op.window(), op.dX());
    long outputsOfImage = op.dY().shape().length(1) * op.dY().shape().length(2);
    long most = imagesOfBlock(images, outputsOfImage * patch);
    long floatsOfImage = images == 0 ? 0 : op.dX().size() / images;
    boolean inPlace = op.window().equals(ONE);
    try (StreamRun run = StreamRun.begin(op, op.dX())) {
      long scratch = scratch(run, op.window(), most * outputsOfImage * patch);
      for (long first = 0; first < images; first += most) {
        long count = Math.min(most, images - first);
        long dX = from(op.dX(), first * floatsOfImage);
        GemmKernels.multiply(
            run,
            run.product()
                .precision(Precision.FLOAT32)
                .shape(false, true, count * outputsOfImage, patch, columns)
                .operands(
                    1,
                    from(op.dY(), first * outputsOfImage * columns),
                    columns,
                    StreamRun.at(op.w()),
                    columns)
                .result(0, inPlace ? dX : scratch, patch)
                .withoutEpilogue());
        run.releaseScratch();
        if (!inPlace) {
          WindowAxes.begin(run, kernel("patches_sum_f32"), op.window(), op.dX(), op.dY())
              .i64(count)
              .address(scratch)
              .address(dX);
          WindowAxes.launch(run, count * floatsOfImage);
        }
      }
    }
  }

  void convolutionWeightGradient(ConvolutionWeightGradient op) {
    long columns = op.dW().columns();
    long outputs = op.dY().rows();
    long patch = patchFloats(op.window(), op.x());
    long most = outputsOfBlock(outputs, patch);
    try (StreamRun run = StreamRun.begin(op, op.dW())) {
      long scratch = scratch(run, op.window(), most * patch);
      long first = 0;
      do {
        long count = Math.min(most, outputs - first);
        long patches = gather(run, op.window(), op.x(), op.dY(), first, count, scratch);
        GemmKernels.multiply(
            run,
            run.product()
                .precision(Precision.FLOAT32)
                .shape(true, false, patch, columns, count)
                .operands(1, patches, patch, from(op.dY(), first * columns), columns)
                .result(first == 0 ? 0 : 1, StreamRun.at(op.dW()), columns)
                .withoutEpilogue());
        run.releaseScratch();
        first += most;
      } while (first < outputs);
    }
  }

  private static long patchFloats(Window window, Tensor x) {
    return window.height() * window.width() * x.columns();
  }

  private static long outputsOfBlock(long outputs, long patch) {
    long most = Math.max(1, BLOCK_FLOATS / Math.max(1, patch));
    return Math.min(outputs, most < TILE_ROWS ? most : most / TILE_ROWS * TILE_ROWS);
  }

  private static long imagesOfBlock(long images, long patchesOfImage) {
    return Math.min(images, Math.max(1, BLOCK_FLOATS / Math.max(1, patchesOfImage)));
  }

  /** Memory for the patches of a block, kept until the operation ends; none where x is they. */
  private static long scratch(StreamRun run, Window window, long floats) {
    long address = window.equals(ONE) ? 0 : run.scratch(floats * Float.BYTES);
    run.keepScratch();
    return address;
  }

  /** The patches of outputs {@code first} on, in x itself or in {@code scratch}. */
  private long gather(
      StreamRun run, Window window, Tensor x, Tensor y, long first, long count, long scratch) {
    long patch = patchFloats(window, x);
    if (window.equals(ONE)) {
      return from(x, first * patch);
    }
    boolean narrow = count * patch < NARROW && y.rows() < NARROW;
    WindowAxes.begin(run, kernel("patches_f32"), window, x, y)
        .i64(first)
        .i64(count)
        .i32(narrow ? 1 : 0)
        .array(x)
        .address(scratch);
    WindowAxes.launch(run, count * patch);
    return scratch;
  }

  private Kernel kernel(String name) {
    return context.module("conv").kernel(name);
  }

  private static long from(Tensor tensor, long floats) {
    return tensor == null ? 0 : StreamRun.at(tensor) + floats * Float.BYTES;
  }
}
