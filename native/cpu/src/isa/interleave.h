// Shuffles of two vectors, and the transposition made of them.
#pragma once

#include "simd.h"

namespace talus::TALUS_ISA {

// The whole numbers as wide as V's lanes: what selects lanes in a shuffle.
template <class V>
using LaneIndex = decltype(V{} == V{});

// a[0] b[0] a[1] b[1] ... of the halves of a and b that begin at lane `start`.
template <class V>
static inline __attribute__((always_inline)) V interleave_from(int start, V a, V b) {
  constexpr int kCount = sizeof(V) / sizeof(a[0]);
  LaneIndex<V> index = {};
  for (int lane = 0; lane < kCount; lane++) index[lane] = start + lane / 2 + lane % 2 * kCount;
  return __builtin_shuffle(a, b, index);
}

template <class V>
static inline __attribute__((always_inline)) V interleave_low(V a, V b) {
  return interleave_from(0, a, b);
}

template <class V>
static inline __attribute__((always_inline)) V interleave_high(V a, V b) {
  return interleave_from(sizeof(V) / sizeof(a[0]) / 2, a, b);
}

// A kLanes x kLanes tile, turned around its diagonal. Interleaving the two halves of the rows
// rotates the bits of each element's address by one place; log2(kLanes) times exchanges row and
// lane.
static inline void transpose_tile(Vec (&tile)[kLanes]) {
#pragma GCC unroll 4
  for (int step = 1; step < kLanes; step *= 2) {
    Vec mixed[kLanes];
    for (int i = 0; i < kLanes / 2; i++) {
      mixed[2 * i] = interleave_low(tile[i], tile[i + kLanes / 2]);
      mixed[2 * i + 1] = interleave_high(tile[i], tile[i + kLanes / 2]);
    }
    for (int i = 0; i < kLanes; i++) tile[i] = mixed[i];
  }
}

// tile[c] = column c of the first `rows` <= kLanes rows of x, one row per lane; columns from
// `columns` on are `fill`.
static inline void load_transposed(int64_t rows, int64_t columns, const float* x, int64_t x_row,
                                   Vec fill, Vec (&tile)[kLanes]) {
  auto valid = lane_numbers() < static_cast<int32_t>(columns);
  for (int r = 0; r < kLanes; r++) {
    tile[r] = r < rows ? (valid ? load_first(x + r * x_row, columns) : fill) : fill;
  }
  transpose_tile(tile);
}

}  // namespace talus::TALUS_ISA
