package io.talus.backend.cuda;

import io.talus.op.Reduction;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;

/** Launches {@code kernels/src/cross_entropy.cu}. */
final class CrossEntropyKernels {
  private static final int THREADS = 1024;
  private static final int MOST_COUNTS = 128;
  private static final int ROWS_OF_A_COUNT = 8 * THREADS;
  private static final int COUNTED_ELSEWHERE = -1;

  private final CudaContext context;
  private final RowKernels rows;

  CrossEntropyKernels(CudaContext context) {
    this.context = context;
    rows = new RowKernels(context, "cross_entropy", "softmax_cross_entropy_f32_");
  }

  void softmaxCrossEntropy(SoftmaxCrossEntropy op) {
    long rows = op.logits().rows();
    long classes = op.logits().columns();
    long logits = StreamRun.at(op.logits());
    long dLogits = StreamRun.at(op.dLogits());
    long loss = StreamRun.at(op.loss());
    RowVariant variant = RowVariant.of(classes, logits, dLogits);
    boolean none = op.reduction() == Reduction.NONE;
    try (StreamRun run = StreamRun.begin(op, op.loss())) {
      long blocks = variant.blocks(rows, classes);
      boolean alone = variant == RowVariant.NARROW && blocks == 1 && !none;
      long counts = alone ? 0 : countTargets(run, op.reduction(), op.targets());
      long partials = alone || none ? 0 : run.scratch(blocks * Double.BYTES);
      launch(
          run,
          run.crossEntropyRows()
              .logits(rows, classes, logits, dLogits)
              .targets(op.targets(), 0, op.labelSmoothing(), counts)
              .loss(op.reduction(), op.scale(), loss, partials));
      if (partials != 0) {
        sum(run, blocks, partials, counted(op.reduction(), op.targets()), counts, loss);
      }
    }
  }

  /** Rows that count, or -1 where only the device can tell. */
  static long counted(Reduction reduction, IntTensor targets) {
    if (reduction != Reduction.MEAN) {
      return 1;
    }
    return targets.exempt() == 0 ? targets.size() : COUNTED_ELSEWHERE;
  }

  /** A label that never occurs stands for none to ignore. */
  private static int ignored(IntTensor targets) {
    return targets.exempt() == 0 ? Integer.MIN_VALUE : targets.exempt();
  }

  /** Where the number of rows that count will be; 0 where it is known or not needed. */
  long countTargets(StreamRun run, Reduction reduction, IntTensor targets) {
    if (counted(reduction, targets) != COUNTED_ELSEWHERE) {
      return 0;
    }
    long parts = Math.max(1, Math.min(MOST_COUNTS, Ceil.div(targets.size(), ROWS_OF_A_COUNT)));
    long counts = run.scratch((parts + 1) * Long.BYTES);
    run.kernel(kernel("count_targets_i32"))
        .i64(targets.size())
        .array(targets)
        .i32(ignored(targets))
        .address(counts)
        .launch(parts, THREADS);
    if (parts == 1) {
      return counts;
    }
    long total = counts + parts * Long.BYTES;
    run.kernel(kernel("add_counts_i64"))
        .i64(parts)
        .address(counts)
        .address(total)
        .launch(1, THREADS);
    return total;
  }

  private Kernel kernel(String name) {
    return context.module("cross_entropy").kernel(name);
  }

  /** Losses and gradients of rows at addresses, as part of another operation. */
  void launch(StreamRun run, CrossEntropyRows r) {
    RowVariant variant = r.variant();
    run.kernel(rows.get(variant))
        .i64(r.rows)
        .i64(r.classes)
        .address(r.logits)
        .address(StreamRun.at(r.targets) + r.first * Integer.BYTES)
        .i32(ignored(r.targets))
        .f32(r.smoothing)
        .f32(r.scale)
        .i64(counted(r.reduction, r.targets))
        .address(r.counts)
        .i32(r.reduction == Reduction.NONE ? 1 : 0)
        .address(r.loss)
        .address(r.partials)
        .address(r.dLogits);
    variant.launch(run, r.rows, r.classes);
  }

  /** The loss of all rows, from the partial sums of blocks. */
  void sum(StreamRun run, long size, long partials, long counted, long counts, long loss) {
    run.kernel(kernel("cross_entropy_sum_f32"))
        .i64(size)
        .address(partials)
        .i64(counted)
        .address(counts)
        .address(loss)
        .launch(1, THREADS);
  }
}
