// A kLanes x kLanes tile of floats in registers, turned around its diagonal.
#pragma once

#include "simd.h"

namespace talus::TALUS_ISA {

// a[0] b[0] a[1] b[1] ...: of the first halves, and of the second halves.
static inline Vec interleave_low(Vec a, Vec b) {
  VecInt index = lane_numbers();
  return __builtin_shuffle(a, b, (index >> 1) + (index & 1) * kLanes);
}

static inline Vec interleave_high(Vec a, Vec b) {
  VecInt index = lane_numbers();
  return __builtin_shuffle(a, b, (index >> 1) + (index & 1) * kLanes + kLanes / 2);
}

// Interleaving the two halves of the rows rotates the bits of each element's address by one place;
// log2(kLanes) times exchanges row and lane.
static inline void transpose_tile(Vec (&tile)[kLanes]) {
  for (int step = 1; step < kLanes; step *= 2) {
    Vec mixed[kLanes];
    for (int i = 0; i < kLanes / 2; i++) {
      mixed[2 * i] = interleave_low(tile[i], tile[i + kLanes / 2]);
      mixed[2 * i + 1] = interleave_high(tile[i], tile[i + kLanes / 2]);
    }
    for (int i = 0; i < kLanes; i++) tile[i] = mixed[i];
  }
}

}  // namespace talus::TALUS_ISA
