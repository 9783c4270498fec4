// Random numbers without state: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random
// numbers: as easy as 1, 2, 3", 2011). Element i of a stream takes word i mod 4 of block i / 4:
//   key     = low, high half of the seed
//   counter = low, high half of the block number, stream, step
// The bits are the same on every backend: only whole-number arithmetic here, and in what is built
// on it only single IEEE operations in a written order, each by its intrinsic, so that the compiler
// fuses no multiplication with an addition.
#pragma once

#include "pack.cuh"

namespace talus {

struct Philox {
  unsigned key_low, key_high, stream, step;

  // For all threads of the block together, of which one reads the step; null: 0.
  __device__ __forceinline__ Philox(i64 seed, int stream_number, const int* step_value)
      : key_low(static_cast<unsigned>(seed)),
        key_high(static_cast<unsigned>(seed >> 32)),
        stream(stream_number) {
    __shared__ unsigned shared_step;
    if (threadIdx.x == 0) {
      shared_step = step_value == nullptr ? 0 : *step_value;
    }
    __syncthreads();
    step = shared_step;
  }

  // The four words of a block.
  __device__ __forceinline__ uint4 words(i64 block) const {
    using u64 = unsigned long long;
    uint4 c =
        make_uint4(static_cast<unsigned>(block), static_cast<unsigned>(block >> 32), stream, step);
    unsigned low = key_low, high = key_high;
#pragma unroll
    for (int round = 0; round < 10; round++) {
      u64 product0 = static_cast<u64>(c.x) * 0xD2511F53u;
      u64 product1 = static_cast<u64>(c.z) * 0xCD9E8D57u;
      c = make_uint4(
          static_cast<unsigned>(product1 >> 32) ^ c.y ^ low, static_cast<unsigned>(product1),
          static_cast<unsigned>(product0 >> 32) ^ c.w ^ high, static_cast<unsigned>(product0));
      low += 0x9E3779B9u;
      high += 0xBB67AE85u;
    }
    return c;
  }
};

// a b + c in two roundings.
__device__ __forceinline__ float multiply_then_add(float a, float b, float c) {
  return __fadd_rn(__fmul_rn(a, b), c);
}

// From 0 (inclusive) to 1 (exclusive), exact: the top 24 bits.
__device__ __forceinline__ float unit(unsigned word) {
  return __fmul_rn(static_cast<float>(word >> 8), 0x1p-24f);
}

__device__ __forceinline__ Pack<4> draw_uniform(const Philox& philox, i64 block) {
  uint4 words = philox.words(block);
  return {{unit(words.x), unit(words.y), unit(words.z), unit(words.w)}};
}

// ln u for 2^-24 <= u <= 1, relative error 1e-7: ln(1 + f) = f - f^2/2 + f^3 (c[0] + c[1] f + ...)
// with u = (1 + f) 2^exponent and sqrt(1/2) <= 1 + f < sqrt(2).
__device__ __forceinline__ float portable_log(float u) {
  constexpr float c[] = {0x1.555554p-2f, -0x1.000226p-2f, 0x1.99a008p-3f, -0x1.547244p-3f,
                         0x1.22da1cp-3f, -0x1.0d8542p-3f, 0x1.055b6cp-3f, -0x1.38b582p-4f};
  int bits = __float_as_int(u), exponent = (bits - 0x3f3504f3) >> 23;
  float f = __fsub_rn(__int_as_float(bits - (exponent << 23)), 1.0f);
  float e = static_cast<float>(exponent), square = __fmul_rn(f, f);
  float p = c[7];
#pragma unroll
  for (int i = 6; i >= 0; i--) {
    p = multiply_then_add(p, f, c[i]);
  }
  float tail = __fadd_rn(__fmul_rn(__fmul_rn(square, f), p), __fmul_rn(e, 0x1.7f7d1cp-20f));
  tail = __fsub_rn(tail, __fmul_rn(square, 0.5f));
  return multiply_then_add(e, 0x1.62e4p-1f, __fadd_rn(f, tail));
}

struct CosSin {
  float cosine, sine;
};

// Of 2 pi turn / 2^24 for 0 <= turn < 2^24, absolute error 1e-7. The angle is reduced to an eighth
// of a turn around the nearest quarter in whole numbers, without error.
__device__ __forceinline__ CosSin portable_cos_sin(int turn) {
  int quarter = (turn + (1 << 21)) >> 22;
  float x = __fmul_rn(static_cast<float>(turn - (quarter << 22)), 0x1.921fb6p-22f);
  float s = __fmul_rn(x, x);
  float p = multiply_then_add(s, -0x1.994388p-13f, 0x1.11073ap-7f);
  p = __fmul_rn(s, multiply_then_add(p, s, -0x1.555546p-3f));
  float sin_x = __fadd_rn(x, __fmul_rn(x, p));
  float q = multiply_then_add(s, 0x1.99eb4ap-16f, -0x1.6c0c32p-10f);
  q = multiply_then_add(q, s, 0x1.55554ap-5f);
  float cos_x = __fadd_rn(__fsub_rn(1.0f, __fmul_rn(s, 0.5f)), __fmul_rn(__fmul_rn(s, s), q));
  bool swapped = (quarter & 1) != 0;
  float cosine = swapped ? sin_x : cos_x, sine = swapped ? cos_x : sin_x;
  return {(quarter + 1) & 2 ? -cosine : cosine, quarter & 2 ? -sine : sine};
}

// Standard normal, by Box and Muller from the words (0, 1) and (2, 3) of each block.
__device__ __forceinline__ Pack<4> draw_normal(const Philox& philox, i64 block) {
  uint4 words = philox.words(block);
  const unsigned radii[] = {words.x, words.z}, angles[] = {words.y, words.w};
  Pack<4> normal;
#pragma unroll
  for (int pair = 0; pair < 2; pair++) {
    float u = __fmul_rn(static_cast<float>((radii[pair] >> 8) + 1), 0x1p-24f);
    float radius = __fsqrt_rn(__fmul_rn(portable_log(u), -2.0f));
    CosSin turned = portable_cos_sin(static_cast<int>(angles[pair] >> 8));
    normal.value[2 * pair] = __fmul_rn(radius, turned.cosine);
    normal.value[2 * pair + 1] = __fmul_rn(radius, turned.sine);
  }
  return normal;
}

}  // namespace talus
