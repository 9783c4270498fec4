// The similarity measures: what a row becomes before any product is taken, and how the sum over two
// rows becomes their similarity. A new measure is one struct here and one line in
// TALUS_FOR_EACH_MEASURE; its host side is one line in RowPacking.java.
//
// dense_row: the row enters the sum as x' = (x - shift) * scale. Row (row_sums.cuh) takes sums over
//   it in double; all lanes of a warp call it together.
// add: what a pair of elements adds to the sum. score: the similarity, from the sum.
// Sparse (the measure of rows whose zeros are not stored, and not shifted):
// sparse_row: the same, with a term that stands for the zeros. value: from the product and both
//   terms, NaN where the score is NaN. score: from the value; distance() is |u - v|^2 summed from
//   the rows, for where the product has cancelled.
#pragma once

namespace talus {

struct RowForm {
  double shift;
  double scale;
  float term;
};

__device__ __forceinline__ double reciprocal_or_zero(double norm) {
  return norm == 0 ? 0 : 1 / norm;
}

// NaN stays NaN.
__device__ __forceinline__ float clamp_cosine(float value) {
  return value > 1 ? 1.0f : value < -1 ? -1.0f : value;
}

// 0 for finite rows, else NaN: a missing element times infinity would be NaN, and a sparse product
// never sees it.
__device__ __forceinline__ float nan_unless_finite(double squares) {
  return static_cast<float>(squares - squares);
}

// Measures of the dot product; the terms are 0 or NaN.
struct OfProduct {
  static __device__ __forceinline__ float add(float sum, float u, float v) {
    return __fmaf_rn(u, v, sum);
  }
  static __device__ __forceinline__ float value(float product, float term_u, float term_v) {
    return product + (term_u + term_v);
  }
};

// u . v
struct Dot : OfProduct {
  using Sparse = Dot;
  template <class Row>
  static __device__ RowForm dense_row(const Row&) {
    return {0, 1, 0};
  }
  template <class Row>
  static __device__ RowForm sparse_row(const Row& x) {
    return {0, 1, nan_unless_finite(x.squares(0))};
  }
  static __device__ __forceinline__ float score(float sum) { return sum; }
  template <class Distance>
  static __device__ __forceinline__ float score(float value, float, float, const Distance&) {
    return value;
  }
};

// u . v / (|u| |v|): the product of rows of length 1; 0 where a row is zero.
struct Cosine : OfProduct {
  using Sparse = Cosine;
  template <class Row>
  static __device__ RowForm dense_row(const Row& x) {
    return {0, reciprocal_or_zero(sqrt(x.squares(0))), 0};
  }
  template <class Row>
  static __device__ RowForm sparse_row(const Row& x) {
    double squares = x.squares(0);
    return {0, reciprocal_or_zero(sqrt(squares)), nan_unless_finite(squares)};
  }
  static __device__ __forceinline__ float score(float sum) { return clamp_cosine(sum); }
  template <class Distance>
  static __device__ __forceinline__ float score(float value, float, float, const Distance&) {
    return clamp_cosine(value);
  }
};

// (u . v - n mean_u mean_v) / (s_u s_v) with rows scaled by 1 / s and terms sqrt(n) mean / s. With
// z zeros in a row |u| / s is at most sqrt(n / z), so little cancels; a row without zeros is
// centred.
struct SparsePearson : Cosine {
  static __device__ __forceinline__ float value(float product, float term_u, float term_v) {
    return __fmaf_rn(-term_u, term_v, product);
  }
  template <class Row>
  static __device__ RowForm sparse_row(const Row& x) {
    double columns = static_cast<double>(x.columns);
    double mean = x.mean();
    double missing = static_cast<double>(x.columns - x.count);
    double squares = x.squares(mean) + missing * mean * mean;
    double scale = reciprocal_or_zero(sqrt(squares));
    float not_finite = nan_unless_finite(squares);
    if (x.count == x.columns) {
      return {mean, scale, not_finite};
    }
    return {0, scale, static_cast<float>(sqrt(columns) * mean * scale) + not_finite};
  }
};

// The cosine of rows less their means.
struct Pearson : Cosine {
  using Sparse = SparsePearson;
  template <class Row>
  static __device__ RowForm dense_row(const Row& x) {
    double mean = x.mean();
    return {mean, reciprocal_or_zero(sqrt(x.squares(mean))), 0};
  }
};

// 1 / (1 + |u - v|). Dense rows are subtracted element by element: one more instruction each, and
// nothing cancels. Sparse: |u - v|^2 = |u|^2 + |v|^2 - 2 u.v, with value = -|u - v|^2 / 2; where
// less than kNear of |u|^2 + |v|^2 is left, it is summed from the differences.
struct Euclidean {
  using Sparse = Euclidean;
  static constexpr float kNear = 1.0f / 64;

  template <class Row>
  static __device__ RowForm dense_row(const Row&) {
    return {0, 1, 0};
  }
  template <class Row>
  static __device__ RowForm sparse_row(const Row& x) {
    float term = static_cast<float>(x.squares(0) / -2);
    return {0, 1, term + nan_unless_finite(term)};
  }
  static __device__ __forceinline__ float add(float sum, float u, float v) {
    float difference = u - v;
    return __fmaf_rn(difference, difference, sum);
  }
  static __device__ __forceinline__ float value(float product, float term_u, float term_v) {
    return product + (term_u + term_v);
  }
  static __device__ __forceinline__ float score(float squared) {
    return 1 / (1 + sqrtf(squared < 0 ? 0 : squared));
  }
  template <class Distance>
  static __device__ __forceinline__ float score(float value, float term_u, float term_v,
                                                const Distance& distance) {
    return score(value > kNear * (term_u + term_v) ? distance() : -2 * value);
  }
};

// u . v / (|u|^2 + |v|^2 - u . v), of sparse rows; 0 where both are zero. At least half of |u|^2 +
// |v|^2 is below the line, so nothing cancels.
struct Tanimoto : Dot {
  using Sparse = Tanimoto;
  template <class Row>
  static __device__ RowForm sparse_row(const Row& x) {
    double squares = x.squares(0);
    return {0, 1, static_cast<float>(squares) + nan_unless_finite(squares)};
  }
  static __device__ __forceinline__ float value(float product, float term_u, float term_v) {
    float either = term_u + term_v - product;
    return either == 0 ? 0 : product / either;
  }
};

}  // namespace talus

// use(name in kernels, struct)
#define TALUS_FOR_EACH_MEASURE(use) \
  use(dot, Dot) use(cosine, Cosine) use(pearson, Pearson) use(euclidean, Euclidean)
