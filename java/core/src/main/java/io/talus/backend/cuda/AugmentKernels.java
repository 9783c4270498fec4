package io.talus.backend.cuda;

import io.talus.op.AugmentImages;
import io.talus.op.ImageChanges;
import io.talus.tensor.Shape;

/** Launches {@code kernels/src/augment.cu}. */
final class AugmentKernels {
  private static final int THREADS = 256;

  private final CudaContext context;

  AugmentKernels(CudaContext context) {
    this.context = context;
  }

  /** A block for each image. */
  void augmentImages(AugmentImages op) {
    ImageChanges changes = op.changes();
    Shape images = op.x().shape();
    String name = changes.isBetweenPixels() ? "augment_f32_bilinear" : "augment_f32_copied";
    long blocks = op.y().size() == 0 ? 0 : images.length(0);
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      run.kernel(context.module("augment").kernel(name))
          .i64(images.length(0))
          .i32((int) images.length(1))
          .i32((int) images.length(2))
          .i32((int) images.length(3))
          .i64(op.seed())
          .i32(op.stream())
          .array(op.step())
          .i32(changes.mirror() ? 1 : 0)
          .i32(changes.shift())
          .i32(changes.turns())
          .f32(changes.scale())
          .f32(changes.shear())
          .i32(changes.cutout())
          .f32(changes.fill())
          .array(op.x())
          .array(op.y())
          .launch(context.blocks(blocks * THREADS, THREADS), THREADS);
    }
  }
}
