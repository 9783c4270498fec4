// Pooling of images, and what each window hands down.
//
// A thread makes one element of the result, channels side by side; any grid and block in one
// dimension, threads stride. The gradient asks from the element's side: for each window that sees
// it, in order, whether the window hands it something. So there are no atomics, and windows may
// overlap.
//
// Cost: each element is read as often as windows see it, for the gradient of the maximum as often
// as the windows around it have elements; neighbours' reads meet in the caches.
#include "common/windows.cuh"

using talus::Axis;
using talus::Elements;
using talus::i64;
using talus::Outputs;
using talus::split;

namespace {

__device__ __forceinline__ bool is_nan(float x) { return x != x; }

// Whether `other` is what a window takes rather than `value`: a NaN or a larger one, or one as good
// that comes before.
__device__ __forceinline__ bool beats(float other, float value, bool before) {
  if (is_nan(value)) {
    return before && is_nan(other);
  }
  return is_nan(other) || other > value || (before && other == value);
}

// An image's elements, `channels` apart.
struct Image {
  const float* first;
  i64 width, channels;

  __device__ __forceinline__ float at(i64 row, i64 column) const {
    return first[(row * width + column) * channels];
  }

  __device__ __forceinline__ float largest(const Elements& rows, const Elements& columns) const {
    float best = at(rows.from, columns.from);
    for (i64 r = rows.from; r < rows.to; r++) {
      for (i64 c = columns.from; c < columns.to; c++) {
        const float value = at(r, c);
        best = beats(value, best, false) ? value : best;
      }
    }
    return best;
  }

  __device__ __forceinline__ float average(const Elements& rows, const Elements& columns) const {
    float sum = 0.0f;
    for (i64 r = rows.from; r < rows.to; r++) {
      for (i64 c = columns.from; c < columns.to; c++) {
        sum += at(r, c);
      }
    }
    return sum / static_cast<float>((rows.to - rows.from) * (columns.to - columns.from));
  }

  // Whether the window takes its element (row, column), of all that it sees.
  __device__ __forceinline__ bool takes(const Elements& rows, const Elements& columns, i64 row,
                                        i64 column) const {
    const float value = at(row, column);
    for (i64 r = rows.from; r < rows.to; r++) {
      for (i64 c = columns.from; c < columns.to; c++) {
        if (beats(at(r, c), value, r < row || (r == row && c < column))) {
          return false;
        }
      }
    }
    return true;
  }
};

template <bool kMax>
__device__ __forceinline__ void pool(const Axis& vertical, const Axis& horizontal, i64 channels,
                                     i64 size, const float* __restrict__ x, float* __restrict__ y) {
  for (i64 at = talus::global_thread(); at < size; at += talus::global_threads()) {
    i64 rest = at;
    const i64 channel = split(rest, channels);
    const Elements columns(horizontal, split(rest, horizontal.outputs));
    const Elements rows(vertical, split(rest, vertical.outputs));
    const Image image{x + rest * vertical.size * horizontal.size * channels + channel,
                      horizontal.size, channels};
    y[at] = kMax ? image.largest(rows, columns) : image.average(rows, columns);
  }
}

template <bool kMax>
__device__ __forceinline__ void pool_gradient(const Axis& vertical, const Axis& horizontal,
                                              i64 channels, i64 size, const float* __restrict__ x,
                                              const float* __restrict__ d_y,
                                              float* __restrict__ d_x) {
  for (i64 at = talus::global_thread(); at < size; at += talus::global_threads()) {
    i64 rest = at;
    const i64 channel = split(rest, channels);
    const i64 column = split(rest, horizontal.size);
    const i64 row = split(rest, vertical.size);
    const Image image{x + rest * vertical.size * horizontal.size * channels + channel,
                      horizontal.size, channels};
    const Outputs below(vertical, row), beside(horizontal, column);
    float sum = 0.0f;
    for (i64 i = below.from; i < below.to; i++) {
      const Elements rows(vertical, i);
      for (i64 j = beside.from; j < beside.to; j++) {
        const Elements columns(horizontal, j);
        const i64 output = (rest * vertical.outputs + i) * horizontal.outputs + j;
        if (!kMax) {
          const i64 count = (rows.to - rows.from) * (columns.to - columns.from);
          sum += d_y[output * channels + channel] / static_cast<float>(count);
        } else if (image.takes(rows, columns, row, column)) {
          sum += d_y[output * channels + channel];
        }
      }
    }
    d_x[at] = sum;
  }
}

}  // namespace

#define TALUS_AXES                                                           \
  Axis{height, window_height, stride_height, padding_height, output_height}, \
      Axis{width, window_width, stride_width, padding_width, output_width}, channels

// y, `size` elements.
#define TALUS_POOL(name, max)                                                                      \
  extern "C" __global__ void pool_f32_##name(TALUS_WINDOW_AXES, i64 size,                          \
                                             const float* __restrict__ x, float* __restrict__ y) { \
    pool<max>(TALUS_AXES, size, x, y);                                                             \
  }

// d_x, `size` elements; x is not read for averages.
#define TALUS_POOL_GRADIENT(name, max)                                                         \
  extern "C" __global__ void pool_gradient_f32_##name(                                         \
      TALUS_WINDOW_AXES, i64 size, const float* __restrict__ x, const float* __restrict__ d_y, \
      float* __restrict__ d_x) {                                                               \
    pool_gradient<max>(TALUS_AXES, size, x, d_y, d_x);                                         \
  }

TALUS_POOL(max, true)
TALUS_POOL(average, false)
TALUS_POOL_GRADIENT(max, true)
TALUS_POOL_GRADIENT(average, false)
