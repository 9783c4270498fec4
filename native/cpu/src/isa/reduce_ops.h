// What a reduction does with its elements, apart from how it walks through them.
//
// Each op: lift (of one element), combine (associative up to rounding), identity; on vectors, and
// in double for the partial results of chunks. NaN propagates through all of them.
#pragma once

#include "simd.h"

namespace talus::TALUS_ISA {

struct Sum {
  static Vec identity() { return Vec{}; }
  static Vec lift(Vec x) { return x; }
  static Vec combine(Vec a, Vec b) { return a + b; }
  static constexpr double kIdentity = 0;
  static double combine(double a, double b) { return a + b; }
};

struct SumOfSquares : Sum {
  static Vec lift(Vec x) { return x * x; }
};

struct Max {
  static Vec identity() { return splat(-INFINITY); }
  static Vec lift(Vec x) { return x; }
  static Vec combine(Vec a, Vec b) { return maximum(a, b); }
  static constexpr double kIdentity = -INFINITY;
  static double combine(double a, double b) { return a > b || a != a ? a : b; }
};

struct Min {
  static Vec identity() { return splat(INFINITY); }
  static Vec lift(Vec x) { return x; }
  static Vec combine(Vec a, Vec b) { return minimum(a, b); }
  static constexpr double kIdentity = INFINITY;
  static double combine(double a, double b) { return a < b || a != a ? a : b; }
};

}  // namespace talus::TALUS_ISA
