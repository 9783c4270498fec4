package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/conv.cpp} and {@code conv_weights.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuConvolution {
  private CpuConvolution() {}

  private static native int talus_convolution_f32(
      long images,
      long height,
      long width,
      long channels,
      long outputs,
      long groups,
      long windowHeight,
      long windowWidth,
      long strideHeight,
      long strideWidth,
      long paddingHeight,
      long paddingWidth,
      @Cast("const float*") long x,
      @Cast("const float*") long w,
      @Cast("float*") long y,
      @Cast("const float*") long bias,
      int activation,
      @Cast("float*") long preActivation);

  static int run(Convolution op) {
    Window window = op.window();
    Shape images = op.x().shape();
    return talus_convolution_f32(
        images.length(0),
        images.length(1),
        images.length(2),
        images.length(3),
        op.w().columns(),
        op.groups(),
        window.height(),
        window.width(),
        window.strideHeight(),
        window.strideWidth(),
        window.paddingHeight(),
        window.paddingWidth(),
        at(op.x()),
        at(op.w()),
        at(op.y()),
        at(op.epilogue().bias()),
        op.epilogue().activation().code(),
        at(op.epilogue().preActivation()));
  }

  private static native int talus_convolution_input_gradient_f32(
      long images,
      long height,
      long width,
      long channels,
      long outputs,
      long groups,
      long windowHeight,
      long windowWidth,
      long strideHeight,
      long strideWidth,
      long paddingHeight,
      long paddingWidth,
      @Cast("const float*") long dY,
      @Cast("const float*") long w,
      @Cast("float*") long dX);

  static int run(ConvolutionInputGradient op) {
    Window window = op.window();
    Shape images = op.dX().shape();
    return talus_convolution_input_gradient_f32(
        images.length(0),
        images.length(1),
        images.length(2),
        images.length(3),
        op.w().columns(),
        op.groups(),
        window.height(),
        window.width(),
        window.strideHeight(),
        window.strideWidth(),
        window.paddingHeight(),
        window.paddingWidth(),
        at(op.dY()),
        at(op.w()),
        at(op.dX()));
  }

  private static native int talus_convolution_weight_gradient_f32(
      long images,
      long height,
      long width,
      long channels,
      long outputs,
      long groups,
      long windowHeight,
      long windowWidth,
      long strideHeight,
      long strideWidth,
      long paddingHeight,
      long paddingWidth,
      @Cast("const float*") long x,
      @Cast("const float*") long dY,
      @Cast("float*") long dW);

  static int run(ConvolutionWeightGradient op) {
    Window window = op.window();
    Shape images = op.x().shape();
    return talus_convolution_weight_gradient_f32(
        images.length(0),
        images.length(1),
        images.length(2),
        images.length(3),
        op.dW().columns(),
        op.groups(),
        window.height(),
        window.width(),
        window.strideHeight(),
        window.strideWidth(),
        window.paddingHeight(),
        window.paddingWidth(),
        at(op.x()),
        at(op.dY()),
        at(op.dW()));
  }
}
