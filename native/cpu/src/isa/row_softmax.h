// The first pass of softmax and its losses over one row, chunk by chunk: maximum, exponentials and
// their sum.
//
// A chunk stays in the first-level cache between the search for its maximum and its exponentials;
// the sums so far are scaled down where a later chunk has a larger maximum. A row's bits depend on
// nothing but its contents.
#pragma once

#include <float.h>

#include "vector_math.h"

namespace talus::TALUS_ISA {

// The first `count` lanes from memory, `fill` in the others. 0 <= count <= kLanes.
static inline Vec load_first_or(const float* from, int64_t count, float fill) {
#if defined(__AVX512F__)
  return (Vec)_mm512_mask_loadu_ps((__m512)splat(fill), (__mmask16)((1u << count) - 1), from);
#else
  Vec v = splat(fill);
  memcpy(&v, from, count * sizeof(float));
  return v;
#endif
}

static inline float largest_lane(Vec v) {
  float lanes[kLanes];
  store(lanes, v);
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) {
      lanes[i] = lanes[i] > lanes[i + width] ? lanes[i] : lanes[i + width];
    }
  }
  return lanes[0];
}

static inline float add_lanes(Vec v) {
  float lanes[kLanes];
  store(lanes, v);
  for (int width = kLanes / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

#if defined(__AVX512F__)
// 2^(j / 32)
alignas(64) static const float kPowers[32] = {
    0x1p0f,        0x1.059b0ep0f, 0x1.0b5586p0f, 0x1.11301ep0f, 0x1.172b84p0f, 0x1.1d4874p0f,
    0x1.2387a6p0f, 0x1.29e9ep0f,  0x1.306fep0f,  0x1.371a74p0f, 0x1.3dea64p0f, 0x1.44e086p0f,
    0x1.4bfdaep0f, 0x1.5342b6p0f, 0x1.5ab07ep0f, 0x1.6247ecp0f, 0x1.6a09e6p0f, 0x1.71f75ep0f,
    0x1.7a1148p0f, 0x1.82589ap0f, 0x1.8ace54p0f, 0x1.93737cp0f, 0x1.9c4918p0f, 0x1.a5503cp0f,
    0x1.ae89fap0f, 0x1.b7f77p0f,  0x1.c199bep0f, 0x1.cb720ep0f, 0x1.d5818ep0f, 0x1.dfc974p0f,
    0x1.ea4afap0f, 0x1.f50766p0f,
};

// e^x for x <= 0 or NaN, within 1.5 units in the last place; 1 for 0. With x = n ln 2 + r, where n
// is a multiple of 1/32, two terms in r are enough, and the powers of two in between come from a
// table held in two registers: 1.2 ns a vector where vec_exp takes 1.7.
static inline Vec exp_of_nonpositive(Vec x) {
  const Vec shift = splat(0x1.8p18f);  // its last place is 1/32
  x = larger(splat(-104.0f), x);
  Vec shifted = fma(x, splat(0x1.715476p0f), shift), n = shifted - shift;
  Vec r = fma(n, splat(-0x1.7f7d1cp-20f), fma(n, splat(-0x1.62e4p-1f), x));
  Vec less_1 = r * fma(r, splat(0x1.000098p-1f), splat(0x1.0000f6p0f));
  Vec power = (Vec)_mm512_permutex2var_ps(_mm512_load_ps(kPowers), (__m512i)shifted,
                                          _mm512_load_ps(kPowers + kLanes));
  return scale_by_power(fma(power, less_1, power), n);  // takes n down to a whole number
}
#else
// e^x for x <= 0 or NaN.
static inline Vec exp_of_nonpositive(Vec x) {
  ExpReduction reduced = reduce_exp(larger(splat(-104.0f), x));
  return scale_by_power(expm1_near_zero(reduced.r) + 1.0f, reduced.n);
}
#endif

constexpr int64_t kChunk = 2048;

static inline int64_t chunks(int64_t columns) { return (columns + kChunk - 1) / kChunk; }
static inline int64_t chunk_length(int64_t columns, int64_t chunk) {
  return columns - chunk * kChunk < kChunk ? columns - chunk * kChunk : kChunk;
}

// Independent partial results: four of them hide latencies and shorten the chains of roundings.
constexpr int kWays = 4;

// The largest element that is not NaN, or -infinity.
static inline float chunk_max(const float* x, int64_t count) {
  Vec max[kWays];
  for (Vec& way : max) way = splat(-INFINITY);
  int64_t i = 0;
  for (; i + kWays * kLanes <= count; i += kWays * kLanes) {
    for (int way = 0; way < kWays; way++) max[way] = larger(load(x + i + way * kLanes), max[way]);
  }
  for (; i + kLanes <= count; i += kLanes) max[0] = larger(load(x + i), max[0]);
  if (i < count) max[1] = larger(load_first_or(x + i, count - i, -INFINITY), max[1]);
  return largest_lane(larger(larger(max[0], max[1]), larger(max[2], max[3])));
}

struct ChunkSums {
  float exps;    // sum of exp(x - max)
  float values;  // sum of x - max, where asked for
};

// exps: where to keep the exponentials, where asked for; may be x. The next chunk is fetched
// meanwhile.
template <bool want_exps, bool want_values>
static inline ChunkSums sum_chunk(const float* x, int64_t count, float max, float* exps) {
  Vec sums[kWays] = {}, values[kWays] = {};
  int64_t i = 0;
  auto add = [&](int way) {
    Vec below = load(x + i) - max, e = exp_of_nonpositive(below);
    __builtin_prefetch(x + i + kChunk);
    if constexpr (want_exps) store(exps + i, e);
    if constexpr (want_values) values[way] += below;
    sums[way] += e;
    i += kLanes;
  };
  while (i + kWays * kLanes <= count) {
    for (int way = 0; way < kWays; way++) add(way);
  }
  while (i + kLanes <= count) add(0);
  if (i < count) {
    if constexpr (want_values) values[1] += load_first_or(x + i, count - i, max) - max;
    Vec e = exp_of_nonpositive(load_first_or(x + i, count - i, -INFINITY) - max);
    if constexpr (want_exps) store_first(exps + i, e, count - i);
    sums[1] += e;
  }
  return {add_lanes((sums[0] + sums[1]) + (sums[2] + sums[3])),
          want_values ? add_lanes((values[0] + values[1]) + (values[2] + values[3])) : 0};
}

// sum of exp(x - max) without the elements equal to max, from those exponentials where they were
// kept and else from x.
template <bool want_exps>
static inline float sum_chunk_below_max(const float* x, int64_t count, float max,
                                        const float* exps) {
  Vec sum = {};
  for (int64_t i = 0; i < count; i += kLanes) {
    int64_t lanes = count - i < kLanes ? count - i : kLanes;
    Vec e = want_exps ? load_first(exps + i, lanes)
                      : exp_of_nonpositive(load_first_or(x + i, lanes, max) - max);
    sum += e == 1.0f ? splat(0.0f) : e;
  }
  return add_lanes(sum);
}

// What the first pass finds out about a row. A NaN or +infinity in the row, or nothing but
// -infinity, makes total and excess NaN.
struct RowSums {
  float max = -FLT_MAX;  // the largest element so far; stays where that is -infinity
  double total = 0;      // sum of exp(x - max)
  double excess = 0;     // total - 1, to full relative accuracy even where one element dominates
  double values = 0;     // sum of x, where asked for

  // exps: the row of columns values that keeps the exponentials, where asked for; may be x.
  template <bool want_exps, bool want_values>
  void add(const float* x, int64_t columns, int64_t chunk, float* exps) {
    int64_t begin = chunk * kChunk, count = chunk_length(columns, chunk);
    float largest = chunk_max(x + begin, count);
    if (largest > max) {
      if (total > 0) total *= exp(static_cast<double>(max) - largest);
      max = largest;
      peak_ = chunk;
      outside_ = total;
    }
    ChunkSums sums = sum_chunk<want_exps, want_values>(x + begin, count, max, exps + begin);
    total += sums.exps;
    if (chunk != peak_) outside_ += sums.exps;
    if constexpr (want_values) values += sums.values + static_cast<double>(count) * max;
  }

  template <bool want_exps>
  void finish(const float* x, int64_t columns, const float* exps) {
    if (!(total > 0)) total = NAN;
    excess = total - 1;
    if (total < 1.5) {
      int64_t begin = peak_ * kChunk, count = chunk_length(columns, peak_);
      excess = outside_ + sum_chunk_below_max<want_exps>(x + begin, count, max, exps + begin);
      total = 1 + excess;
    }
  }

 private:
  int64_t peak_ = 0;    // the chunk that holds the maximum,
  double outside_ = 0;  // and the total of all others
};

}  // namespace talus::TALUS_ISA
