// Measures of two rows of a sparse matrix over the columns that both have, summed up lane by lane
// for a vector of rows u and one row v. A new measure is one more struct here.
//
// kSums: sums kept for each pair of rows, a vector each, side by side.
// add: what a column adds to them. u: its elements in the rows, 0 where absent; present: 1 or 0; v:
//   its element in the other row.
// similarity: from the sums, of which the first is n, the number of common columns.
// Rows enter as x' = x - shift (RowTerms), which no measure here notices but by its rounding.
#pragma once

#include "measures.h"
#include "simd.h"

namespace talus::TALUS_ISA {

// How a similarity is held back: Support.java has the formula.
struct Support {
  float least, shrinkage, free;  // free: columns that count for nothing, 0 or 1

  // `similarity` of pairs with n common columns, NaN where that is too few.
  Vec of(Vec similarity, Vec n) const {
    Vec counted = n - splat(free);
    Vec held = shrinkage == 0 ? similarity : similarity * (counted / (counted + splat(shrinkage)));
    return n >= splat(least) ? held : splat(NAN);
  }
};

// Measures that sum one product and need not know what is common: those of measures.h.
template <class Measure>
struct OfWholeRows : Measure {
  static constexpr int kSums = 1;

  OfWholeRows() = default;
  explicit OfWholeRows(const Measure& measure) : Measure(measure) {}

  static void add(Vec u, Vec, Vec v, float* sums) { store(sums, fma(u, v, load(sums))); }
};

// The value is the score; terms are 0, or NaN for rows that are not finite.
struct OfCommonColumns : Dot {
  Support support;

  explicit OfCommonColumns(const Support& support) : support(support) {}

  static void add_to(float* sum, Vec a, Vec b) { store(sum, fma(a, b, load(sum))); }
  static Vec clamped(Vec cosine) {
    return cosine > 1 ? splat(1) : cosine < -1 ? splat(-1) : cosine;
  }
};

// Sums: n, u^2, v^2, u v.
struct CommonCosine : OfCommonColumns {
  static constexpr int kSums = 4;
  using OfCommonColumns::OfCommonColumns;

  static void add(Vec u, Vec present, Vec v, float* sums) {
    store(sums, load(sums) + present);
    add_to(sums + kLanes, u, u);
    add_to(sums + 2 * kLanes, present * v, v);
    add_to(sums + 3 * kLanes, u, v);
  }
  static Vec similarity(const float* sums) {
    Vec uu = load(sums + kLanes), vv = load(sums + 2 * kLanes);
    Vec cosine = load(sums + 3 * kLanes) / (square_root(uu) * square_root(vv));
    return (uu == 0) | (vv == 0) ? Vec{} : clamped(cosine);
  }
};

// Sums: n, u, v, u^2, v^2, u v, of rows less a round number near their mean: whole and half stars
// stay exact in float, and so do their sums. A variance that rounding alone may have made is none.
struct CommonPearson : OfCommonColumns {
  static constexpr int kSums = 6;
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
  static void add(Vec u, Vec present, Vec v, float* sums) {
    Vec its = present * v;
    store(sums, load(sums) + present);
    store(sums + kLanes, load(sums + kLanes) + u);
    store(sums + 2 * kLanes, load(sums + 2 * kLanes) + its);
    add_to(sums + 3 * kLanes, u, u);
    add_to(sums + 4 * kLanes, its, v);
    add_to(sums + 5 * kLanes, u, v);
  }
  static Vec similarity(const float* sums) {
    Vec n = load(sums), u = load(sums + kLanes), v = load(sums + 2 * kLanes);
    Vec uu = load(sums + 3 * kLanes), vv = load(sums + 4 * kLanes);
    Vec centred_uu = uu - u * u / n, centred_vv = vv - v * v / n;
    Vec centred_uv = load(sums + 5 * kLanes) - u * v / n;
    Vec negligible = (n + 16) * (1.0f / (1 << 24));
    VecInt constant = (centred_uu <= negligible * uu) | (centred_vv <= negligible * vv);
    Vec cosine = centred_uv / (square_root(centred_uu) * square_root(centred_vv));
    return constant ? Vec{} : clamped(cosine);
  }
};

// Sums: n, (u - v)^2.
struct CommonMeanSquaredDifference : OfCommonColumns {
  static constexpr int kSums = 2;
  using OfCommonColumns::OfCommonColumns;

  static void add(Vec u, Vec present, Vec v, float* sums) {
    Vec difference = u - present * v;
    store(sums, load(sums) + present);
    add_to(sums + kLanes, difference, difference);
  }
  static Vec similarity(const float* sums) { return 1 / (1 + load(sums + kLanes) / load(sums)); }
};

}  // namespace talus::TALUS_ISA
