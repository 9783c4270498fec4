// One vector of floats, as wide as the instruction set being compiled: 16, 8 or 4 lanes.
//
// Vec is a GCC vector type: + - * / and comparisons work lane by lane, and `mask ? a : b` selects.
// What the language lacks is below. Contraction is off for the whole library, so a multiply-add is
// fused exactly where fma() is written; without FMA hardware (portable) fma() rounds twice.
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
typedef uint32_t VecUint __attribute__((vector_size(kLanes * sizeof(float))));

// value - 0 and not 0 + value: the former is value itself, -0 included, and compiles to a bare
// broadcast.
static inline Vec splat(float value) { return value - Vec{}; }

static inline Vec load(const float* from) {
  Vec v;
  memcpy(&v, from, sizeof(v));
  return v;
}

static inline void store(float* to, Vec v) { memcpy(to, &v, sizeof(v)); }

// Around the caches, straight to memory: for outputs larger than the caches that are not read
// first. `to` is aligned to the vector. Call stream_fence() before another thread may look.
static inline void stream(float* to, Vec v) {
#if defined(__AVX512F__)
  _mm512_stream_ps(to, (__m512)v);
#elif defined(__AVX2__)
  _mm256_stream_ps(to, (__m256)v);
#elif defined(__SSE2__)
  _mm_stream_ps(to, (__m128)v);
#else
  store(to, v);
#endif
}

static inline void stream_fence() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

// 0, 1, 2, ...
static inline VecInt lane_numbers() {
  VecInt numbers = {};
  for (int lane = 0; lane < kLanes; lane++) numbers[lane] = lane;
  return numbers;
}

// Which lanes of a partial vector are real: the first `count`, 0 <= count <= kLanes. Made once,
// used in a loop. Lanes that are not are read as zero, and their memory is not touched.
#if defined(__AVX512F__)
using LaneMask = __mmask16;
static inline LaneMask first_lanes(int64_t count) { return (LaneMask)((1u << count) - 1); }
static inline Vec load_masked(const float* from, LaneMask mask) {
  return (Vec)_mm512_maskz_loadu_ps(mask, from);
}
static inline void store_masked(float* to, Vec v, LaneMask mask) {
  _mm512_mask_storeu_ps(to, mask, (__m512)v);
}
#elif defined(__AVX2__)
using LaneMask = VecInt;
static inline LaneMask first_lanes(int64_t count) { return lane_numbers() < (int32_t)count; }
static inline Vec load_masked(const float* from, LaneMask mask) {
  return (Vec)_mm256_maskload_ps(from, (__m256i)mask);
}
static inline void store_masked(float* to, Vec v, LaneMask mask) {
  _mm256_maskstore_ps(to, (__m256i)mask, (__m256)v);
}
#else
using LaneMask = int64_t;
static inline LaneMask first_lanes(int64_t count) { return count; }
static inline Vec load_masked(const float* from, LaneMask count) {
  Vec v = {};
  memcpy(&v, from, count * sizeof(float));
  return v;
}
static inline void store_masked(float* to, Vec v, LaneMask count) {
  memcpy(to, &v, count * sizeof(float));
}
#endif

static inline Vec load_first(const float* from, int64_t count) {
  return load_masked(from, first_lanes(count));
}

static inline void store_first(float* to, Vec v, int64_t count) {
  store_masked(to, v, first_lanes(count));
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

#if defined(__AVX512F__)
// GCC 12 warns of an uninitialized value inside the unmasked forms of some intrinsics; with this
// mask the code is the same.
constexpr __mmask16 kAllLanes = 0xffff;
#endif

// The larger / smaller of each lane; b where either is NaN, so that a constant goes first.
static inline Vec larger(Vec a, Vec b) {
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_max_ps(kAllLanes, (__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (Vec)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
  return (Vec)_mm_max_ps((__m128)a, (__m128)b);
#else
  return a > b ? a : b;
#endif
}

static inline Vec smaller(Vec a, Vec b) {
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_min_ps(kAllLanes, (__m512)a, (__m512)b);
#elif defined(__AVX2__)
  return (Vec)_mm256_min_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
  return (Vec)_mm_min_ps((__m128)a, (__m128)b);
#else
  return a < b ? a : b;
#endif
}

// The larger / smaller of each lane; NaN where either is NaN.
static inline Vec maximum(Vec a, Vec b) { return a == a ? larger(a, b) : a; }
static inline Vec minimum(Vec a, Vec b) { return a == a ? smaller(a, b) : a; }

static inline Vec square_root(Vec v) {
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_sqrt_ps(kAllLanes, (__m512)v);
#elif defined(__AVX2__)
  return (Vec)_mm256_sqrt_ps((__m256)v);
#elif defined(__SSE2__)
  return (Vec)_mm_sqrt_ps((__m128)v);
#else
  for (int lane = 0; lane < kLanes; lane++) v[lane] = sqrtf(v[lane]);
  return v;
#endif
}

static inline Vec absolute(Vec v) { return (Vec)((VecInt)v & 0x7fffffff); }

// v with the sign of `sign`; v >= 0.
static inline Vec with_sign(Vec v, Vec sign) {
  return (Vec)((VecInt)v | ((VecInt)sign & (int32_t)0x80000000));
}

static inline Vec to_float(VecInt v) { return __builtin_convertvector(v, Vec); }
static inline VecInt to_int(Vec v) { return __builtin_convertvector(v, VecInt); }

// v * 2^n for whole n in -252 .. 254 and 2^-1 <= |v| <= 2, rounded once. NaN v gives NaN whatever n
// is.
static inline Vec scale_by_power(Vec v, Vec n) {
#if defined(__AVX512F__)
  return (Vec)_mm512_maskz_scalef_ps(kAllLanes, (__m512)v, (__m512)n);
#else
  // Two factors: 2^n alone need not be a float. Only the second product can round.
  VecInt whole = to_int(n), half = whole >> 1;
  return v * (Vec)((half + 127) << 23) * (Vec)((whole - half + 127) << 23);
#endif
}

// Lane sum in a fixed order.
static inline float sum_lanes(Vec v) {
  float sum = 0;
  for (int lane = 0; lane < kLanes; lane++) sum += v[lane];
  return sum;
}

}  // namespace talus::TALUS_ISA
