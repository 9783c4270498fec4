// Windows that slide over images: which elements an output sees, which outputs see an element.
#pragma once

#include "index.cuh"

namespace talus {

// An axis of images: windows of `taps`, `stride` apart, see `outputs` of `size` elements.
struct Axis {
  i64 size, taps, stride, padding, outputs;
};

// What a flat index stands for, from the innermost on: index = ((a * n1) + b) * n2 + c ...
template <typename Index>
__device__ __forceinline__ Index split(Index& index, i64 size) {
  const Index whole = index / static_cast<Index>(size);
  const Index rest = index - whole * static_cast<Index>(size);
  index = whole;
  return rest;
}

// The elements that an output sees, padding left out: from .. to-1.
struct Elements {
  i64 from, to;

  __device__ __forceinline__ Elements(const Axis& axis, i64 output) {
    const i64 begin = output * axis.stride - axis.padding;
    from = begin < 0 ? 0 : begin;
    to = min(axis.size, begin + axis.taps);
  }
};

// The outputs whose windows hold an element: from .. to-1.
struct Outputs {
  i64 from, to;

  __device__ __forceinline__ Outputs(const Axis& axis, i64 element) {
    const i64 padded = element + axis.padding;
    from = padded < axis.taps ? 0 : (padded - axis.taps) / axis.stride + 1;
    to = min(axis.outputs, padded / axis.stride + 1);
  }
};

}  // namespace talus

// How kernels get both axes.
#define TALUS_WINDOW_AXES                                                                      \
  i64 height, i64 width, i64 channels, i64 window_height, i64 window_width, i64 stride_height, \
      i64 stride_width, i64 padding_height, i64 padding_width, i64 output_height, i64 output_width
