// Transcendental functions and activations on Vec, one source for every instruction set.
//
// Each is a range reduction and a minimax polynomial, branch-free, 10 to 35 instructions a vector:
// in a loop over memory most of it hides behind the loads. NaN gives NaN everywhere. The errors
// stated are the largest found against double over every 17th of all 2^32 bit patterns, in units in
// the last place (ulp) of the result; where the portable build, which lacks a fused multiply-add,
// is worse, it is named.
#pragma once

#include "../runtime/codes.h"
#include "simd.h"

namespace talus::TALUS_ISA {

// c[0] + c[1] x + ... + c[terms - 1] x^(terms - 1)
template <int terms>
static inline Vec polynomial(const float (&c)[terms], Vec x) {
  Vec sum = splat(c[terms - 1]);
  for (int i = terms - 2; i >= 0; i--) sum = fma(sum, x, splat(c[i]));
  return sum;
}

// x = n ln 2 + r with whole n and |r| <= ln(2) / 2. The high part of ln 2 is short enough that n
// times it is exact for |n| < 2^9, with or without a fused multiply-add.
struct ExpReduction {
  Vec n, r;
};

static inline ExpReduction reduce_exp(Vec x) {
  // Adding 1.5 * 2^23 pushes the fraction out of the significand: rounding to nearest without a
  // rounding instruction.
  const Vec shift = splat(0x1.8p23f);
  Vec n = fma(x, splat(0x1.715476p0f), shift) - shift;
  Vec r = fma(n, splat(-0x1.62e4p-1f), x);
  return {n, fma(n, splat(-0x1.7f7d1cp-20f), r)};
}

// exp(r) - 1 for |r| <= ln(2) / 2, relative error 2^-27 before rounding.
static inline Vec expm1_near_zero(Vec r) {
  const float c[] = {0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558f2p-5f, 0x1.123a2p-7f, 0x1.6a23dp-10f};
  return fma(r * r, polynomial(c, r), r);
}

// e^x, 1.0 ulp. Overflows to infinity above 88.72, goes through the denormals to 0 below -103.97.
static inline Vec vec_exp(Vec x) {
  x = smaller(splat(89.0f), larger(splat(-104.0f), x));
  ExpReduction reduced = reduce_exp(x);
  return scale_by_power(expm1_near_zero(reduced.r) + 1.0f, reduced.n);
}

// ln x, 0.9 ulp. 0 gives -infinity, below 0 NaN; denormals count.
static inline Vec vec_log(Vec x) {
  const float c[] = {0x1.555554p-2f, -0x1.000226p-2f, 0x1.99a008p-3f, -0x1.547244p-3f,
                     0x1.22da1cp-3f, -0x1.0d8542p-3f, 0x1.055b6cp-3f, -0x1.38b582p-4f};
  auto denormal = x < 0x1p-126f;
  Vec normal = denormal ? x * 0x1p23f : x;
  // normal = m * 2^e with sqrt(1/2) <= m < sqrt(2): then f = m - 1 is exact, and near 0 for x
  // near 1.
  VecInt bits = (VecInt)normal, exponent = (bits - 0x3f3504f3) >> 23;
  Vec f = (Vec)(bits - (exponent << 23)) - 1.0f;
  Vec e = to_float(denormal ? exponent - 23 : exponent);
  Vec square = f * f;
  // ln(1 + f) = f - f^2/2 + f^3 p(f); the smallest terms are added first.
  Vec tail = fma(square * f, polynomial(c, f), e * 0x1.7f7d1cp-20f);
  Vec result = fma(e, splat(0x1.62e4p-1f), fma(square, splat(-0.5f), tail) + f);
  result = x == 0.0f ? splat(-INFINITY) : result;
  result = x < 0.0f ? splat(NAN) : result;
  return (x < INFINITY) ? result : x;
}

// tanh x, 2.6 ulp: e / (e + 2) with e = exp(2 |x|) - 1, which keeps its relative accuracy down to
// the smallest x.
static inline Vec vec_tanh(Vec x) {
  // tanh rounds to 1 from 9.02 on.
  Vec twice = smaller(splat(20.0f), absolute(x) * 2.0f);
  ExpReduction reduced = reduce_exp(twice);
  Vec power = (Vec)((to_int(reduced.n) + 127) << 23);
  Vec e = fma(power, expm1_near_zero(reduced.r), power - 1.0f);
  return with_sign(e / (e + 2.0f), x);
}

// 1 / (1 + e^-x), 2.4 ulp: with e^-|x| only: no overflow, and accurate down to the denormals.
static inline Vec vec_sigmoid(Vec x) {
  Vec e = vec_exp(-absolute(x));
  return (x < 0.0f ? e : splat(1.0f)) / (e + 1.0f);
}

// The standard normal distribution left of -x, for x >= 0.
struct NormalTail {
  Vec mass;      // P(X < -x) = erfc(x / sqrt 2) / 2
  Vec gaussian;  // exp(-x^2 / 2)
};

static inline NormalTail normal_tail(Vec x) {
  // mass / gaussian falls smoothly from 1/2 to 1/(x sqrt(2 pi)): a polynomial in the t below, up to
  // 14.5, where the gaussian reaches 0.
  const float c[] = {0x1.f1b89cp-4f,  -0x1.a6b66ap-3f, 0x1.f8bad2p-4f,   -0x1.7a943ap-5f,
                     0x1.91dc7cp-8f,  0x1.7cadeap-9f,  -0x1.01bd14p-10f, -0x1.6361e4p-12f,
                     0x1.e1f7dep-14f, 0x1.bd1fc6p-15f};
  x = smaller(splat(14.5f), x);
  Vec t = (x - 3.0f) / (x + 3.0f);
  Vec square = x * x, error = fma(x, x, -square);
  Vec gaussian = vec_exp(square * -0.5f);
  gaussian = fma(gaussian, error * -0.5f, gaussian);
  return {gaussian * polynomial(c, t), gaussian};
}

// erf x, 2 ulp.
static inline Vec vec_erf(Vec x) {
  const float c[] = {0x1.06eba8p-3f,  -0x1.81273ap-2f, 0x1.ce2ac8p-4f,
                     -0x1.b7a894p-6f, 0x1.4f2c8p-8f,   -0x1.61de8cp-11f};
  Vec size = absolute(x);
  Vec small = fma(x, polynomial(c, x * x), x);
  Vec large = fma(normal_tail(size * 0x1.6a09e6p0f).mass, splat(-2.0f), splat(1.0f));
  return size < 0.75f ? small : with_sign(large, x);
}

// The exact form x/2 (1 + erf(x / sqrt 2)) = max(x, 0) - |x| P(X < -|x|), which keeps its relative
// accuracy in the negative tail. 4 ulp above 0 (portable 5), 12 below (portable 73); absolute error
// below 0: 6e-8. -infinity gives 0.
static inline Vec vec_gelu(Vec x) {
  Vec size = absolute(x);
  return fma(-smaller(splat(14.5f), size), normal_tail(size).mass, larger(splat(0.0f), x));
}

// d gelu(x) / dx = P(X < x) + x exp(-x^2/2) / sqrt(2 pi), absolute error 2e-7.
static inline Vec vec_gelu_slope(Vec x) {
  Vec size = absolute(x);
  NormalTail tail = normal_tail(size);
  Vec below = x < 0.0f ? tail.mass : 1.0f - tail.mass;
  Vec density = smaller(splat(14.5f), size) * 0x1.988454p-2f * tail.gaussian;
  return x < 0.0f ? below - density : below + density;
}

template <Activation activation>
static inline Vec activate(Vec x) {
  if constexpr (activation == kRelu) return larger(splat(0.0f), x);
  if constexpr (activation == kGelu) return vec_gelu(x);
  if constexpr (activation == kTanh) return vec_tanh(x);
  if constexpr (activation == kSigmoid) return vec_sigmoid(x);
  return x;
}

// The activation's derivative from its output (relu, tanh, sigmoid) or its input (gelu). The slope
// of relu at NaN is NaN.
template <Activation activation>
static inline Vec activation_slope(Vec saved) {
  if constexpr (activation == kRelu)
    return saved > 0.0f ? splat(1.0f) : saved == saved ? splat(0.0f) : saved;
  if constexpr (activation == kGelu) return vec_gelu_slope(saved);
  // 1 - saved^2, relatively accurate where tanh saturates even without a fused multiply-add.
  if constexpr (activation == kTanh) return (1.0f - saved) * (1.0f + saved);
  if constexpr (activation == kSigmoid) return saved * (1.0f - saved);
  return splat(1.0f);
}

}  // namespace talus::TALUS_ISA
