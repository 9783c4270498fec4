package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.AugmentImages;
import io.talus.op.ImageChanges;
import io.talus.tensor.Shape;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/augment.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuAugmentation {
  private CpuAugmentation() {}

  private static native int talus_augment_images_f32(
      long count,
      long height,
      long width,
      long channels,
      @Cast("uint64_t") long seed,
      @Cast("uint32_t") int stream,
      @Cast("const int32_t*") long step,
      int mirror,
      int shift,
      int turns,
      float scale,
      float shear,
      int cutout,
      float fill,
      @Cast("const float*") long x,
      @Cast("float*") long y);

  static int run(AugmentImages op) {
    ImageChanges changes = op.changes();
    Shape images = op.x().shape();
    return talus_augment_images_f32(
        images.length(0),
        images.length(1),
        images.length(2),
        images.length(3),
        op.seed(),
        op.stream(),
        at(op.step()),
        changes.mirror() ? 1 : 0,
        changes.shift(),
        changes.turns(),
        changes.scale(),
        changes.shear(),
        changes.cutout(),
        changes.fill(),
        at(op.x()),
        at(op.y()));
  }
}
