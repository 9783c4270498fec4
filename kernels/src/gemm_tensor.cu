// Matrix products on tensor cores, with inputs rounded to TF32 or bfloat16: what a caller gets who
// asks for that precision. Compute capability 8.0 and up; before that there are no such kernels.
//
// Launch: as in gemm.cu, but for `vectors`, which also says what is transposed: 8: B, 16: A.
#include "common/gemm_kernel.cuh"
#include "common/tensor_tile.cuh"

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800

using talus::i64;

#define TALUS_TENSOR_KERNEL(name, tile, blocks)                                             \
  extern "C" __global__ __launch_bounds__(tile::kThreads,                                   \
                                          blocks) void gemm_##name(TALUS_GEMM_PARAMETERS) { \
    talus::tensor_gemm_block<tile>(                                                         \
        {m, n, k, a, a_stride, (vectors & 1) != 0, b, b_stride, (vectors & 2) != 0, split}, \
        (vectors & 16) != 0, (vectors & 8) != 0,                                            \
        {alpha, beta, c, c_stride, bias, activation, pre_activation, (vectors & 4) != 0,    \
         (vectors & 32) != 0},                                                              \
        split_stride);                                                                      \
  }

// 128 x 128 by 8 warps of 64 x 32.
template <class Format>
using LargeTensorTile = talus::TensorTile<Format, 4, 2, 2, 4>;
TALUS_TENSOR_KERNEL(tf32_large, LargeTensorTile<talus::Tf32>, 2)
TALUS_TENSOR_KERNEL(bf16_large, LargeTensorTile<talus::Bfloat16>, 2)

// 64 x 64 by 4 warps of 32 x 32, for products with too few large tiles to fill the device.
template <class Format>
using SmallTensorTile = talus::TensorTile<Format, 2, 2, 2, 2>;
TALUS_TENSOR_KERNEL(tf32_small, SmallTensorTile<talus::Tf32>, 4)
TALUS_TENSOR_KERNEL(bf16_small, SmallTensorTile<talus::Bfloat16>, 4)

#endif
