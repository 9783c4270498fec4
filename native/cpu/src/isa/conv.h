// What a convolution and its gradients share.
#pragma once

#include "conv_patches.h"

namespace talus::TALUS_ISA {

// An axis of a convolution: `size` elements of the image, of which windows of `taps`, `stride`
// apart, see `outputs`.
struct ConvAxis {
  int64_t size, taps, stride, padding, outputs;

  ConvAxis(int64_t size, int64_t taps, int64_t stride, int64_t padding)
      : size(size),
        taps(taps),
        stride(stride),
        padding(padding),
        outputs((size + 2 * padding - taps) / stride + 1) {}

  // What each output sees of the image.
  PatchAxis patches() const { return {size, outputs, -padding, stride, taps}; }
};

}  // namespace talus::TALUS_ISA
