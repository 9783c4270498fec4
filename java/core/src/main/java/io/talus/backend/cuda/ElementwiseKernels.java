package io.talus.backend.cuda;

import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.Broadcast;
import io.talus.op.Copy;
import io.talus.op.Fill;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import java.util.Arrays;
import java.util.Locale;

/** Launches {@code kernels/src/elementwise.cu}. */
final class ElementwiseKernels {
  private static final String FAMILY = "elementwise";
  private static final String[] UNARY =
      Arrays.stream(UnaryFunction.values())
          .map(function -> "unary_f32_" + function.name().toLowerCase(Locale.ROOT))
          .toArray(String[]::new);

  private final CudaContext context;

  ElementwiseKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module(FAMILY).kernel(name);
  }

  void fill(Fill op) {
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      fill(run, StreamRun.at(op.y()), op.y().size(), op.value());
    }
  }

  /** {@code size} elements from an address on, as part of another operation. */
  static void fill(StreamRun run, long y, long size, float value) {
    long quads = ElementLoop.quads(size, y);
    run.kernel(run.context().module(FAMILY).kernel("fill_f32"))
        .i64(size)
        .i64(quads)
        .f32(value)
        .address(y);
    ElementLoop.launch(run, size, quads);
  }

  void copy(Copy op) {
    long size = op.y().size();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads = ElementLoop.quads(size, StreamRun.at(op.x()) | StreamRun.at(op.y()));
      run.kernel(kernel("copy_f32")).i64(size).i64(quads).array(op.x()).array(op.y());
      ElementLoop.launch(run, size, quads);
    }
  }

  void unary(Unary op) {
    long size = op.y().size();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads = ElementLoop.quads(size, StreamRun.at(op.x()) | StreamRun.at(op.y()));
      Kernel kernel = kernel(UNARY[op.function().ordinal()]);
      run.kernel(kernel).i64(size).i64(quads).array(op.x()).array(op.y());
      ElementLoop.launch(run, size, quads);
    }
  }

  void binary(Binary op) {
    long size = op.y().size();
    long columns = op.a().columns();
    long addresses = StreamRun.at(op.a()) | StreamRun.at(op.y());
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      run.kernel(kernel(binaryKernel(op.broadcast())));
      long quads =
          switch (op.broadcast()) {
            case SAME_SHAPE -> ElementLoop.quads(size, addresses | StreamRun.at(op.b()));
            case SCALAR -> ElementLoop.quads(size, addresses);
            case ROW -> ElementLoop.quads(size, columns, addresses | StreamRun.at(op.b()));
            case COLUMN -> ElementLoop.quads(size, columns, addresses);
          };
      run.i64(size).i64(quads);
      if (op.broadcast() == Broadcast.ROW || op.broadcast() == Broadcast.COLUMN) {
        run.i64(columns);
      }
      run.i32(op.function().code()).array(op.a()).array(op.b()).array(op.y());
      ElementLoop.launch(run, size, quads);
    }
  }

  private static String binaryKernel(Broadcast broadcast) {
    return switch (broadcast) {
      case SAME_SHAPE -> "binary_f32_same_shape";
      case ROW -> "binary_f32_row";
      case COLUMN -> "binary_f32_column";
      case SCALAR -> "binary_f32_scalar";
    };
  }

  void axpby(Axpby op) {
    long size = op.y().size();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads = ElementLoop.quads(size, StreamRun.at(op.x()) | StreamRun.at(op.y()));
      run.kernel(kernel("axpby_f32"))
          .i64(size)
          .i64(quads)
          .f32(op.alpha())
          .array(op.x())
          .f32(op.beta())
          .array(op.y());
      ElementLoop.launch(run, size, quads);
    }
  }
}
