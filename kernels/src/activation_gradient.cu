// dX = dY * activation'(saved), and the sums of its columns for the bias.
//
// Without a bias: element by element, any grid and block in one dimension, threads stride.
//
// With a bias, two passes. First: blocks of 32 x 8 threads in one dimension of 256, a grid of
// (columns / 32 rounded up) * slices blocks; block s * width + w makes rows [s * rows_each, ...) of
// 32 columns, thread y taking every eighth row, and the 8 sums of a column are added in order.
// Second: a thread for each column adds the slices in order.
//
// Cost: each element is read and written once, by whole sectors where columns are a multiple of 8.
#include "common/activation.cuh"
#include "common/index.cuh"

using talus::i64;

namespace {

constexpr int kColumns = 32;
constexpr int kRows = 8;

// dX may be dY or saved.
template <int kActivation>
__device__ __forceinline__ float gradient_at(const float* d_y, const float* saved, float* d_x,
                                             i64 i) {
  float gradient = d_y[i];
  if constexpr (kActivation != talus::kIdentity) {
    gradient *= talus::activation_slope<kActivation>(saved[i]);
  }
  d_x[i] = gradient;
  return gradient;
}

template <int kActivation>
__device__ __forceinline__ void gradient_elements(i64 size, const float* d_y, const float* saved,
                                                  float* d_x) {
  for (i64 i = talus::global_thread(); i < size; i += talus::global_threads()) {
    gradient_at<kActivation>(d_y, saved, d_x, i);
  }
}

template <int kActivation>
__device__ __forceinline__ void gradient_columns(i64 rows, i64 columns, i64 rows_each,
                                                 const float* d_y, const float* saved, float* d_x,
                                                 float* sums) {
  __shared__ float shared[kRows][kColumns];
  const i64 width = (columns + kColumns - 1) / kColumns;
  const i64 slice = blockIdx.x / width;
  const int x = threadIdx.x % kColumns, y = threadIdx.x / kColumns;
  const i64 column = (blockIdx.x - slice * width) * kColumns + x;
  const i64 end = min(rows, (slice + 1) * rows_each);
  float sum = 0.0f;
  if (column < columns) {
#pragma unroll 4
    for (i64 row = slice * rows_each + y; row < end; row += kRows) {
      sum += gradient_at<kActivation>(d_y, saved, d_x, row * columns + column);
    }
  }
  shared[y][x] = sum;
  __syncthreads();
  if (y == 0 && column < columns) {
    for (int other = 1; other < kRows; other++) {
      sum += shared[other][x];
    }
    sums[slice * columns + column] = sum;
  }
}

}  // namespace

#define TALUS_ACTIVATION_GRADIENT(name, activation)                                           \
  extern "C" __global__ void activation_gradient_f32_##name(i64 size, const float* d_y,       \
                                                            const float* saved, float* d_x) { \
    gradient_elements<talus::activation>(size, d_y, saved, d_x);                              \
  }                                                                                           \
  extern "C" __global__ __launch_bounds__(256) void activation_gradient_f32_##name##_bias(    \
      i64 rows, i64 columns, i64 rows_each, const float* d_y, const float* saved, float* d_x, \
      float* sums) {                                                                          \
    gradient_columns<talus::activation>(rows, columns, rows_each, d_y, saved, d_x, sums);     \
  }

TALUS_ACTIVATION_GRADIENT(identity, kIdentity)
TALUS_ACTIVATION_GRADIENT(relu, kRelu)
TALUS_ACTIVATION_GRADIENT(gelu, kGelu)
TALUS_ACTIVATION_GRADIENT(tanh, kTanh)
TALUS_ACTIVATION_GRADIENT(sigmoid, kSigmoid)

// dBias = beta dBias + the sum of the slices' sums, slice after slice; no slices: beta dBias.
extern "C" __global__ void activation_gradient_combine_f32(i64 columns, i64 slices,
                                                           const float* sums, float beta,
                                                           float* d_bias) {
  for (i64 column = talus::global_thread(); column < columns; column += talus::global_threads()) {
    float sum = 0.0f;
#pragma unroll 8
    for (i64 slice = 0; slice < slices; slice++) {
      sum += sums[slice * columns + column];
    }
    d_bias[column] = beta == 0.0f ? sum : fmaf(beta, d_bias[column], sum);
  }
}
