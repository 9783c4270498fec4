// The similarity measures: what a row becomes before any product is taken ("core"), and how the dot
// product of two rows becomes their similarity ("epilogue"). A new measure is one more struct here.
//
// dense_row, sparse_row: the row enters the product as x' = (x - shift) * scale; `term` is what
// else
//   value() must know of it. Sums are taken in double. A sparse row is `count` stored values of
//   `columns`; its zeros are not shifted, so measures that shift correct in value() instead.
// value: the similarity of two rows on a scale on which top-k can compare before it computes the
//   score. NaN where the score is NaN.
// most: the value that the pair may have had without rounding, where score() looks closer than
// that. score: the similarity itself. `distance` computes |u - v|^2 from the rows, for measures
// that need
//   it where the product has cancelled.
// bound: no pair with at least this score has a smaller most(). kBoundIsScore: a pair whose value
// is
//   the bound has just this score.
#pragma once

#include <math.h>

#include "simd.h"

namespace talus::TALUS_ISA {

struct RowTerms {
  double shift = 0;
  double scale = 1;
  float term = 0;
};

namespace row_sums {

// Sum of (x - shift)^power in eight chains on every instruction set: the same bits everywhere.
template <int power>
inline double sum_of_powers(const float* x, int64_t count, double shift) {
  double sums[8] = {};
  int64_t p = 0;
  for (; p + 8 <= count; p += 8) {
    for (int lane = 0; lane < 8; lane++) {
      double v = x[p + lane] - shift;
      sums[lane] += power == 1 ? v : v * v;
    }
  }
  for (int lane = 0; p + lane < count; lane++) {
    double v = x[p + lane] - shift;
    sums[lane] += power == 1 ? v : v * v;
  }
  double total = 0;
  for (double sum : sums) total += sum;
  return total;
}

inline double sum(const float* x, int64_t count) { return sum_of_powers<1>(x, count, 0); }

// Sum of (x - shift)^2.
inline double squares(const float* x, int64_t count, double shift) {
  return sum_of_powers<2>(x, count, shift);
}

// False where there is a NaN.
inline bool all_equal(const float* x, int64_t count) {
  int different = 0;
  for (int64_t p = 0; p < count; p++) different |= !(x[p] == x[0]);
  return different == 0;
}

// A constant row's mean is its value exactly, so that it is zero once centered.
inline double mean(const float* x, int64_t count, int64_t columns) {
  if (count == 0) return 0;
  return count == columns && all_equal(x, count) ? x[0] : sum(x, count) / columns;
}

// 0 for finite rows, else NaN. A missing value times infinity would be NaN, and a sparse product
// never sees it; as a term it reaches every pair of the row.
inline float nan_unless_finite(double squares) { return static_cast<float>(squares - squares); }

}  // namespace row_sums

inline float clamp_cosine(float value) { return value > 1 ? 1 : value < -1 ? -1 : value; }
inline double reciprocal_or_zero(double norm) { return norm == 0 ? 0 : 1 / norm; }

// value = u.v for measures whose rows carry all else in them; terms are 0 or NaN.
struct PlainValue {
  template <class V>
  static V value(V dot, V term_u, V term_v) {
    return dot + (term_u + term_v);
  }
  template <class V>
  static V most(V value, V, V) {
    return value;
  }
};

// u.v
struct Dot : PlainValue {
  static constexpr bool kBoundIsScore = true;
  static constexpr bool kRowsAsTheyAre = true;
  static constexpr bool kCancels = false;

  static RowTerms dense_row(const float*, int64_t) { return {}; }
  static RowTerms sparse_row(const float* x, int64_t count, int64_t) {
    return {0, 1, row_sums::nan_unless_finite(row_sums::squares(x, count, 0))};
  }
  template <class Distance>
  static float score(float value, float, float, const Distance&) {
    return value;
  }
  static float bound(float score) { return score; }
};

// u.v / (|u| |v|): the dot product of rows of length 1; 0 where a row is zero.
struct Cosine : PlainValue {
  static constexpr bool kBoundIsScore = true;
  static constexpr bool kRowsAsTheyAre = false;
  static constexpr bool kCancels = false;

  static RowTerms dense_row(const float* x, int64_t columns) {
    return {0, reciprocal_or_zero(sqrt(row_sums::squares(x, columns, 0))), 0};
  }
  static RowTerms sparse_row(const float* x, int64_t count, int64_t) {
    double squares = row_sums::squares(x, count, 0);
    return {0, reciprocal_or_zero(sqrt(squares)), row_sums::nan_unless_finite(squares)};
  }
  template <class Distance>
  static float score(float value, float, float, const Distance&) {
    return clamp_cosine(value);
  }
  static float bound(float score) { return score <= -1 ? -INFINITY : score; }
};

// The cosine of rows less their means, for dense rows: they are centered before the product.
struct Pearson : Cosine {
  static RowTerms dense_row(const float* x, int64_t columns) {
    double mean = row_sums::mean(x, columns, columns);
    return {mean, reciprocal_or_zero(sqrt(row_sums::squares(x, columns, mean))), 0};
  }
};

// The same for sparse rows: (u.v - n mean_u mean_v) / (s_u s_v) with rows scaled by 1/s and terms
// sqrt(n) mean / s. With z zeros in a row |u|/s is at most sqrt(n/z), so little cancels; a row
// without zeros is centered like a dense one.
struct SparsePearson : Cosine {
  template <class V>
  static V value(V dot, V term_u, V term_v) {
    return dot - term_u * term_v;
  }
  static RowTerms sparse_row(const float* x, int64_t count, int64_t columns) {
    double mean = row_sums::mean(x, count, columns);
    double missing = static_cast<double>(columns - count);
    double squares = row_sums::squares(x, count, mean) + missing * mean * mean;
    double scale = reciprocal_or_zero(sqrt(squares));
    float not_finite = row_sums::nan_unless_finite(squares);
    if (count == columns) return {mean, scale, not_finite};
    double term = sqrt(static_cast<double>(columns)) * mean * scale;
    return {0, scale, static_cast<float>(term) + not_finite};
  }
};

// 1 / (1 + d), d^2 = |u|^2 + |v|^2 - 2 u.v, with value = -d^2 / 2. Near rows cancel: where less
// than kNear of |u|^2 + |v|^2 is left, d^2 is summed from the differences instead. most() allows
// for the largest rounding error that value() can have, slack * (|u|^2 + |v|^2) / 2.
struct Euclidean : PlainValue {
  static constexpr bool kBoundIsScore = false;
  static constexpr bool kRowsAsTheyAre = true;
  static constexpr bool kCancels = true;
  static constexpr float kNear = 1.0f / 64;
  float slack;

  explicit Euclidean(int64_t columns)
      : slack((static_cast<float>(columns) + 16) * (1.0f / (1 << 24))) {}

  static RowTerms dense_row(const float* x, int64_t columns) {
    return {0, 1, static_cast<float>(row_sums::squares(x, columns, 0) / -2)};
  }
  static RowTerms sparse_row(const float* x, int64_t count, int64_t) {
    RowTerms row = dense_row(x, count);
    row.term += row_sums::nan_unless_finite(row.term);
    return row;
  }
  template <class V>
  V most(V value, V term_u, V term_v) const {
    return value - slack * (term_u + term_v);
  }
  static bool near(float value, float term_u, float term_v) {
    return value > kNear * (term_u + term_v);
  }
  static float of_squared_distance(float squared) {
    return 1 / (1 + sqrtf(squared < 0 ? 0 : squared));
  }
  template <class Distance>
  static float score(float value, float term_u, float term_v, const Distance& distance) {
    return of_squared_distance(near(value, term_u, term_v) ? distance() : -2 * value);
  }
  static float bound(float score) {
    double farthest = 1 / static_cast<double>(score) - 1 + 1e-6 / score;
    return static_cast<float>(-farthest * farthest / 2 * (1 + 1e-6));
  }
};

// u.v / (|u|^2 + |v|^2 - u.v), for sparse rows; 0 where both are zero. At least half of |u|^2 +
// |v|^2 is below the line, so nothing cancels.
struct Tanimoto : Dot {
  static RowTerms sparse_row(const float* x, int64_t count, int64_t) {
    double squares = row_sums::squares(x, count, 0);
    return {0, 1, static_cast<float>(squares) + row_sums::nan_unless_finite(squares)};
  }
  template <class V>
  static V value(V dot, V term_u, V term_v) {
    V either = term_u + term_v - dot;
    return either == 0 ? V{} : dot / either;
  }
};

// |u - v|^2
inline float squared_distance(const float* u, const float* v, int64_t columns) {
  Vec sums = {};
  int64_t p = 0;
  for (; p + kLanes <= columns; p += kLanes) {
    Vec difference = load(u + p) - load(v + p);
    sums = fma(difference, difference, sums);
  }
  Vec last = load_first(u + p, columns - p) - load_first(v + p, columns - p);
  return sum_lanes(fma(last, last, sums));
}

}  // namespace talus::TALUS_ISA
