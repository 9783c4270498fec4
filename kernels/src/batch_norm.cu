// Batch normalization: each column of a batch by its own mean and deviation, and the gradient.
//
// Statistics in two fixed stages. First, blocks of 32 x 8 threads in one dimension of 256, a grid
// of (columns / 32 rounded up) * slices blocks; block s * width + w takes the rows [s * rows_each,
// ...) of 32 columns: their mean, then, read again while they are in a cache, the squares of what
// is left. Second, a thread for each column joins the slices in order by Chan's formula, in double.
// Means are counted from the first row, so that little cancels however far they are from 0. Then a
// pass over the elements, any grid and block in one dimension.
//
// Cost: x is read three times, once from a cache, and y written once; 32 columns of 4 bytes are
// whole sectors where columns are a multiple of 8.
#include "common/activation.cuh"
#include "common/column_slice.cuh"

using talus::i64;

namespace {

template <int kActivation>
__device__ __forceinline__ float inner_gradient(const float* d_y, const float* y, i64 i) {
  float gradient = d_y[i];
  if constexpr (kActivation != talus::kIdentity) {
    gradient *= talus::activation_slope<kActivation>(y[i]);
  }
  return gradient;
}

template <int kActivation>
__device__ __forceinline__ void apply(i64 size, i64 columns, const float* x, const float* factor,
                                      const float* offset, float* y) {
  talus::Position at(talus::global_thread(), columns);
  const talus::Position step(talus::global_threads(), columns);
  for (i64 i = talus::global_thread(); i < size; i += talus::global_threads()) {
    y[i] = talus::activate(kActivation, fmaf(x[i], factor[at.column], offset[at.column]));
    at.advance(step, columns);
  }
}

template <int kActivation>
__device__ __forceinline__ void gradient_sums(i64 rows, i64 columns, i64 rows_each,
                                              const float* d_y, const float* y, const float* x,
                                              const float* mean, const float* inverse, float* sums,
                                              float* products) {
  __shared__ float shared[talus::kSliceRows][talus::kSliceColumns];
  const talus::ColumnSlice slice(rows, columns, rows_each);
  const float centre = slice.is_inside ? mean[slice.column] : 0.0f;
  const float scale = slice.is_inside ? inverse[slice.column] : 0.0f;
  float sum = slice.sum(shared, [&](i64 row) {
    return inner_gradient<kActivation>(d_y, y, row * columns + slice.column);
  });
  float product = slice.sum(shared, [&](i64 row) {
    const i64 i = row * columns + slice.column;
    return inner_gradient<kActivation>(d_y, y, i) * ((x[i] - centre) * scale);
  });
  if (slice.is_inside && slice.y == 0) {
    sums[slice.number * columns + slice.column] = sum;
    products[slice.number * columns + slice.column] = product;
  }
}

// d_x may be d_y.
template <int kActivation>
__device__ __forceinline__ void gradient_elements(i64 size, i64 columns, const float* d_y,
                                                  const float* y, const float* x, const float* mean,
                                                  const float* by, const float* less,
                                                  const float* slope, float* d_x) {
  talus::Position at(talus::global_thread(), columns);
  const talus::Position step(talus::global_threads(), columns);
  for (i64 i = talus::global_thread(); i < size; i += talus::global_threads()) {
    const i64 c = at.column;
    const float direct = (inner_gradient<kActivation>(d_y, y, i) - less[c]) * by[c];
    d_x[i] = fmaf(x[i] - mean[c], slope[c], direct);
    at.advance(step, columns);
  }
}

}  // namespace

// means, squares (slices x columns) = each column's mean within a slice, less the first row's
// element, and the sum of its squared distances from it.
extern "C" __global__ __launch_bounds__(256) void batch_norm_f32_statistics(
    i64 rows, i64 columns, i64 rows_each, const float* x, float* means, float* squares) {
  __shared__ float shared[talus::kSliceRows][talus::kSliceColumns];
  const talus::ColumnSlice slice(rows, columns, rows_each);
  const float pivot = slice.is_inside ? x[slice.column] : 0.0f;
  const float sum =
      slice.sum(shared, [&](i64 row) { return x[row * columns + slice.column] - pivot; });
  const float mean = sum / static_cast<float>(slice.end - slice.first);
  const float square = slice.sum(shared, [&](i64 row) {
    const float distance = x[row * columns + slice.column] - pivot - mean;
    return distance * distance;
  });
  if (slice.is_inside && slice.y == 0) {
    means[slice.number * columns + slice.column] = mean;
    squares[slice.number * columns + slice.column] = square;
  }
}

// Joins the slices; factor and offset: y = x factor + offset. Launch: any grid and block in one
// dimension.
extern "C" __global__ void batch_norm_f32_join(i64 rows, i64 columns, i64 rows_each, i64 slices,
                                               const float* x, const float* means,
                                               const float* squares, const float* scale,
                                               const float* shift, float epsilon, float momentum,
                                               float* mean, float* inverse_deviation,
                                               float* running_mean, float* running_variance,
                                               float* factor, float* offset) {
  for (i64 c = talus::global_thread(); c < columns; c += talus::global_threads()) {
    double count = 0, middle = 0, square = 0;
    for (i64 slice = 0; slice < slices; slice++) {
      const double more = static_cast<double>(min(rows_each, rows - slice * rows_each));
      const double all = count + more, distance = means[slice * columns + c] - middle;
      square += squares[slice * columns + c] + distance * distance * (count * more / all);
      middle += distance * (more / all);
      count = all;
    }
    middle += x[c];
    const double inverse = 1 / sqrt(square / count + epsilon);
    const double unbiased = rows > 1 ? square / (count - 1) : 0.0;
    mean[c] = static_cast<float>(middle);
    inverse_deviation[c] = static_cast<float>(inverse);
    const double keep = 1.0 - momentum;
    running_mean[c] = static_cast<float>(keep * running_mean[c] + momentum * middle);
    running_variance[c] = static_cast<float>(keep * running_variance[c] + momentum * unbiased);
    factor[c] = static_cast<float>(scale[c] * inverse);
    offset[c] = static_cast<float>(shift[c] - middle * inverse * scale[c]);
  }
}

// factor and offset of inference. Launch: any grid and block in one dimension.
extern "C" __global__ void batch_norm_f32_inference(i64 columns, const float* scale,
                                                    const float* shift, float epsilon,
                                                    const float* mean, const float* variance,
                                                    float* factor, float* offset) {
  for (i64 c = talus::global_thread(); c < columns; c += talus::global_threads()) {
    const double by = scale[c] / sqrt(static_cast<double>(variance[c]) + epsilon);
    factor[c] = static_cast<float>(by);
    offset[c] = static_cast<float>(shift[c] - mean[c] * by);
  }
}

// Adds the slices up; by, less and slope: dX = (dZ - less) by + (x - mean) slope. Launch: any grid
// and block in one dimension.
extern "C" __global__ void batch_norm_gradient_f32_join(i64 rows, i64 columns, i64 slices,
                                                        const float* sums, const float* products,
                                                        const float* scale, const float* inverse,
                                                        float* d_scale, float* d_shift, float* by,
                                                        float* less, float* slope) {
  for (i64 c = talus::global_thread(); c < columns; c += talus::global_threads()) {
    double sum = 0, product = 0;
    for (i64 slice = 0; slice < slices; slice++) {
      sum += sums[slice * columns + c];
      product += products[slice * columns + c];
    }
    const double count = static_cast<double>(rows);
    const double factor = static_cast<double>(scale[c]) * inverse[c];
    d_shift[c] = static_cast<float>(sum);
    d_scale[c] = static_cast<float>(product);
    by[c] = static_cast<float>(factor);
    less[c] = static_cast<float>(sum / count);
    slope[c] = static_cast<float>(-factor * inverse[c] * product / count);
  }
}

#define TALUS_BATCH_NORM(name, activation)                                                         \
  extern "C" __global__ void batch_norm_f32_apply_##name(                                          \
      i64 size, i64 columns, const float* x, const float* factor, const float* offset, float* y) { \
    apply<talus::activation>(size, columns, x, factor, offset, y);                                 \
  }                                                                                                \
  extern "C" __global__ __launch_bounds__(256) void batch_norm_gradient_f32_sums_##name(           \
      i64 rows, i64 columns, i64 rows_each, const float* d_y, const float* y, const float* x,      \
      const float* mean, const float* inverse, float* sums, float* products) {                     \
    gradient_sums<talus::activation>(rows, columns, rows_each, d_y, y, x, mean, inverse, sums,     \
                                     products);                                                    \
  }                                                                                                \
  extern "C" __global__ void batch_norm_gradient_f32_apply_##name(                                 \
      i64 size, i64 columns, const float* d_y, const float* y, const float* x, const float* mean,  \
      const float* by, const float* less, const float* slope, float* d_x) {                        \
    gradient_elements<talus::activation>(size, columns, d_y, y, x, mean, by, less, slope, d_x);    \
  }

TALUS_BATCH_NORM(identity, kIdentity)
TALUS_BATCH_NORM(relu, kRelu)
TALUS_BATCH_NORM(tanh, kTanh)
TALUS_BATCH_NORM(sigmoid, kSigmoid)
