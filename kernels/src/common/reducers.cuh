// What a reduction does with its elements, apart from how it walks through them. Each: `take` an
// element, in the order of columns; `flush` now and then; `key` what was taken; `absorb` the key of
// others; `result` of a key. NaN passes through all of them.
#pragma once

#include "reduce.cuh"

namespace talus {

// In float, from flush to flush; above that in double.
template <bool kSquares>
struct SumReducer {
  using Key = float;
  using Result = float;
  float part = 0;
  double total = 0;

  __device__ __forceinline__ void take(float x, int) { part += kSquares ? x * x : x; }

  __device__ __forceinline__ void flush() {
    total += part;
    part = 0;
  }

  __device__ __forceinline__ void absorb(Key key) { total += key; }

  __device__ __forceinline__ Key key() const { return static_cast<float>(total); }

  static __device__ __forceinline__ Key combine(Key a, Key b) { return a + b; }

  static __device__ __forceinline__ Result result(Key key, float divisor) { return key / divisor; }
};

template <bool kMax>
struct ExtremeReducer {
  using Key = float;
  using Result = float;
  float best = kMax ? -INFINITY : INFINITY;

  __device__ __forceinline__ void take(float x, int) { best = combine(best, x); }

  __device__ __forceinline__ void flush() {}

  __device__ __forceinline__ void absorb(Key key) { best = combine(best, key); }

  __device__ __forceinline__ Key key() const { return best; }

  static __device__ __forceinline__ Key combine(Key a, Key b) {
    return a != a || (kMax ? a > b : a < b) ? a : b;
  }

  static __device__ __forceinline__ Result result(Key key, float) { return key; }
};

// The column of the first NaN, or else of the first largest element. A key is the element as a
// number whose order is that of the elements, NaN above all and -0 as 0, and below it the column's
// complement; 0 of no elements.
struct ArgMaxReducer {
  using Key = unsigned long long;
  using Result = int;
  Key best = 0;

  __device__ __forceinline__ void take(float x, int column) {
    unsigned bits = __float_as_uint(__fadd_rn(x, 0.0f));
    unsigned order = x != x ? 0xffffffffu : bits >> 31 ? ~bits : bits | 0x80000000u;
    best = combine(best, static_cast<Key>(order) << 32 | static_cast<unsigned>(~column));
  }

  __device__ __forceinline__ void flush() {}

  __device__ __forceinline__ void absorb(Key key) { best = combine(best, key); }

  __device__ __forceinline__ Key key() const { return best; }

  static __device__ __forceinline__ Key combine(Key a, Key b) { return a > b ? a : b; }

  static __device__ __forceinline__ Result result(Key key, float) {
    return static_cast<int>(~static_cast<unsigned>(key));
  }
};

}  // namespace talus
