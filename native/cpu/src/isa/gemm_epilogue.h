// What happens to a tile's sums on their way to C.
#pragma once

#include "../runtime/codes.h"
#include "gemm_tile.h"
#include "simd.h"
#include "vector_math.h"

namespace talus::TALUS_ISA {

// Finishes `rows` x `columns` sums, all but the activations that need arithmetic.
template <int kRows, int kVecs>
inline void finish_tile(Vec (&sum)[kRows][kVecs], int64_t columns, const Epilogue& e, int64_t i,
                        int64_t j) {
  constexpr int kLast = kVecs - 1;
  const LaneMask mask = first_lanes(columns - kLast * kLanes);
  const int64_t ldc = e.ldc;
  float* c = e.c + i * ldc + j;
  auto read = [&](const float* from, int v) {
    return v == kLast ? load_masked(from + v * kLanes, mask) : load(from + v * kLanes);
  };
  auto write = [&](float* to, int v, Vec value) {
    if (v == kLast) {
      store_masked(to + v * kLanes, value, mask);
    } else {
      store(to + v * kLanes, value);
    }
  };
  // One row after another, `stride` apart: a pointer that walks, lest the compiler keep the offsets
  // of all rows at hand and run out of registers.
  auto for_each = [&](float* row, int64_t stride, auto&& body) {
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++, row += stride) {
      asm("" : "+r"(row));
#pragma GCC unroll 2
      for (int v = 0; v < kVecs; v++) body(row, sum[r][v], v);
    }
  };
  if (e.alpha != 1) for_each(c, 0, [&](float*, Vec& x, int) { x *= splat(e.alpha); });
  if (e.beta != 0) {
    for_each(c, ldc, [&](float* row, Vec& x, int v) { x = fma(splat(e.beta), read(row, v), x); });
  }
  if (e.bias != nullptr) {
    for_each(c, 0, [&](float*, Vec& x, int v) { x += read(e.bias + j, v); });
  }
  if (e.pre_activation != nullptr) {
    float* pre = e.pre_activation + i * ldc + j;
    for_each(pre, ldc, [&](float* row, Vec& x, int v) { write(row, v, x); });
  }
  if (e.activation == kRelu) for_each(c, 0, [&](float*, Vec& x, int) { x = activate<kRelu>(x); });
  for_each(c, ldc, [&](float* row, Vec& x, int v) { write(row, v, x); });
}

// The same for a tile of C's transpose, whose bare sums lie kTileColumns apart: C's rows start at
// j, its columns at i.
void finish_transposed(int rows, int64_t columns, const float* sums, const Epilogue& e, int64_t i,
                       int64_t j);

Vec activate_any(int activation, Vec x);

// One partial vector of sums on its way to row i, column j of C.
inline void finish_vector(Vec sum, LaneMask mask, const Epilogue& e, int64_t i, int64_t j) {
  float* c = e.c + i * e.ldc + j;
  if (e.alpha != 1) sum *= splat(e.alpha);
  if (e.beta != 0) sum = fma(splat(e.beta), load_masked(c, mask), sum);
  if (e.bias != nullptr) sum += load_masked(e.bias + j, mask);
  if (e.pre_activation != nullptr) store_masked(e.pre_activation + i * e.ldc + j, sum, mask);
  if (e.activation == kRelu) sum = activate<kRelu>(sum);
  if (e.activation > kRelu) sum = activate_any(e.activation, sum);
  store_masked(c, sum, mask);
}

// y = act(y), in place.
void activate_block(int activation, int64_t rows, int64_t columns, float* y, int64_t stride);

}  // namespace talus::TALUS_ISA
