package io.talus.backend.cuda;

import io.talus.op.Activation;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Transpose;

/**
 * Launches {@code kernels/src/gemm.cu}, {@code gemm_skinny.cu} and {@code gemm_tensor.cu}. The
 * shape of the tiles and the parts in which k is summed follow from the sizes by a fixed rule
 * ({@link GemmShape}), so that a product has the same bits every time; {@link Cublas} may make
 * float32 ones instead, where that is asked for.
 */
final class GemmKernels {
  private static final int COMBINE_THREADS = 256;

  void gemm(Gemm op) {
    Epilogue epilogue = op.epilogue();
    try (StreamRun run = StreamRun.begin(op, op.c())) {
      GemmProduct product =
          run.product()
              .shape(
                  op.transposeA() == Transpose.YES,
                  op.transposeB() == Transpose.YES,
                  op.m(),
                  op.n(),
                  op.k())
              .precision(op.precision())
              .operands(
                  op.alpha(),
                  StreamRun.at(op.a()),
                  op.a().columns(),
                  StreamRun.at(op.b()),
                  op.b().columns())
              .result(op.beta(), StreamRun.at(op.c()), op.n())
              .epilogue(
                  StreamRun.at(epilogue.bias()),
                  epilogue.activation().code(),
                  StreamRun.at(epilogue.preActivation()));
      multiply(run, product);
    }
  }

  /**
   * The product, as part of another operation; beta = 0 does not read C, alpha = 0 or k = 0 neither
   * A nor B.
   */
  static void multiply(StreamRun run, GemmProduct p) {
    if (p.m == 0 || p.n == 0) {
      return;
    }
    if (p.isWithoutProducts()) {
      combine(run, p, 0, 0);
      return;
    }
    if (!run.context().cublas().multiply(run, p)) {
      multiplyByKernels(run, p);
    }
  }

  /** The product, which has something to sum, without cuBLAS. */
  static void multiplyByKernels(StreamRun run, GemmProduct p) {
    int multiprocessors = run.context().multiprocessors();
    GemmShape shape = GemmShape.of(p.m, p.n, multiprocessors, run.context().precision(p.precision));
    long split = shape.split(p.m, p.n, p.k, multiprocessors);
    long splits = (p.k + split - 1) / split;
    Kernel kernel = shape.kernel(run.context(), p.layout());
    long tiles = shape.tiles(p.m, p.n);
    if (splits == 1) {
      begin(run, kernel, p, split);
      result(run, p, p.alpha).launch(tiles, shape.threads());
      return;
    }
    long sums = run.scratch(splits * p.m * p.n * Float.BYTES);
    begin(run, kernel, p, split)
        .f32(1)
        .f32(0)
        .address(sums)
        .i64(p.n)
        .address(0)
        .i32(Activation.IDENTITY.code())
        .address(0)
        .i32(p.vectorsIntoScratch())
        .launch(tiles, splits, 1, shape.threads(), 0);
    combine(run, p, splits, sums);
  }

  private static StreamRun begin(StreamRun run, Kernel kernel, GemmProduct p, long split) {
    return run.kernel(kernel)
        .i64(p.m)
        .i64(p.n)
        .i64(p.k)
        .address(p.a)
        .i64(p.strideA)
        .address(p.b)
        .i64(p.strideB)
        .i64(split)
        .i64(p.m * p.n);
  }

  /** The parameters with which every kernel that finishes a result ends. */
  private static StreamRun result(StreamRun run, GemmProduct p, float alpha) {
    return run.f32(alpha)
        .f32(p.beta)
        .address(p.c)
        .i64(p.strideC)
        .address(p.bias)
        .i32(p.activation)
        .address(p.preActivation)
        .i32(p.vectors());
  }

  /** Adds bare sums up, {@code splits} times m x n of them, and finishes the result. */
  static void combine(StreamRun run, GemmProduct p, long splits, long sums) {
    run.kernel(run.context().module("gemm_skinny").kernel("gemm_combine_f32"))
        .i64(p.m)
        .i64(p.n)
        .i64(splits)
        .i64(p.m * p.n)
        .address(sums);
    result(run, p, splits == 0 ? 0 : p.alpha)
        .launch(run.context().blocks(p.m * ((p.n + 3) / 4), COMBINE_THREADS), COMBINE_THREADS);
  }
}
