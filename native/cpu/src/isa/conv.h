// What a convolution and its gradients share.
#pragma once

#include "conv_patches.h"
#include "gemm_tile.h"

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

// Sums of up to this many products stay in registers.
constexpr int64_t kConvDepth = 512;

// The matrix of weights in column panels as gemm_pack.h has them, the one of column j at j * k.
struct PackedWeights {
  const float* panels;
  int64_t k, columns;
};

// C = act(patches * weights + bias) for `count` rows of patches; `e` is that of the first of them.
void multiply_patches(const PatchRows& patches, int64_t count, const PackedWeights& weights,
                      const Epilogue& e);

}  // namespace talus::TALUS_ISA
