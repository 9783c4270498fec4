package io.talus.backend.cpu;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The C ABI of the native library, entry for entry: {@code talus_cpu.h} and {@code
 * talus_cpu_ops.h}, where the comments are. JavaCPP writes the JNI glue from this class at build
 * time, so that a parameter that differs from the header does not compile. Addresses are plain
 * numbers: no object is made for a call.
 */
@Platform(include = "talus_cpu.h", link = "talus_cpu", compiler = "cpp17")
final class TalusCpu {
  static final int OK = 0;
  static final int OUT_OF_MEMORY = 1;
  static final int UNSUPPORTED = 2;
  static final int UNKNOWN = 3;

  private TalusCpu() {}

  static native int talus_cpu_select(String isa);

  static native String talus_cpu_isa();

  static native int talus_cpu_supports(String isa);

  static native int talus_cpu_set_threads(int threads);

  static native int talus_cpu_threads();

  static native @Cast("void*") long talus_cpu_alloc(long bytes);

  static native void talus_cpu_free(@Cast("void*") long memory);

  static native long talus_cpu_scratch_bytes();

  static native int talus_gemm_f32(
      int transA,
      int transB,
      long m,
      long n,
      long k,
      float alpha,
      @Cast("const float*") long a,
      long lda,
      @Cast("const float*") long b,
      long ldb,
      float beta,
      @Cast("float*") long c,
      long ldc,
      @Cast("const float*") long bias,
      int activation,
      @Cast("float*") long preActivation);

  static native int talus_convolution_f32(
      long images,
      long height,
      long width,
      long channels,
      long outputs,
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

  static native int talus_convolution_input_gradient_f32(
      long images,
      long height,
      long width,
      long channels,
      long outputs,
      long windowHeight,
      long windowWidth,
      long strideHeight,
      long strideWidth,
      long paddingHeight,
      long paddingWidth,
      @Cast("const float*") long dY,
      @Cast("const float*") long w,
      @Cast("float*") long dX);

  static native int talus_convolution_weight_gradient_f32(
      long images,
      long height,
      long width,
      long channels,
      long outputs,
      long windowHeight,
      long windowWidth,
      long strideHeight,
      long strideWidth,
      long paddingHeight,
      long paddingWidth,
      @Cast("const float*") long x,
      @Cast("const float*") long dY,
      @Cast("float*") long dW);

  static native int talus_pool_f32(
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

  static native int talus_pool_gradient_f32(
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

  static native int talus_softmax_f32(
      long rows, long columns, @Cast("const float*") long x, @Cast("float*") long y);

  static native int talus_log_softmax_f32(
      long rows, long columns, @Cast("const float*") long x, @Cast("float*") long y);

  static native int talus_softmax_cross_entropy_f32(
      long rows,
      long classes,
      @Cast("const float*") long logits,
      @Cast("const int32_t*") long targets,
      int reduction,
      float labelSmoothing,
      int ignoreIndex,
      float scale,
      @Cast("float*") long loss,
      @Cast("float*") long dLogits);

  static native int talus_linear_cross_entropy_f32(
      long rows,
      long inputs,
      long classes,
      @Cast("const float*") long x,
      @Cast("const float*") long w,
      @Cast("const float*") long bias,
      @Cast("const int32_t*") long targets,
      int reduction,
      float labelSmoothing,
      int ignoreIndex,
      float scale,
      @Cast("float*") long loss,
      @Cast("float*") long dX,
      @Cast("float*") long dW,
      @Cast("float*") long dBias);

  static native int talus_fill_f32(long count, float value, @Cast("float*") long y);

  static native int talus_copy_f32(
      long count, @Cast("const float*") long x, @Cast("float*") long y);

  static native int talus_unary_f32(
      int op, long count, @Cast("const float*") long x, @Cast("float*") long y);

  static native int talus_binary_f32(
      int op,
      int broadcast,
      long rows,
      long columns,
      @Cast("const float*") long a,
      @Cast("const float*") long b,
      @Cast("float*") long y);

  static native int talus_axpby_f32(
      long count, float alpha, @Cast("const float*") long x, float beta, @Cast("float*") long y);

  static native int talus_transpose_f32(
      long rows, long columns, @Cast("const float*") long x, @Cast("float*") long y);

  static native int talus_swap_axes_f32(
      long outer, long inner, long width, @Cast("const float*") long x, @Cast("float*") long y);

  static native int talus_gather_rows_f32(
      long rows,
      long columns,
      @Cast("const float*") long table,
      @Cast("const int32_t*") long indices,
      @Cast("float*") long y);

  static native int talus_embedding_f32(
      long count,
      long columns,
      long dimensions,
      @Cast("const float*") long table,
      @Cast("const float*") long ids,
      @Cast("const int32_t*") long spans,
      @Cast("float*") long y);

  static native int talus_embedding_gradient_f32(
      long count,
      long columns,
      long rows,
      long dimensions,
      @Cast("const float*") long dY,
      @Cast("const float*") long ids,
      @Cast("const int32_t*") long spans,
      @Cast("float*") long dTable);

  static native int talus_activation_gradient_f32(
      int activation,
      long rows,
      long columns,
      @Cast("const float*") long dY,
      @Cast("const float*") long saved,
      @Cast("float*") long dX,
      float betaBias,
      @Cast("float*") long dBias);

  static native int talus_batch_norm_f32(
      int activation,
      long rows,
      long columns,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long shift,
      float epsilon,
      float momentum,
      @Cast("float*") long mean,
      @Cast("float*") long inverseDeviation,
      @Cast("float*") long runningMean,
      @Cast("float*") long runningVariance,
      @Cast("float*") long y);

  static native int talus_batch_norm_gradient_f32(
      int activation,
      long rows,
      long columns,
      @Cast("const float*") long dY,
      @Cast("const float*") long y,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long mean,
      @Cast("const float*") long inverseDeviation,
      @Cast("float*") long dX,
      @Cast("float*") long dScale,
      @Cast("float*") long dShift);

  static native int talus_batch_norm_inference_f32(
      int activation,
      long rows,
      long columns,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long shift,
      float epsilon,
      @Cast("const float*") long mean,
      @Cast("const float*") long variance,
      @Cast("float*") long y);

  static native int talus_layer_norm_f32(
      long rows,
      long columns,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long shift,
      float epsilon,
      @Cast("float*") long mean,
      @Cast("float*") long inverseDeviation,
      @Cast("float*") long y);

  static native int talus_layer_norm_gradient_f32(
      long rows,
      long columns,
      @Cast("const float*") long dY,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long mean,
      @Cast("const float*") long inverseDeviation,
      @Cast("float*") long dX,
      @Cast("float*") long dScale,
      @Cast("float*") long dShift);

  static native int talus_lstm_cell_f32(
      long rows,
      long units,
      @Cast("const float*") long z,
      @Cast("const float*") long previous,
      @Cast("float*") long gates,
      @Cast("float*") long cell,
      @Cast("float*") long h);

  static native int talus_lstm_cell_gradient_f32(
      long rows,
      long units,
      @Cast("const float*") long dH,
      @Cast("const float*") long dCell,
      @Cast("const float*") long gates,
      @Cast("const float*") long previous,
      @Cast("const float*") long cell,
      @Cast("float*") long dZ,
      @Cast("float*") long dPrevious);

  static native int talus_gru_cell_f32(
      long rows,
      long units,
      @Cast("const float*") long x,
      @Cast("const float*") long recurrent,
      @Cast("const float*") long previous,
      @Cast("float*") long gates,
      @Cast("float*") long h);

  static native int talus_gru_cell_gradient_f32(
      long rows,
      long units,
      @Cast("const float*") long dH,
      @Cast("const float*") long gates,
      @Cast("const float*") long recurrent,
      @Cast("const float*") long previous,
      @Cast("float*") long dX,
      @Cast("float*") long dRecurrent,
      float betaPrevious,
      @Cast("float*") long dPrevious);

  static native int talus_reduce_f32(
      int op,
      int axis,
      long rows,
      long columns,
      @Cast("const float*") long x,
      @Cast("float*") long y);

  static native int talus_argmax_f32(
      long rows, long columns, @Cast("const float*") long x, @Cast("int32_t*") long y);

  static native int talus_random_uniform_f32(
      long count,
      @Cast("uint64_t") long seed,
      @Cast("uint32_t") int stream,
      @Cast("const int32_t*") long step,
      float low,
      float high,
      @Cast("float*") long y);

  static native int talus_random_normal_f32(
      long count,
      @Cast("uint64_t") long seed,
      @Cast("uint32_t") int stream,
      @Cast("const int32_t*") long step,
      float mean,
      float deviation,
      @Cast("float*") long y);

  static native int talus_dropout_f32(
      long count,
      @Cast("uint64_t") long seed,
      @Cast("uint32_t") int stream,
      @Cast("const int32_t*") long step,
      float rate,
      @Cast("const float*") long x,
      @Cast("float*") long y);

  static native int talus_augment_images_f32(
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

  static native int talus_sgd_f32(
      long count,
      @Cast("float*") long weights,
      @Cast("const float*") long gradient,
      @Cast("float*") long velocity,
      @Cast("const float*") long learningRate,
      float momentum,
      int nesterov,
      float l2);

  static native int talus_adam_f32(
      long count,
      @Cast("float*") long weights,
      @Cast("const float*") long gradient,
      @Cast("float*") long m,
      @Cast("float*") long v,
      @Cast("const float*") long learningRate,
      @Cast("const int32_t*") long step,
      float beta1,
      float beta2,
      float epsilon,
      float l2,
      float decay);

  static native int talus_similarity_f32(
      int measure,
      long rowsA,
      long rowsB,
      long columns,
      @Cast("const float*") long a,
      @Cast("const float*") long b,
      @Cast("float*") long y);

  static native int talus_similarity_top_k_f32(
      int measure,
      long rowsA,
      long rowsB,
      long columns,
      @Cast("const float*") long a,
      @Cast("const float*") long b,
      int excludeSelf,
      long k,
      @Cast("int32_t*") long indices,
      @Cast("float*") long scores);

  static native int talus_sparse_similarity_top_k_f32(
      int measure,
      long least,
      float shrinkage,
      int afterTheFirst,
      long rows,
      long columns,
      @Cast("const int64_t*") long rowOffsets,
      @Cast("const int32_t*") long columnIndices,
      @Cast("const float*") long values,
      long firstRow,
      long askedRows,
      int excludeSelf,
      long k,
      @Cast("int32_t*") long indices,
      @Cast("float*") long scores);

  static native int talus_sparse_similarity_top_k_scratch(
      int measure,
      long least,
      float shrinkage,
      long rows,
      long columns,
      long stored,
      long askedRows,
      long k,
      @Cast("int64_t*") long bytes);

  static native int talus_measure_fma_f32(long iterations, @Cast("double*") long flops);
}
