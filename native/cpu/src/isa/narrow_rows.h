// Softmax and its losses over rows too short for a vector each: kLanes rows at a time, one row a
// lane, so that maxima and sums need no work across lanes.
//
// Loss and gradient of 128 x 10, one core, call included: 1.0 microseconds (AVX-512), 1.7 (AVX2),
// 4.3 (portable). Next idea: small tiles for fewer columns than half a vector.
#pragma once

#include "interleave.h"
#include "row_softmax.h"

namespace talus::TALUS_ISA {

// Rows up to this length are taken by blocks; a block stays in the first-level cache.
constexpr int64_t kNarrow = 32;
static_assert(kNarrow % kLanes == 0, "cells hold whole tiles");

// cells[column * kLanes + row] = x[row * columns + column]; lanes without a row are 0. Cells behind
// the last column, up to a whole tile, are written too.
static inline void load_block(const float* x, int64_t rows, int64_t columns, float* cells) {
  for (int64_t first = 0; first < columns; first += kLanes) {
    Vec tile[kLanes];
    for (int64_t row = 0; row < kLanes; row++) {
      int64_t at = row * columns + first, left = rows * columns - at;
      if (row >= rows) {
        tile[row] = Vec{};
      } else {
        tile[row] = left < kLanes ? load_first(x + at, left) : load(x + at);
      }
    }
    transpose_tile(tile);
    for (int64_t c = 0; c < kLanes; c++) store(cells + (first + c) * kLanes, tile[c]);
  }
}

static inline void store_block(const float* cells, int64_t rows, int64_t columns, float* y) {
  for (int64_t first = 0; first < columns; first += kLanes) {
    int64_t count = columns - first < kLanes ? columns - first : kLanes;
    Vec tile[kLanes];
    for (int64_t c = 0; c < kLanes; c++) tile[c] = load(cells + (first + c) * kLanes);
    transpose_tile(tile);
    for (int64_t row = 0; row < rows; row++) {
      store_first(y + row * columns + first, tile[row], count);
    }
  }
}

// ln(1 + x) for x >= 0 or NaN, to full relative accuracy near 0: what rounding 1 + x loses is made
// up for by the factor.
static inline Vec vec_log1p(Vec x) {
  Vec sum = x + 1.0f, lost = sum - 1.0f;
  return lost == 0.0f ? x : vec_log(sum) * (x / lost);
}

// One value a row; see RowSums.
struct NarrowSums {
  Vec max, total, excess;
  Vec below;  // sum of x - max
};

// Leaves exp(x - max) (want_exps) or x - max in the cells. A row of nothing but -infinity becomes
// NaN by itself: its x - max is.
template <bool want_exps>
static inline NarrowSums sum_block(int64_t columns, float* cells) {
  Vec max = splat(-INFINITY), ones = {}, others = {}, below_sum = {};
  for (int64_t c = 0; c < columns; c++) max = larger(load(cells + c * kLanes), max);
  for (int64_t c = 0; c < columns; c++) {
    Vec below = load(cells + c * kLanes) - max, e = exp_of_small(below);
    ones += below == 0.0f ? splat(1.0f) : splat(0.0f);
    others += below == 0.0f ? splat(0.0f) : e;
    below_sum += below;
    store(cells + c * kLanes, want_exps ? e : below);
  }
  return {max, ones + others, (ones - 1.0f) + others, below_sum};
}

}  // namespace talus::TALUS_ISA
