package io.talus.backend.cuda;

import io.talus.op.Activation;
import io.talus.op.LinearCrossEntropy;
import io.talus.op.Precision;
import io.talus.op.Reduction;

/**
 * Linear cross-entropy from matrix products and {@code kernels/src/cross_entropy.cu}, without rows
 * x classes in memory.
 *
 * <p>Rows are taken in blocks whose logits fit {@link #BLOCK_FLOATS}, or one by one where one alone
 * is more. For each block: the logits; losses, and gradients in their place; dX of the block, and
 * what it adds to dW and dBias. So nothing is computed twice, 6 rows inputs classes flops in all;
 * the price of bounded memory is that w is read twice, and dW read and written, once a block. With
 * 32000 classes a block has 512 rows, and so at least 128 flops for each byte of w and dW: products
 * stay bound by arithmetic. dBias is a product with a row of ones.
 *
 * <p>Next idea: a kernel for the sums of dBias that shares the read of the gradients with their
 * writing; losses in the products' epilogue.
 */
final class LinearCrossEntropyKernels {
  private static final long BLOCK_FLOATS = 16L << 20;
  private static final long TILE_ROWS = 128;

  private final CrossEntropyKernels losses;

  LinearCrossEntropyKernels(CudaContext context) {
    losses = new CrossEntropyKernels(context);
  }

  private static long rowsOfBlock(long rows, long classes) {
    long most = Math.max(1, BLOCK_FLOATS / classes);
    return Math.min(rows, most < TILE_ROWS ? most : most / TILE_ROWS * TILE_ROWS);
  }

  void linearCrossEntropy(LinearCrossEntropy op) {
    long rows = op.x().rows();
    long classes = op.w().columns();
    try (StreamRun run = StreamRun.begin(op, op.loss())) {
      long most = rowsOfBlock(rows, classes);
      long logits = run.scratch(most * classes * Float.BYTES);
      RowVariant variant = RowVariant.of(classes, logits, logits);
      long blocks = most == 0 ? 0 : Ceil.div(rows, most);
      long partialsOfBlock = variant.blocks(most, classes);
      long partials = run.scratch(blocks * partialsOfBlock * Double.BYTES);
      long ones = op.dBias() == null ? 0 : ones(run, most);
      long counts = losses.countTargets(run, op.reduction(), op.targets());
      run.keepScratch();
      for (long first = 0; first < rows; first += most) {
        long count = Math.min(most, rows - first);
        long block = first / most;
        losses(
            run,
            op,
            first,
            count,
            logits,
            counts,
            partials + block * partialsOfBlock * Double.BYTES);
        gradients(run, op, first, count, logits, ones);
      }
      if (rows == 0) {
        gradients(run, op, 0, 0, logits, ones);
      }
      if (op.reduction() != Reduction.NONE) {
        long parts =
            blocks == 0
                ? 0
                : (blocks - 1) * partialsOfBlock
                    + variant.blocks(rows - (blocks - 1) * most, classes);
        losses.sum(
            run,
            parts,
            partials,
            CrossEntropyKernels.counted(op.reduction(), op.targets()),
            counts,
            StreamRun.at(op.loss()));
      }
    }
  }

  private static long ones(StreamRun run, long size) {
    long ones = run.scratch(size * Float.BYTES);
    ElementwiseKernels.fill(run, ones, size, 1);
    return ones;
  }

  /** Logits of a block of rows, their losses, and in their place their gradients if wanted. */
  private void losses(
      StreamRun run,
      LinearCrossEntropy op,
      long first,
      long count,
      long logits,
      long counts,
      long partials) {
    long inputs = op.x().columns();
    long classes = op.w().columns();
    GemmKernels.multiply(
        run,
        run.product()
            .shape(false, false, count, classes, inputs)
            .precision(op.precision())
            .operands(1, rowsOfX(op, first), inputs, StreamRun.at(op.w()), classes)
            .result(0, logits, classes)
            .epilogue(StreamRun.at(op.bias()), Activation.IDENTITY.code(), 0));
    run.releaseScratch();
    boolean none = op.reduction() == Reduction.NONE;
    boolean gradients = op.dX() != null || op.dW() != null || op.dBias() != null;
    long loss = StreamRun.at(op.loss()) + (none ? first * Float.BYTES : 0);
    losses.launch(
        run,
        run.crossEntropyRows()
            .logits(count, classes, logits, gradients ? logits : 0)
            .targets(op.targets(), first, op.labelSmoothing(), counts)
            .loss(op.reduction(), op.scale(), loss, partials));
  }

  private static long rowsOfX(LinearCrossEntropy op, long first) {
    return StreamRun.at(op.x()) + first * op.x().columns() * Float.BYTES;
  }

  /** dX of a block of rows, and what the block adds to dW and dBias. */
  private static void gradients(
      StreamRun run, LinearCrossEntropy op, long first, long count, long dLogits, long ones) {
    long inputs = op.x().columns();
    long classes = op.w().columns();
    float beta = first == 0 ? 0 : 1;
    if (op.dX() != null) {
      long dX = StreamRun.at(op.dX()) + first * inputs * Float.BYTES;
      GemmKernels.multiply(
          run,
          run.product()
              .shape(false, true, count, inputs, classes)
              .precision(op.precision())
              .operands(1, dLogits, classes, StreamRun.at(op.w()), classes)
              .result(0, dX, inputs)
              .withoutEpilogue());
      run.releaseScratch();
    }
    if (op.dW() != null) {
      GemmKernels.multiply(
          run,
          run.product()
              .shape(true, false, inputs, classes, count)
              .precision(op.precision())
              .operands(1, rowsOfX(op, first), inputs, dLogits, classes)
              .result(beta, StreamRun.at(op.dW()), classes)
              .withoutEpilogue());
      run.releaseScratch();
    }
    if (op.dBias() != null) {
      GemmKernels.multiply(
          run,
          run.product()
              .shape(false, false, 1, classes, count)
              .precision(Precision.FLOAT32)
              .operands(1, ones, count, dLogits, classes)
              .result(beta, StreamRun.at(op.dBias()), classes)
              .withoutEpilogue());
      run.releaseScratch();
    }
  }
}
