// The first pass of softmax and its losses over one row, chunk by chunk: maximum, exponentials and
// their sum, in one go: the exponentials refer to the maximum of the chunks before, unless this
// chunk's is much larger, and the sums so far are scaled down where the maximum rises. A row's bits
// depend on nothing but its contents.
#pragma once

#include <float.h>

#include "../runtime/processor.h"
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

// e^x for x <= 80 or NaN, within 1.5 units in the last place; 1 for 0. With x = n ln 2 + r, where n
// is a multiple of 1/32, two terms in r are enough, and the powers of two in between come from a
// table held in two registers: 1.2 ns a vector where vec_exp takes 1.7.
static inline Vec exp_of_small(Vec x) {
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
// e^x for x <= 80 or NaN.
static inline Vec exp_of_small(Vec x) {
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
  float exps;     // sum of exp(x - reference)
  float values;   // sum of x - reference, where asked for
  float largest;  // element that is not NaN, or -infinity, where asked for
};

// The next chunk is fetched while one is summed: past the second-level cache, where exponentials
// wait (7 to 11 % of the whole on a Zen 5), but not on an Intel processor, which waits for lines
// that come that way: there into the second-level cache (a Xeon: 1.8 times as fast; without, 1.5).
static const bool kFetchPastSecondLevel = !is_intel();

static inline void fetch_of_next_chunk(const float* x) {
  if (kFetchPastSecondLevel) {
    __builtin_prefetch(x, 0, 0);
  } else {
    __builtin_prefetch(x, 0, 2);
  }
}

// exps: where to keep the exponentials, where asked for; may be x.
// beside(i): other work, done before the exponentials of the whole vector at i are kept.
template <bool want_exps, bool want_values, bool want_max, class Beside>
static inline ChunkSums sum_chunk(const float* x, int64_t count, float reference, float* exps,
                                  Beside beside) {
  Vec sums[kWays] = {}, values[kWays] = {}, max[kWays];
  for (Vec& way : max) way = splat(-INFINITY);
  int64_t i = 0;
  auto add = [&](int way) {
    beside(i);
    Vec v = load(x + i), below = v - reference, e = exp_of_small(below);
    fetch_of_next_chunk(x + i + kChunk);
    if constexpr (want_exps) store(exps + i, e);
    if constexpr (want_values) values[way] += below;
    sums[way] += e;
    if constexpr (want_max) max[way] = larger(v, max[way]);
    i += kLanes;
  };
  while (i + kWays * kLanes <= count) {
    for (int way = 0; way < kWays; way++) add(way);
  }
  while (i + kLanes <= count) add(0);
  if (i < count) {
    if constexpr (want_values) values[1] += load_first_or(x + i, count - i, reference) - reference;
    Vec v = load_first_or(x + i, count - i, -INFINITY), e = exp_of_small(v - reference);
    if constexpr (want_exps) store_first(exps + i, e, count - i);
    sums[1] += e;
    if constexpr (want_max) max[1] = larger(v, max[1]);
  }
  return {add_lanes((sums[0] + sums[1]) + (sums[2] + sums[3])),
          want_values ? add_lanes((values[0] + values[1]) + (values[2] + values[3])) : 0,
          want_max ? largest_lane(larger(larger(max[0], max[1]), larger(max[2], max[3]))) : 0};
}

// sum of exp(x - reference) without the elements equal to max, from those exponentials where they
// were kept and else from x.
template <bool want_exps>
static inline float sum_chunk_below_max(const float* x, int64_t count, float reference, float max,
                                        const float* exps) {
  const Vec at_max = exp_of_small(splat(max) - reference);
  Vec sum = {};
  for (int64_t i = 0; i < count; i += kLanes) {
    int64_t lanes = count - i < kLanes ? count - i : kLanes;
    Vec e = want_exps ? load_first(exps + i, lanes)
                      : exp_of_small(load_first_or(x + i, lanes, max) - reference);
    sum += e == at_max ? splat(0.0f) : e;
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

  // Exponentials of a chunk are taken of x - reference, where the reference is the maximum of the
  // chunks before, which needs no search, or of this one too where it rises further than this.
  static constexpr float kMostRise = 16;

  // Returns the reference. exps: the row of columns values that keeps the exponentials, where asked
  // for; may be x. beside: see sum_chunk.
  template <bool want_exps, bool want_values, class Beside>
  float add(const float* x, int64_t columns, int64_t chunk, float* exps, Beside beside) {
    int64_t begin = chunk * kChunk, count = chunk_length(columns, chunk);
    const float* from = x + begin;
    float reference = max, largest;
    float* to = exps + begin;
    ChunkSums sums;
    // In place there is no second try.
    if (chunk == 0 || exps == x) {
      largest = chunk_max(from, count);
      reference = reference_for(largest);
      sums = sum_chunk<want_exps, want_values, false>(from, count, reference, to, beside);
    } else {
      sums = sum_chunk<want_exps, want_values, true>(from, count, reference, to, beside);
      largest = sums.largest;
      if (reference_for(largest) != reference) {
        reference = largest;
        auto nothing = [](int64_t) {};
        sums = sum_chunk<want_exps, want_values, false>(from, count, reference, to, nothing);
      }
    }
    if (largest > max) {
      if (total > 0) total *= exp(static_cast<double>(max) - largest);
      max = largest;
      peak_ = chunk;
      peak_reference_ = reference;
      outside_ = total;
    }
    double here = sums.exps;
    if (reference != max) here *= exp(static_cast<double>(reference) - max);
    total += here;
    if (chunk != peak_) outside_ += here;
    if constexpr (want_values) values += sums.values + static_cast<double>(count) * reference;
    return reference;
  }

  template <bool want_exps>
  void finish(const float* x, int64_t columns, const float* exps) {
    if (!(total > 0)) total = NAN;
    excess = total - 1;
    if (total < 1.5) {
      int64_t begin = peak_ * kChunk, count = chunk_length(columns, peak_);
      double others =
          sum_chunk_below_max<want_exps>(x + begin, count, peak_reference_, max, exps + begin);
      if (peak_reference_ != max) others *= exp(static_cast<double>(peak_reference_) - max);
      excess = outside_ + others;
      total = 1 + excess;
    }
  }

 private:
  float reference_for(float largest) const { return largest - max > kMostRise ? largest : max; }

  int64_t peak_ = 0;                 // the chunk that holds the maximum,
  float peak_reference_ = -FLT_MAX;  // its reference,
  double outside_ = 0;               // and the total of all others
};

}  // namespace talus::TALUS_ISA
