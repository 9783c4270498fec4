// The patches that a convolution sees of its images as rows of a matrix, and the way back: around
// them a convolution and its gradients are matrix products (gemm.cu).
//
// Rows are outputs, image after image; columns are (row of the window, column of the window,
// channel). Both kernels work on the patches of outputs `first` on, `count` of them. Places of x
// lie `pitch` floats apart: its channels, of which a group of them, the kernels' `channels`, are
// some.
//
// Cost: patches_f32 writes each element of the matrix once and reads neighbouring channels side by
// side; patches_sum_f32 reads each once. Next idea: to copy patches straight to the products'
// shared memory, which saves both trips through device memory.
#include "common/windows.cuh"

using talus::Axis;
using talus::i64;
using talus::Outputs;
using talus::split;

namespace {

template <typename Index>
__device__ __forceinline__ void patches(const Axis& vertical, const Axis& horizontal, i64 channels,
                                        i64 first, i64 count, i64 pitch,
                                        const float* __restrict__ x, float* __restrict__ rows) {
  const i64 size = count * vertical.taps * horizontal.taps * channels;
  for (i64 at = talus::global_thread(); at < size; at += talus::global_threads()) {
    Index rest = static_cast<Index>(at);
    const i64 channel = split(rest, channels);
    const i64 v = split(rest, horizontal.taps);
    const i64 u = split(rest, vertical.taps);
    rest += static_cast<Index>(first);
    const i64 column = split(rest, horizontal.outputs) * horizontal.stride - horizontal.padding + v;
    const i64 row = split(rest, vertical.outputs) * vertical.stride - vertical.padding + u;
    const bool inside = row >= 0 && row < vertical.size && column >= 0 && column < horizontal.size;
    const i64 place = (rest * vertical.size + row) * horizontal.size + column;
    rows[at] = inside ? x[place * pitch + channel] : 0.0f;
  }
}

}  // namespace

// Writes the patches of x to `rows`, count x (window_height * window_width * channels). Launch: any
// grid and block in one dimension. Indices are computed in 32 bits where `narrow` is 1: all of
// `rows` and all outputs are fewer than 2^32.
extern "C" __global__ void patches_f32(TALUS_WINDOW_AXES, i64 first, i64 count, int narrow,
                                       i64 pitch, const float* __restrict__ x,
                                       float* __restrict__ rows) {
  const Axis vertical{height, window_height, stride_height, padding_height, output_height};
  const Axis horizontal{width, window_width, stride_width, padding_width, output_width};
  if (narrow != 0) {
    patches<unsigned>(vertical, horizontal, channels, first, count, pitch, x, rows);
  } else {
    patches<i64>(vertical, horizontal, channels, first, count, pitch, x, rows);
  }
}

// d_x = for each element of `images` whole images the sum of what the patches have of it, outputs
// in order; `rows` begins with the patches of the first of these images. Launch: any grid and block
// in one dimension.
extern "C" __global__ void patches_sum_f32(TALUS_WINDOW_AXES, i64 images, i64 pitch,
                                           const float* __restrict__ rows,
                                           float* __restrict__ d_x) {
  const Axis vertical{height, window_height, stride_height, padding_height, output_height};
  const Axis horizontal{width, window_width, stride_width, padding_width, output_width};
  const i64 size = images * height * width * channels;
  for (i64 at = talus::global_thread(); at < size; at += talus::global_threads()) {
    i64 rest = at;
    const i64 channel = split(rest, channels);
    const i64 column = split(rest, width);
    const i64 row = split(rest, height);
    const Outputs below(vertical, row), beside(horizontal, column);
    float sum = 0.0f;
    for (i64 i = below.from; i < below.to; i++) {
      const i64 u = row + padding_height - i * stride_height;
      for (i64 j = beside.from; j < beside.to; j++) {
        const i64 v = column + padding_width - j * stride_width;
        const i64 patch = (rest * output_height + i) * output_width + j;
        sum += rows[((patch * window_height + u) * window_width + v) * channels + channel];
      }
    }
    d_x[((rest * height + row) * width + column) * pitch + channel] = sum;
  }
}
