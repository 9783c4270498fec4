// Random numbers without state: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", 2011). Element i of a stream takes word i mod 4 of block i / 4:
//   key     = low, high half of the seed
//   counter = low, high half of the block number, stream, step
// The bits are the same on every backend and instruction set: only whole-number arithmetic here,
// and in what is built on it only single IEEE operations in a written order, never a fused
// multiply-add.
#pragma once

#include "interleave.h"

namespace talus::TALUS_ISA {

// Half as many 64-bit lanes. Each Philox word is held in the low half of one; the high half is left
// over rubbish.
constexpr int kLongLanes = kLanes / 2;
typedef uint64_t VecLong __attribute__((vector_size(kLongLanes * sizeof(uint64_t))));

// Groups of kLongLanes blocks computed side by side: the rounds of one block wait for each other,
// and the processor does not look far enough ahead to find the next block by itself.
#if defined(__AVX512F__)
constexpr int kGroups = 4;
#else
constexpr int kGroups = 2;
#endif

// The vectors of one draw, four words of each block.
constexpr int kDrawn = 2 * kGroups;

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

  // Word w of block first + g * kLongLanes + l in the low half of words[w][g][l].
  inline __attribute__((always_inline)) void blocks(int64_t first,
                                                    VecLong (&words)[4][kGroups]) const {
    const VecLong multiplier0 = VecLong{} + 0xD2511F53u, multiplier1 = VecLong{} + 0xCD9E8D57u;
    VecLong c0[kGroups], c1[kGroups], c2[kGroups], c3[kGroups];
    VecLong numbers = {};
    for (int lane = 0; lane < kLongLanes; lane++) numbers[lane] = lane;
    for (int g = 0; g < kGroups; g++) {
      c0[g] = numbers + static_cast<uint64_t>(first + g * kLongLanes);
      c1[g] = c0[g] >> 32;
      c2[g] = VecLong{} + stream;
      c3[g] = VecLong{} + step;
    }
#pragma GCC unroll 10
    for (int round = 0; round < kRounds; round++) {
      for (int g = 0; g < kGroups; g++) {
        VecLong product0 = multiply_low_halves(c0[g], multiplier0);
        VecLong product1 = multiply_low_halves(c2[g], multiplier1);
        c0[g] = (product1 >> 32) ^ c1[g] ^ key_low[round];
        c2[g] = (product0 >> 32) ^ c3[g] ^ key_high[round];
        c1[g] = product1;
        c3[g] = product0;
      }
    }
    for (int g = 0; g < kGroups; g++) {
      words[0][g] = c0[g];
      words[1][g] = c1[g];
      words[2][g] = c2[g];
      words[3][g] = c3[g];
    }
  }
};

// even and odd in the low halves -> even[0] odd[0] even[1] odd[1] ... as 32-bit lanes.
static inline VecInt pair_words(VecLong even, VecLong odd) {
  return (VecInt)((even & 0xffffffff) | (odd << 32));
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

// kDrawn * kLanes values in the order of the elements, from block `first` on. Uniform: 0 <= u < 1
// from the top 24 bits, exact.
static inline __attribute__((always_inline)) void draw_uniform(const Philox& philox, int64_t first,
                                                               Vec (&u)[kDrawn]) {
  VecLong words[4][kGroups];
  philox.blocks(first, words);
  for (int g = 0; g < kGroups; g++) {
    VecLong early = (VecLong)pair_words(words[0][g], words[1][g]);
    VecLong late = (VecLong)pair_words(words[2][g], words[3][g]);
    VecInt low = (VecInt)interleave_low(early, late), high = (VecInt)interleave_high(early, late);
    u[2 * g] = to_float(top_bits(low)) * 0x1p-24f;
    u[2 * g + 1] = to_float(top_bits(high)) * 0x1p-24f;
  }
}

// Standard normal, by Box and Muller from the words (0, 1) and (2, 3) of each block.
static inline __attribute__((always_inline)) void draw_normal(const Philox& philox, int64_t first,
                                                              Vec (&n)[kDrawn]) {
  VecLong words[4][kGroups];
  philox.blocks(first, words);
  for (int g = 0; g < kGroups; g++) {
    VecInt radius_words = pair_words(words[0][g], words[2][g]);
    VecInt angle_words = pair_words(words[1][g], words[3][g]);
    Vec u = to_float(top_bits(radius_words) + 1) * 0x1p-24f, cosine, sine;
    Vec radius = square_root(portable_log(u) * -2.0f);
    portable_cos_sin(top_bits(angle_words), cosine, sine);
    n[2 * g] = interleave_low(radius * cosine, radius * sine);
    n[2 * g + 1] = interleave_high(radius * cosine, radius * sine);
  }
}

}  // namespace talus::TALUS_ISA
