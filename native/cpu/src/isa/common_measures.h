// Measures of two rows u and v of a sparse matrix over the columns that both have. A new measure is
// one more struct here.
//
// kSums: sums kept for each pair of rows, the first of which is n, the number of common columns.
// They lie side by side in a record of kRecord floats, the others 0, which is one short vector.
// take: what the element of u in a column has to say, kRecord floats made once for the many v.
// add: adds a column to the sums, by that and v's element there.
// similarity: of a vector of pairs. Their sums of one kind lie together, kPlane floats for each
//   kind; n is 0 for pairs that have nothing in common, and what comes out for those is not used.
// Rows enter as x' = x - shift (RowTerms), which no measure here notices but by its rounding.
//
// Measures of whole rows that are to rest on common columns are here as well (OfWholeRows): what
// they look at beside the product is in the rows' terms.
#pragma once

#include "measures.h"
#include "simd.h"

namespace talus::TALUS_ISA {

constexpr int kPlane = 64;

// How a similarity is held back: Support.java has the formula.
struct Support {
  float least, shrinkage, free;  // free: columns that count for nothing, 0 or 1

  // Whether one common column, or none, is enough and nothing is held back.
  bool any() const { return least <= 1 && shrinkage == 0; }

  float of(float similarity, float n) const {
    float counted = n - free;
    float held = shrinkage == 0 ? similarity : similarity * (counted / (counted + shrinkage));
    return n >= least ? held : NAN;
  }
  // `similarity` of pairs with n common columns, NaN where that is too few.
  Vec of(Vec similarity, Vec n) const {
    Vec counted = n - splat(free);
    Vec held = shrinkage == 0 ? similarity : similarity * (counted / (counted + splat(shrinkage)));
    return n >= splat(least) ? held : splat(NAN);
  }
};

// The value is the score; terms are 0, or NaN for rows that are not finite.
struct OfCommonColumns : Dot {
  Support support;

  explicit OfCommonColumns(const Support& support) : support(support) {}

  static Vec clamped(Vec cosine) {
    return cosine > 1 ? splat(1) : cosine < -1 ? splat(-1) : cosine;
  }
};

// Sums: n, u^2, v^2, u v.
struct CommonCosine : OfCommonColumns {
  static constexpr int kSums = 4, kRecord = 4;
  typedef float Record __attribute__((vector_size(kRecord * sizeof(float))));
  using OfCommonColumns::OfCommonColumns;

  static void take(float u, float* taken) {
    Record all = {1, u * u, 1, u};
    memcpy(taken, &all, sizeof(all));
  }
  static void add(const float* taken, float v, float* sums) {
    Record before, of_u, of_v = {1, 1, v * v, v};
    memcpy(&before, sums, sizeof(before));
    memcpy(&of_u, taken, sizeof(of_u));
    before += of_u * of_v;
    memcpy(sums, &before, sizeof(before));
  }
  static Vec similarity(const float* sums) {
    Vec uu = load(sums + kPlane), vv = load(sums + 2 * kPlane);
    Vec cosine = load(sums + 3 * kPlane) / (square_root(uu) * square_root(vv));
    return (uu == 0) | (vv == 0) ? Vec{} : clamped(cosine);
  }
};

// Sums: n, u, u^2, v, u v, v^2, of rows less a round number near their mean: whole and half stars
// stay exact in float, and so do their sums. A variance that rounding alone may have made is none.
struct CommonPearson : OfCommonColumns {
  static constexpr int kSums = 6, kRecord = 8;
  typedef float Record __attribute__((vector_size(kRecord * sizeof(float))));
  typedef int32_t Lanes __attribute__((vector_size(kRecord * sizeof(int32_t))));
  using OfCommonColumns::OfCommonColumns;

  static RowTerms sparse_row(const float* x, int64_t count, int64_t) {
    double sum = row_sums::sum(x, count);
    float not_finite = row_sums::nan_unless_finite(row_sums::squares(x, count, 0));
    if (count == 0 || !(fabs(sum) < INFINITY)) return {0, 1, not_finite};
    // Three significant bits of the mean.
    int exponent;
    double fraction = frexp(sum / static_cast<double>(count), &exponent);
    return {ldexp(rint(fraction * 8), exponent - 3), 1, not_finite};
  }
  static void take(float u, float* taken) {
    Record all = {1, u, u * u, 1, u, 1, 0, 0};
    memcpy(taken, &all, sizeof(all));
  }
  static void add(const float* taken, float v, float* sums) {
    constexpr Lanes kOnce = {0, 0, 0, -1, -1, -1, 0, 0}, kTwice = {0, 0, 0, 0, 0, -1, 0, 0};
    constexpr Record kOnes = {1, 1, 1, 1, 1, 1, 1, 1};
    Record before, of_u, of_v = v - Record{};
    memcpy(&before, sums, sizeof(before));
    memcpy(&of_u, taken, sizeof(of_u));
    before += of_u * ((kOnce ? of_v : kOnes) * (kTwice ? of_v : kOnes));
    memcpy(sums, &before, sizeof(before));
  }
  static Vec similarity(const float* sums) {
    Vec n = load(sums), u = load(sums + kPlane), uu = load(sums + 2 * kPlane);
    Vec v = load(sums + 3 * kPlane), uv = load(sums + 4 * kPlane), vv = load(sums + 5 * kPlane);
    Vec centred_uu = uu - u * u / n, centred_vv = vv - v * v / n, centred_uv = uv - u * v / n;
    Vec negligible = (n + 16) * (1.0f / (1 << 24));
    VecInt constant = (centred_uu <= negligible * uu) | (centred_vv <= negligible * vv);
    Vec cosine = centred_uv / (square_root(centred_uu) * square_root(centred_vv));
    return constant ? Vec{} : clamped(cosine);
  }
};

// Sums: n, (u - v)^2.
struct CommonMeanSquaredDifference : OfCommonColumns {
  static constexpr int kSums = 2, kRecord = 2;
  using OfCommonColumns::OfCommonColumns;

  static void take(float u, float* taken) { taken[0] = u; }
  static void add(const float* taken, float v, float* sums) {
    float difference = taken[0] - v;
    sums[0] += 1;
    sums[1] += difference * difference;
  }
  static Vec similarity(const float* sums) { return 1 / (1 + load(sums + kPlane) / load(sums)); }
};

// A measure of whole rows for pairs with something in common. Sums: n, u v.
template <class Whole>
struct OfWholeRows : OfCommonColumns {
  static constexpr int kSums = 2, kRecord = 2;
  using OfCommonColumns::OfCommonColumns;

  static RowTerms sparse_row(const float* x, int64_t count, int64_t columns) {
    return Whole::sparse_row(x, count, columns);
  }
  // The score is known before it is offered: see score_pairs.
  template <class V>
  static V value(V score, V, V) {
    return score;
  }
  static void take(float u, float* taken) { taken[0] = u; }
  static void add(const float* taken, float v, float* sums) {
    sums[0] += 1;
    sums[1] += taken[0] * v;
  }
  template <class Distance>
  float of_sums(const float* sums, float term_u, float term_v, const Distance& distance) const {
    if (!(sums[0] >= support.least)) return NAN;
    float value = Whole::value(sums[1], term_u, term_v);
    return support.of(Whole::score(value, term_u, term_v, distance), sums[0]);
  }
};

}  // namespace talus::TALUS_ISA
