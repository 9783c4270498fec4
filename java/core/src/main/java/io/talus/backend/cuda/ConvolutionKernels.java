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
 *
 * <p>Groups come one after another, each with launches of its own over its channels and columns.
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
    long outputs = op.y().rows();
    long patch = patchFloats(op.window(), op.groups(), op.x());
    long most = outputsOfBlock(outputs, patch);
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long scratch = scratch(run, op.window(), most * patch);
      for (long first = 0; first < outputs; first += most) {
        long count = Math.min(most, outputs - first);
        for (int group = 0; group < op.groups(); group++) {
          long patches =
              gather(run, op.window(), op.groups(), group, op.x(), op.y(), first, count, scratch);
          multiply(run, op, group, first, count, patches);
        }
      }
    }
  }

  /** The outputs of a group: {@code count} patches times its weights. */
  private static void multiply(
      StreamRun run, Convolution op, int group, long first, long count, long patches) {
    long columns = op.w().columns();
    long columnsOfGroup = columns / op.groups();
    long column = group * columnsOfGroup;
    long patch = patchFloats(op.window(), op.groups(), op.x());
    Epilogue epilogue = op.epilogue();
    GemmKernels.multiply(
        run,
        run.product()
            .precision(Precision.FLOAT32)
            .shape(false, false, count, columnsOfGroup, patch)
            .operands(
                1,
                patches,
                strideOfPatches(op.window(), op.x(), patch),
                from(op.w(), column),
                columns)
            .result(0, from(op.y(), first * columns + column), columns)
            .epilogue(
                from(epilogue.bias(), column),
                epilogue.activation().code(),
                from(epilogue.preActivation(), first * columns + column)));
    run.releaseScratch();
  }

  void convolutionInputGradient(ConvolutionInputGradient op) {
    long images = op.dX().shape().length(0);
    long channels = op.dX().columns();
    long patch = patchFloats(op.window(), op.groups(), op.dX());
    long outputsOfImage = op.dY().shape().length(1) * op.dY().shape().length(2);
    long most = imagesOfBlock(images, outputsOfImage * patch);
    long floatsOfImage = images == 0 ? 0 : op.dX().size() / images;
    boolean inPlace = op.window().equals(ONE);
    try (StreamRun run = StreamRun.begin(op, op.dX())) {
      long scratch = scratch(run, op.window(), most * outputsOfImage * patch);
      for (long first = 0; first < images; first += most) {
        long count = Math.min(most, images - first);
        for (int group = 0; group < op.groups(); group++) {
          long dX = from(op.dX(), first * floatsOfImage + group * (channels / op.groups()));
          long output = first * outputsOfImage;
          if (inPlace) {
            multiply(run, op, group, output, count * outputsOfImage, dX, channels);
          } else {
            multiply(run, op, group, output, count * outputsOfImage, scratch, patch);
            WindowAxes.begin(
                    run,
                    kernel("patches_sum_f32"),
                    op.window(),
                    op.dX(),
                    channels / op.groups(),
                    op.dY())
                .i64(count)
                .i64(channels)
                .address(scratch)
                .address(dX);
            WindowAxes.launch(run, count * floatsOfImage / op.groups());
          }
        }
      }
    }
  }

  /**
   * The patches' share in the gradient: {@code count} outputs' rows of dY times the weights of a
   * group.
   *
   * @param to where they go, {@code stride} floats from one to the next
   */
  private static void multiply(
      StreamRun run,
      ConvolutionInputGradient op,
      int group,
      long firstOutput,
      long count,
      long to,
      long stride) {
    long columns = op.w().columns();
    long columnsOfGroup = columns / op.groups();
    long column = group * columnsOfGroup;
    long patch = patchFloats(op.window(), op.groups(), op.dX());
    GemmKernels.multiply(
        run,
        run.product()
            .precision(Precision.FLOAT32)
            .shape(false, true, count, patch, columnsOfGroup)
            .operands(
                1,
                from(op.dY(), firstOutput * columns + column),
                columns,
                from(op.w(), column),
                columns)
            .result(0, to, stride)
            .withoutEpilogue());
    run.releaseScratch();
  }

  void convolutionWeightGradient(ConvolutionWeightGradient op) {
    long outputs = op.dY().rows();
    long patch = patchFloats(op.window(), op.groups(), op.x());
    long most = outputsOfBlock(outputs, patch);
    try (StreamRun run = StreamRun.begin(op, op.dW())) {
      long scratch = scratch(run, op.window(), most * patch);
      long first = 0;
      do {
        long count = Math.min(most, outputs - first);
        for (int group = 0; group < op.groups(); group++) {
          long patches =
              gather(run, op.window(), op.groups(), group, op.x(), op.dY(), first, count, scratch);
          multiply(run, op, group, first, count, patches);
        }
        first += most;
      } while (first < outputs);
    }
  }

  /** The share of {@code count} outputs in the gradient of a group's weights. */
  private static void multiply(
      StreamRun run,
      ConvolutionWeightGradient op,
      int group,
      long first,
      long count,
      long patches) {
    long columns = op.dW().columns();
    long columnsOfGroup = columns / op.groups();
    long column = group * columnsOfGroup;
    long patch = patchFloats(op.window(), op.groups(), op.x());
    GemmKernels.multiply(
        run,
        run.product()
            .precision(Precision.FLOAT32)
            .shape(true, false, patch, columnsOfGroup, count)
            .operands(
                1,
                patches,
                strideOfPatches(op.window(), op.x(), patch),
                from(op.dY(), first * columns + column),
                columns)
            .result(first == 0 ? 0 : 1, from(op.dW(), column), columns)
            .withoutEpilogue());
    run.releaseScratch();
  }

  /** Of a patch that has the channels of a group. */
  private static long patchFloats(Window window, int groups, Tensor x) {
    return window.height() * window.width() * (x.columns() / groups);
  }

  /** Floats from one patch to the next, which {@link #gather} leaves in x itself or has copied. */
  private static long strideOfPatches(Window window, Tensor x, long patch) {
    return window.equals(ONE) ? x.columns() : patch;
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

  /** The patches of outputs {@code first} on, of a group, in x itself or in {@code scratch}. */
  private long gather(
      StreamRun run,
      Window window,
      int groups,
      int group,
      Tensor x,
      Tensor y,
      long first,
      long count,
      long scratch) {
    long channels = x.columns() / groups;
    long channel = group * channels;
    if (window.equals(ONE)) {
      return from(x, first * x.columns() + channel);
    }
    long patch = patchFloats(window, groups, x);
    boolean narrow = count * patch < NARROW && y.rows() < NARROW;
    WindowAxes.begin(run, kernel("patches_f32"), window, x, channels, y)
        .i64(first)
        .i64(count)
        .i32(narrow ? 1 : 0)
        .i64(x.columns())
        .address(from(x, channel))
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
