// Layer normalization: each row by its own mean and deviation, and the gradient.
//
//   kernel    rows of        threads of a row   launch: blocks, threads
//   warp_4    at most 128    32                 rows / 4, 128
//   warp_16   at most 512    32                 rows / 4, 128
//   block_16  at most 4,096  256                rows, 256
//   wide      any            256                rows, 256
//
// Blocks are rounded up. All but `wide`, which reads a row once for each of its sums, hold it in
// registers: one read and one write of device memory. Distances are counted from the row's first
// element, so that little cancels however far the mean is from 0. The gradients of scale and shift
// are sums of columns in two fixed stages: slices of rows (common/column_slice.cuh), then all
// slices of a column in double.
#include "common/column_slice.cuh"
#include "common/row_tile.cuh"

using talus::i64;

namespace talus {

// The columns of a row that a thread has: first, first + step, ...
template <int Elements, typename Group>
struct NormRow {
  Group group;
  int first, step, columns;

  __device__ __forceinline__ NormRow(Group group, i64 columns)
      : group(group), first(group.thread()), step(group.threads()), columns(columns) {}

  __device__ __forceinline__ int column(int i) const { return first + i * step; }
  __device__ __forceinline__ bool holds(int i) const { return column(i) < columns; }

  // The mean over the row of value(i) of its elements.
  template <typename Value>
  __device__ __forceinline__ float mean(const Value& value) {
    float sum = 0.0f;
#pragma unroll
    for (int i = 0; i < Elements; i++) {
      sum += holds(i) ? value(i) : 0.0f;
    }
    return group.template all<Sum>(sum) / static_cast<float>(columns);
  }
};

struct NormOperands {
  const float* x;
  const float* scale;
  const float* shift;
  float epsilon;
  float* mean;
  float* inverse;
  float* y;
};

__device__ __forceinline__ void keep_statistics(const NormOperands& to, bool leads, i64 row,
                                                float mean, float inverse) {
  if (leads) {
    to.mean[row] = mean;
    to.inverse[row] = inverse;
  }
}

template <int Elements, typename Group>
__device__ __forceinline__ void normalize_row(Group group, i64 number, i64 columns,
                                              const NormOperands& to) {
  NormRow<Elements, Group> row(group, columns);
  const float* x = to.x + number * columns;
  const float pivot = x[0];
  float values[Elements];
#pragma unroll
  for (int i = 0; i < Elements; i++) {
    values[i] = row.holds(i) ? x[row.column(i)] - pivot : 0.0f;
  }
  const float middle = row.mean([&](int i) { return values[i]; });
  const float variance = row.mean([&](int i) {
    values[i] -= middle;
    return values[i] * values[i];
  });
  const float inverse = 1.0f / sqrtf(variance + to.epsilon);
  keep_statistics(to, row.first == 0, number, pivot + middle, inverse);
  float* y = to.y + number * columns;
#pragma unroll
  for (int i = 0; i < Elements; i++) {
    if (row.holds(i)) {
      const int c = row.column(i);
      y[c] = fmaf(values[i] * inverse, to.scale[c], to.shift[c]);
    }
  }
}

constexpr int kWideThreads = 256;
constexpr i64 kWidePart = 16 * kWideThreads;

// The mean of value(c) over the columns of a row that a block shares: in float over 16 elements of
// a thread, then in double. `shared` has 32 elements.
template <typename Value>
__device__ __forceinline__ double wide_mean(i64 columns, double* shared, const Value& value) {
  double total = 0;
  for (i64 from = threadIdx.x; from < columns; from += kWidePart) {
    const i64 end = min(columns, from + kWidePart);
    float sum = 0.0f;
    for (i64 c = from; c < end; c += kWideThreads) {
      sum += value(c);
    }
    total += sum;
  }
  __syncthreads();
  return block_all<Sum>(total, shared) / static_cast<double>(columns);
}

__device__ __forceinline__ void normalize_wide(i64 columns, const NormOperands& to) {
  __shared__ double shared[kWarp];
  const i64 start = blockIdx.x * columns;
  const float* x = to.x + start;
  float* y = to.y + start;
  const float pivot = x[0];
  const float middle =
      static_cast<float>(wide_mean(columns, shared, [&](i64 c) { return x[c] - pivot; }));
  const float variance = static_cast<float>(wide_mean(columns, shared, [&](i64 c) {
    const float distance = x[c] - pivot - middle;
    return distance * distance;
  }));
  const float inverse = 1.0f / sqrtf(variance + to.epsilon);
  keep_statistics(to, threadIdx.x == 0, blockIdx.x, pivot + middle, inverse);
  // y may be x: all threads have read the first element by now.
  for (i64 c = threadIdx.x; c < columns; c += kWideThreads) {
    y[c] = fmaf((x[c] - pivot - middle) * inverse, to.scale[c], to.shift[c]);
  }
}

struct GradientOperands {
  const float* d_y;
  const float* x;
  const float* scale;
  const float* mean;
  const float* inverse;
  float* d_x;
};

// d_x may be d_y.
template <int Elements, typename Group>
__device__ __forceinline__ void gradient_row(Group group, i64 number, i64 columns,
                                             const GradientOperands& to) {
  NormRow<Elements, Group> row(group, columns);
  const float mean = to.mean[number], inverse = to.inverse[number];
  const i64 start = number * columns;
  float g[Elements], z[Elements];
#pragma unroll
  for (int i = 0; i < Elements; i++) {
    const int c = row.column(i);
    g[i] = row.holds(i) ? to.d_y[start + c] * to.scale[c] : 0.0f;
    z[i] = row.holds(i) ? (to.x[start + c] - mean) * inverse : 0.0f;
  }
  const float direct = row.mean([&](int i) { return g[i]; });
  const float along = row.mean([&](int i) { return g[i] * z[i]; });
#pragma unroll
  for (int i = 0; i < Elements; i++) {
    if (row.holds(i)) {
      to.d_x[start + row.column(i)] = (g[i] - direct - z[i] * along) * inverse;
    }
  }
}

__device__ __forceinline__ void gradient_wide(i64 columns, const GradientOperands& to) {
  __shared__ double shared[kWarp];
  const i64 start = blockIdx.x * columns;
  const float mean = to.mean[blockIdx.x], inverse = to.inverse[blockIdx.x];
  auto g = [&](i64 c) { return to.d_y[start + c] * to.scale[c]; };
  auto z = [&](i64 c) { return (to.x[start + c] - mean) * inverse; };
  const float direct = static_cast<float>(wide_mean(columns, shared, g));
  const float along =
      static_cast<float>(wide_mean(columns, shared, [&](i64 c) { return g(c) * z(c); }));
  for (i64 c = threadIdx.x; c < columns; c += kWideThreads) {
    to.d_x[start + c] = (g(c) - direct - z(c) * along) * inverse;
  }
}

}  // namespace talus

// sums, products (slices x columns): of each column of d_y, and of d_y z. Launch: see
// common/column_slice.cuh.
extern "C" __global__ void __launch_bounds__(256)
    layer_norm_gradient_f32_columns(i64 rows, i64 columns, i64 rows_each, const float* d_y,
                                    const float* x, const float* mean, const float* inverse,
                                    float* sums, float* products) {
  __shared__ float shared[talus::kSliceRows][talus::kSliceColumns];
  const talus::ColumnSlice slice(rows, columns, rows_each);
  const float sum = slice.sum(shared, [&](i64 row) { return d_y[row * columns + slice.column]; });
  const float product = slice.sum(shared, [&](i64 row) {
    const i64 i = row * columns + slice.column;
    return d_y[i] * ((x[i] - mean[row]) * inverse[row]);
  });
  if (slice.is_inside && slice.y == 0) {
    sums[slice.number * columns + slice.column] = sum;
    products[slice.number * columns + slice.column] = product;
  }
}

// Adds the slices up. Launch: any grid and block in one dimension.
extern "C" __global__ void layer_norm_gradient_f32_join(i64 columns, i64 slices, const float* sums,
                                                        const float* products, float* d_scale,
                                                        float* d_shift) {
  for (i64 c = talus::global_thread(); c < columns; c += talus::global_threads()) {
    double sum = 0, product = 0;
    for (i64 slice = 0; slice < slices; slice++) {
      sum += sums[slice * columns + c];
      product += products[slice * columns + c];
    }
    d_shift[c] = static_cast<float>(sum);
    d_scale[c] = static_cast<float>(product);
  }
}

// Both functions of a row, each in every variant.
#define TALUS_LAYER_NORM(name, threads, normalize, gradient)                            \
  extern "C" __global__ void __launch_bounds__(threads) layer_norm_f32_##name(          \
      i64 rows, i64 columns, const float* x, const float* scale, const float* shift,    \
      float epsilon, float* mean, float* inverse, float* y) {                           \
    const talus::NormOperands to{x, scale, shift, epsilon, mean, inverse, y};           \
    normalize;                                                                          \
  }                                                                                     \
  extern "C" __global__ void __launch_bounds__(threads) layer_norm_gradient_f32_##name( \
      i64 rows, i64 columns, const float* d_y, const float* x, const float* scale,      \
      const float* mean, const float* inverse, float* d_x) {                            \
    const talus::GradientOperands to{d_y, x, scale, mean, inverse, d_x};                \
    gradient;                                                                           \
  }

#define TALUS_WARP_ROWS(function)                          \
  const i64 row = talus::global_thread() / talus::kWarp;   \
  if (row < rows) {                                        \
    talus::function(talus::WarpGroup{}, row, columns, to); \
  }
#define TALUS_BLOCK_ROW(function)            \
  __shared__ float shared[2 * talus::kWarp]; \
  talus::function(talus::BlockGroup{shared}, blockIdx.x, columns, to);

TALUS_LAYER_NORM(warp_4, 128, TALUS_WARP_ROWS(normalize_row<4>), TALUS_WARP_ROWS(gradient_row<4>))
TALUS_LAYER_NORM(warp_16, 128, TALUS_WARP_ROWS(normalize_row<16>),
                 TALUS_WARP_ROWS(gradient_row<16>))
TALUS_LAYER_NORM(block_16, 256, TALUS_BLOCK_ROW(normalize_row<16>),
                 TALUS_BLOCK_ROW(gradient_row<16>))
TALUS_LAYER_NORM(wide, 256, talus::normalize_wide(columns, to), talus::gradient_wide(columns, to))
