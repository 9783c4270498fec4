// One vector of floats, as wide as the instruction set being compiled: 16, 8 or 4 lanes.
//
// Vec is a GCC vector type: + - * / and comparisons work lane by lane, and `mask ? a : b` selects. What the language
// lacks is below. Contraction is off for the whole library, so a multiply-add is fused exactly where fma() is written;
// without FMA hardware (portable) fma() rounds twice.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace talus::TALUS_ISA {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX2__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

typedef float Vec __attribute__((vector_size(kLanes * sizeof(float))));
typedef int32_t VecInt __attribute__((vector_size(kLanes * sizeof(float))));

static inline Vec splat(float value) { return Vec{} + value; }

static inline Vec load(const float* from) {
  Vec v;
  memcpy(&v, from, sizeof(v));
  return v;
}

static inline void store(float* to, Vec v) { memcpy(to, &v, sizeof(v)); }

// The first `count` lanes; the others are zero, and memory behind them is not touched. 0 <= count <= kLanes.
static inline Vec load_first(const float* from, int64_t count) {
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#else
  Vec v = {};
  memcpy(&v, from, count * sizeof(float));
  return v;
#endif
}

static inline void store_first(float* to, Vec v, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)v);
#else
  memcpy(to, &v, count * sizeof(float));
#endif
}

static inline Vec fma(Vec a, Vec b, Vec c) {
#if defined(__AVX512F__)
  return (Vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
  return (Vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}

// Lane sum in a fixed order.
static inline float sum_lanes(Vec v) {
  float sum = 0;
  for (int lane = 0; lane < kLanes; lane++) sum += v[lane];
  return sum;
}

}  // namespace talus::TALUS_ISA
