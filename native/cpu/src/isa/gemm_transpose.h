// A square of kLanes x kLanes floats, transposed in registers.
#pragma once

#include "simd.h"

namespace talus::TALUS_ISA {

// Exchanges the off-diagonal blocks of size kStep in each square of 2 * kStep rows and columns.
template <int kStep>
inline void transpose_step(Vec (&v)[kLanes]) {
  VecInt low, high;
  for (int lane = 0; lane < kLanes; lane++) {
    bool upper = lane & kStep;
    low[lane] = upper ? kLanes + (lane ^ kStep) : lane;
    high[lane] = upper ? kLanes + lane : (lane ^ kStep);
  }
#pragma GCC unroll 16
  for (int i = 0; i < kLanes; i++) {
    if (i & kStep) continue;
    Vec top = v[i], bottom = v[i + kStep];
    v[i] = __builtin_shuffle(top, bottom, low);
    v[i + kStep] = __builtin_shuffle(top, bottom, high);
  }
}

// v[i][j] becomes v[j][i].
inline void transpose_square(Vec (&v)[kLanes]) {
  transpose_step<1>(v);
  transpose_step<2>(v);
#if defined(__AVX2__)
  transpose_step<4>(v);
#endif
#if defined(__AVX512F__)
  transpose_step<8>(v);
#endif
}

}  // namespace talus::TALUS_ISA
