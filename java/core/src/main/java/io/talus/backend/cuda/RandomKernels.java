package io.talus.backend.cuda;

import io.talus.op.Dropout;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.tensor.IntTensor;

/** Launches {@code kernels/src/random.cu}. */
final class RandomKernels {
  private static final int BLOCK = 4;

  private final CudaContext context;

  RandomKernels(CudaContext context) {
    this.context = context;
  }

  private StreamRun kernel(
      StreamRun run, String name, long size, long quads, long seed, int stream, IntTensor step) {
    return run.kernel(context.module("random").kernel(name))
        .i64(size)
        .i64(quads)
        .i64(seed)
        .i32(stream)
        .array(step);
  }

  private void launch(StreamRun run, long size) {
    run.launch(context.blocks(Ceil.div(size, BLOCK), ElementLoop.THREADS), ElementLoop.THREADS);
  }

  void randomUniform(RandomUniform op) {
    long size = op.y().size();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads = ElementLoop.quads(size, StreamRun.at(op.y()));
      kernel(run, "random_uniform_f32", size, quads, op.seed(), op.stream(), op.step())
          .f32(op.low())
          .f32(op.high() - op.low())
          .f32(Math.nextDown(op.high()))
          .array(op.y());
      launch(run, size);
    }
  }

  void randomNormal(RandomNormal op) {
    long size = op.y().size();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads = ElementLoop.quads(size, StreamRun.at(op.y()));
      kernel(run, "random_normal_f32", size, quads, op.seed(), op.stream(), op.step())
          .f32(op.mean())
          .f32(op.deviation())
          .array(op.y());
      launch(run, size);
    }
  }

  void dropout(Dropout op) {
    long size = op.y().size();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads = ElementLoop.quads(size, StreamRun.at(op.x()) | StreamRun.at(op.y()));
      kernel(run, "dropout_f32", size, quads, op.seed(), op.stream(), op.step())
          .f32(op.rate())
          .f32(1.0f / (1.0f - op.rate()))
          .array(op.x())
          .array(op.y());
      launch(run, size);
    }
  }
}
