// Random numbers without state: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", 2011). Element i of a stream takes word i mod 4 of block i / 4:
//   key     = low, high half of the seed
//   counter = low, high half of the block number, stream, step
// The bits are the same on every backend and instruction set: only whole-number arithmetic here,
// and in what is built on it only single IEEE operations in a written order, never a fused
// multiply-add.
#pragma once

#include "simd.h"

namespace talus::TALUS_ISA {

// Half as many 64-bit lanes. Each Philox word is held in the low half of one; the high half is left
// over rubbish.
constexpr int kLongLanes = kLanes / 2;
typedef uint64_t VecLong __attribute__((vector_size(kLongLanes * sizeof(uint64_t))));

// The 64-bit product of the low halves.
static inline VecLong multiply_low_halves(VecLong a, VecLong b) {
#if defined(__AVX512F__)
  return (VecLong)_mm512_maskz_mul_epu32(0xff, (__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
  return (VecLong)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
  return (VecLong)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
  return (a & 0xffffffff) * (b & 0xffffffff);
#endif
}

struct Philox {
  static constexpr int kRounds = 10;
  uint64_t key_low[kRounds], key_high[kRounds];
  uint64_t stream, step;

  Philox(uint64_t seed, uint32_t stream_number, const int32_t* step_value)
      : stream(stream_number),
        step(step_value == nullptr ? 0 : static_cast<uint32_t>(*step_value)) {
    uint32_t low = static_cast<uint32_t>(seed), high = static_cast<uint32_t>(seed >> 32);
    for (int round = 0; round < kRounds; round++) {
      key_low[round] = low;
      key_high[round] = high;
      low += 0x9E3779B9u;
      high += 0xBB67AE85u;
    }
  }

  // The words of blocks first .. first + kLongLanes - 1: word w of block first + l in the low half
  // of words[w][l].
  inline __attribute__((always_inline)) void blocks(int64_t first, VecLong (&words)[4]) const {
    const VecLong multiplier0 = VecLong{} + 0xD2511F53u, multiplier1 = VecLong{} + 0xCD9E8D57u;
    VecLong block = VecLong{} + static_cast<uint64_t>(first);
    for (int lane = 0; lane < kLongLanes; lane++) block[lane] += lane;
    VecLong c0 = block, c1 = block >> 32, c2 = VecLong{} + stream, c3 = VecLong{} + step;
#pragma GCC unroll 10
    for (int round = 0; round < kRounds; round++) {
      VecLong product0 = multiply_low_halves(c0, multiplier0),
              product1 = multiply_low_halves(c2, multiplier1);
      c0 = (product1 >> 32) ^ c1 ^ key_low[round];
      c2 = (product0 >> 32) ^ c3 ^ key_high[round];
      c1 = product1;
      c3 = product0;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
  }
};

// even and odd in the low halves -> even[0] odd[0] even[1] odd[1] ... as 32-bit lanes.
static inline VecInt pair_words(VecLong even, VecLong odd) {
  return (VecInt)((even & 0xffffffff) | (odd << 32));
}

// a[0] b[0] a[1] b[1] ... of lanes of the type V, whose numbers have the type I: of the first
// halves, and of the second.
template <class V, class I>
static inline void interleave(V a, V b, V& low, V& high) {
  constexpr int kCount = sizeof(V) / sizeof(a[0]);
  I first = {}, second = {};
  for (int lane = 0; lane < kCount; lane++) {
    first[lane] = lane / 2 + lane % 2 * kCount;
    second[lane] = first[lane] + kCount / 2;
  }
  low = __builtin_shuffle(a, b, first);
  high = __builtin_shuffle(a, b, second);
}

// The top 24 bits of each word.
static inline VecInt top_bits(VecInt words) { return (VecInt)((VecUint)words >> 8); }

// ln u for 2^-24 <= u <= 1, relative error 1e-7. As vec_log, but without fused multiply-adds.
static inline Vec portable_log(Vec u) {
  const float c[] = {0x1.555554p-2f, -0x1.000226p-2f, 0x1.99a008p-3f, -0x1.547244p-3f,
                     0x1.22da1cp-3f, -0x1.0d8542p-3f, 0x1.055b6cp-3f, -0x1.38b582p-4f};
  VecInt bits = (VecInt)u, exponent = (bits - 0x3f3504f3) >> 23;
  Vec f = (Vec)(bits - (exponent << 23)) - 1.0f;
  Vec e = to_float(exponent), square = f * f;
  Vec p = splat(c[7]);
#pragma GCC unroll 7
  for (int i = 6; i >= 0; i--) p = p * f + c[i];
  Vec tail = (square * f) * p + e * 0x1.7f7d1cp-20f;
  tail = tail - square * 0.5f;
  return e * 0x1.62e4p-1f + (f + tail);
}

// cos and sin of 2 pi turn / 2^24 for 0 <= turn < 2^24, absolute error 1e-7. The angle is reduced
// to an eighth of a turn around the nearest quarter in whole numbers, without error.
static inline void portable_cos_sin(VecInt turn, Vec& cosine, Vec& sine) {
  VecInt quarter = (turn + (1 << 21)) >> 22;
  Vec x = to_float(turn - (quarter << 22)) * 0x1.921fb6p-22f;
  Vec s = x * x;
  Vec sin_x = x + x * (s * ((s * -0x1.994388p-13f + 0x1.11073ap-7f) * s + -0x1.555546p-3f));
  Vec cos_x =
      (1.0f - s * 0.5f) + (s * s) * ((s * 0x1.99eb4ap-16f + -0x1.6c0c32p-10f) * s + 0x1.55554ap-5f);
  auto swapped = (quarter & 1) != 0;
  Vec c = swapped ? sin_x : cos_x, t = swapped ? cos_x : sin_x;
  // Negative in quarters 1 and 2, and in quarters 2 and 3.
  cosine = (Vec)((VecInt)c ^ (((quarter + 1) & 2) << 30));
  sine = (Vec)((VecInt)t ^ ((quarter & 2) << 30));
}

// 2 * kLanes values in the order of the elements, from block `first` on. Uniform: 0 <= u < 1 from
// the top 24 bits, exact.
static inline __attribute__((always_inline)) void draw_uniform(const Philox& philox, int64_t first,
                                                               Vec (&u)[2]) {
  VecLong words[4], low, high;
  philox.blocks(first, words);
  VecLong early = (VecLong)pair_words(words[0], words[1]),
          late = (VecLong)pair_words(words[2], words[3]);
  interleave<VecLong, VecLong>(early, late, low, high);
  u[0] = to_float(top_bits((VecInt)low)) * 0x1p-24f;
  u[1] = to_float(top_bits((VecInt)high)) * 0x1p-24f;
}

// Standard normal, by Box and Muller from the words (0, 1) and (2, 3) of each block.
static inline __attribute__((always_inline)) void draw_normal(const Philox& philox, int64_t first,
                                                              Vec (&n)[2]) {
  VecLong words[4];
  philox.blocks(first, words);
  VecInt radius_words = pair_words(words[0], words[2]),
         angle_words = pair_words(words[1], words[3]);
  Vec u = to_float(top_bits(radius_words) + 1) * 0x1p-24f, cosine, sine;
  Vec radius = square_root(portable_log(u) * -2.0f);
  portable_cos_sin(top_bits(angle_words), cosine, sine);
  interleave<Vec, VecInt>(radius * cosine, radius * sine, n[0], n[1]);
}

}  // namespace talus::TALUS_ISA
