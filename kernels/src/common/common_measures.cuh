// Measures of two rows u and v of a sparse matrix over the columns that both have. A new measure is
// one struct here and one line in TALUS_FOR_EACH_COMMON_MEASURE.
//
// kSums: sums kept for each pair of rows, side by side in memory.
// sparse_row: a row enters as x' = x - shift, which no measure here notices but by its rounding;
//   the term is 0, or NaN for a row that is not finite.
// add: what a common column adds to the sums. similarity: from the sums, of which the first is n,
//   the number of common columns, and the terms of both rows.
//
// Measures of whole rows that are to rest on common columns are here as well (OfWholeRows).
#pragma once

#include "measures.cuh"

namespace talus {

// How a similarity is held back: Support.java has the formula.
struct Support {
  float least, shrinkage, free;  // free: columns that count for nothing, 0 or 1

  // `similarity` of a pair with n common columns, NaN where that is too few.
  __device__ __forceinline__ float of(float similarity, float n) const {
    float counted = n - free;
    float held = shrinkage == 0 ? similarity : similarity * (counted / (counted + shrinkage));
    return n >= least ? held : __int_as_float(0x7fffffff);
  }
};

struct OfCommonColumns {
  template <class Row>
  static __device__ RowForm sparse_row(const Row& x) {
    return {0, 1, nan_unless_finite(x.squares(0))};
  }
};

// Sums: n, u^2, v^2, u v.
struct CommonCosine : OfCommonColumns {
  static constexpr int kSums = 4;

  static __device__ __forceinline__ void add(float u, float v, float* sums) {
    sums[0] += 1;
    sums[1] = __fmaf_rn(u, u, sums[1]);
    sums[2] = __fmaf_rn(v, v, sums[2]);
    sums[3] = __fmaf_rn(u, v, sums[3]);
  }
  static __device__ __forceinline__ float similarity(const float* sums) {
    float cosine = sums[3] / (sqrtf(sums[1]) * sqrtf(sums[2]));
    return sums[1] == 0 || sums[2] == 0 ? 0 : clamp_cosine(cosine);
  }
};

// Sums: n, u, v, u^2, v^2, u v, of rows less a round number near their mean: whole and half stars
// stay exact in float, and so do their sums. A variance that rounding alone may have made is none.
struct CommonPearson : OfCommonColumns {
  static constexpr int kSums = 6;

  template <class Row>
  static __device__ RowForm sparse_row(const Row& x) {
    double shift = 0;
    if (x.count > 0) {
      // Three significant bits of the mean: the fraction's first three.
      float mean = static_cast<float>(x.mean() * static_cast<double>(x.columns) /
                                      static_cast<double>(x.count));
      unsigned bits = __float_as_uint(mean) + (1u << 20);
      shift = __uint_as_float(bits & ~((1u << 21) - 1));
    }
    return {fabs(shift) < 1e38 ? shift : 0, 1, nan_unless_finite(x.squares(0))};
  }
  static __device__ __forceinline__ void add(float u, float v, float* sums) {
    sums[0] += 1;
    sums[1] += u;
    sums[2] += v;
    sums[3] = __fmaf_rn(u, u, sums[3]);
    sums[4] = __fmaf_rn(v, v, sums[4]);
    sums[5] = __fmaf_rn(u, v, sums[5]);
  }
  static __device__ __forceinline__ float similarity(const float* sums) {
    float n = sums[0];
    float uu = sums[3] - sums[1] * sums[1] / n;
    float vv = sums[4] - sums[2] * sums[2] / n;
    float uv = sums[5] - sums[1] * sums[2] / n;
    float negligible = (n + 16) * (1.0f / (1 << 24));
    if (uu <= negligible * sums[3] || vv <= negligible * sums[4]) {
      return 0;
    }
    return clamp_cosine(uv / (sqrtf(uu) * sqrtf(vv)));
  }
};

// Sums: n, (u - v)^2.
struct CommonMeanSquaredDifference : OfCommonColumns {
  static constexpr int kSums = 2;

  static __device__ __forceinline__ void add(float u, float v, float* sums) {
    float difference = u - v;
    sums[0] += 1;
    sums[1] = __fmaf_rn(difference, difference, sums[1]);
  }
  static __device__ __forceinline__ float similarity(const float* sums) {
    return 1 / (1 + sums[1] / sums[0]);
  }
};

// What a measure of common columns makes of sums and terms.
template <class Common>
struct OfSums : Common {
  template <class Distance>
  static __device__ __forceinline__ float similarity(const float* sums, float term_u, float term_v,
                                                     const Distance&) {
    return Common::similarity(sums) + (term_u + term_v);
  }
};

// A measure of whole rows for pairs with something in common. Sums: n, u v.
template <class Whole>
struct OfWholeRows {
  static constexpr int kSums = 2;

  static __device__ __forceinline__ void add(float u, float v, float* sums) {
    sums[0] += 1;
    sums[1] = __fmaf_rn(u, v, sums[1]);
  }
  template <class Distance>
  static __device__ __forceinline__ float similarity(const float* sums, float term_u, float term_v,
                                                     const Distance& distance) {
    return Whole::score(Whole::value(sums[1], term_u, term_v), term_u, term_v, distance);
  }
};

}  // namespace talus

// use(name in kernels, struct)
#define TALUS_FOR_EACH_COMMON_MEASURE(use)                            \
  use(common_cosine, CommonCosine) use(common_pearson, CommonPearson) \
      use(common_mean_squared_difference, CommonMeanSquaredDifference)
