// The kernels of one shape of tile: one for each layout of the operands.
#pragma once

#include "gemm_tile.cuh"

// Bits of `vectors`: 1: A may be read by 16 bytes, 2: B, 4: C and preActivation, 8 and 16: in
// gemm_tensor.cu, 32: bias.
#define TALUS_GEMM_PARAMETERS                                                                 \
  i64 m, i64 n, i64 k, const float *a, i64 a_stride, const float *b, i64 b_stride, i64 split, \
      i64 split_stride, float alpha, float beta, float *c, i64 c_stride, const float *bias,   \
      int activation, float *pre_activation, int vectors

// gemm_f32_<shape>_<nn, nt, tn, tt>, the letters saying which of A and B are transposed.
#define TALUS_GEMM_KERNEL(shape, letters, tile, blocks, k_of_a, k_of_b)                     \
  extern "C" __global__ __launch_bounds__(                                                  \
      tile::kThreads, blocks) void gemm_f32_##shape##_##letters(TALUS_GEMM_PARAMETERS) {    \
    talus::gemm_block<tile, talus::K::k_of_a, talus::K::k_of_b>(                            \
        {m, n, k, a, a_stride, (vectors & 1) != 0, b, b_stride, (vectors & 2) != 0, split}, \
        {alpha, beta, c, c_stride, bias, activation, pre_activation, (vectors & 4) != 0,    \
         (vectors & 32) != 0},                                                              \
        split_stride);                                                                      \
  }

#define TALUS_GEMM_KERNELS(shape, tile, blocks)                  \
  TALUS_GEMM_KERNEL(shape, nn, tile, blocks, kInside, kOutside)  \
  TALUS_GEMM_KERNEL(shape, nt, tile, blocks, kInside, kInside)   \
  TALUS_GEMM_KERNEL(shape, tn, tile, blocks, kOutside, kOutside) \
  TALUS_GEMM_KERNEL(shape, tt, tile, blocks, kOutside, kInside)
