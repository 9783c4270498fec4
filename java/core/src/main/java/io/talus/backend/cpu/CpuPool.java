package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.Pool;
import io.talus.op.PoolGradient;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/pool.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuPool {
  private CpuPool() {}

  private static native int talus_pool_f32(
      int function,
      long images,
      long height,
      long width,
      long channels,
      long windowHeight,
      long windowWidth,
      long strideHeight,
      long strideWidth,
      long paddingHeight,
      long paddingWidth,
      @Cast("const float*") long x,
      @Cast("float*") long y);

  static int run(Pool op) {
    Window window = op.window();
    Shape images = op.x().shape();
    return talus_pool_f32(
        op.function().code(),
        images.length(0),
        images.length(1),
        images.length(2),
        images.length(3),
        window.height(),
        window.width(),
        window.strideHeight(),
        window.strideWidth(),
        window.paddingHeight(),
        window.paddingWidth(),
        at(op.x()),
        at(op.y()));
  }

  private static native int talus_pool_gradient_f32(
      int function,
      long images,
      long height,
      long width,
      long channels,
      long windowHeight,
      long windowWidth,
      long strideHeight,
      long strideWidth,
      long paddingHeight,
      long paddingWidth,
      @Cast("const float*") long x,
      @Cast("const float*") long dY,
      @Cast("float*") long dX);

  static int run(PoolGradient op) {
    Window window = op.window();
    Shape images = op.dX().shape();
    return talus_pool_gradient_f32(
        op.function().code(),
        images.length(0),
        images.length(1),
        images.length(2),
        images.length(3),
        window.height(),
        window.width(),
        window.strideHeight(),
        window.strideWidth(),
        window.paddingHeight(),
        window.paddingWidth(),
        at(op.x()),
        at(op.dY()),
        at(op.dX()));
  }
}
