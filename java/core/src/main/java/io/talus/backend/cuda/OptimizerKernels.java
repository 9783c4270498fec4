package io.talus.backend.cuda;

import io.talus.op.Adam;
import io.talus.op.Sgd;

/** Launches {@code kernels/src/optimizer.cu}. */
final class OptimizerKernels {
  private final CudaContext context;

  OptimizerKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module("optimizer").kernel(name);
  }

  void sgd(Sgd op) {
    long size = op.weights().size();
    try (StreamRun run = StreamRun.begin(op, op.weights())) {
      long quads =
          ElementLoop.quads(
              size,
              StreamRun.at(op.weights())
                  | StreamRun.at(op.gradient())
                  | StreamRun.at(op.velocity()));
      boolean plain = op.velocity() == null;
      String kernel =
          plain ? "sgd_f32_plain" : op.nesterov() ? "sgd_f32_nesterov" : "sgd_f32_momentum";
      run.kernel(kernel(kernel))
          .i64(size)
          .i64(quads)
          .array(op.weights())
          .array(op.gradient())
          .array(op.learningRate())
          .f32(op.l2());
      if (!plain) {
        run.array(op.velocity()).f32(op.momentum());
      }
      ElementLoop.launch(run, size, quads);
    }
  }

  void adam(Adam op) {
    long size = op.weights().size();
    try (StreamRun run = StreamRun.begin(op, op.weights())) {
      long quads =
          ElementLoop.quads(
              size,
              StreamRun.at(op.weights())
                  | StreamRun.at(op.gradient())
                  | StreamRun.at(op.m())
                  | StreamRun.at(op.v()));
      run.kernel(kernel("adam_f32"))
          .i64(size)
          .i64(quads)
          .array(op.weights())
          .array(op.gradient())
          .array(op.m())
          .array(op.v())
          .array(op.learningRate())
          .array(op.step())
          .f32(op.beta1())
          .f32((float) Math.log(op.beta1()))
          .f32(op.beta2())
          .f32((float) Math.log(op.beta2()))
          .f32(op.epsilon())
          .f32(op.l2())
          .f32(op.decay());
      ElementLoop.launch(run, size, quads);
    }
  }
}
