// f32 and f64 arithmetic rounded down, up or to zero: the processor's rounding mode is changed
// around each loop. This file is compiled with -frounding-math; operands and results pass through
// memory, so the loop stays in its place.
#include <cfenv>
#include <cmath>

#include "floats.h"
#include "ops.h"

namespace softcuda {
namespace {

class Rounding {
 public:
  explicit Rounding(int mode) : old_(std::fegetround()) {
    std::fesetround(mode);
    asm volatile("" ::: "memory");
  }
  ~Rounding() {
    asm volatile("" ::: "memory");
    std::fesetround(old_);
  }

 private:
  int old_;
};

template <class T>
T sum(T a, T b) {
  return a + b;
}
template <class T>
T difference(T a, T b) {
  return a - b;
}
template <class T>
T product(T a, T b) {
  return a * b;
}
template <class T>
T quotient(T a, T b) {
  return a / b;
}
float fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
double fused64(double a, double b, double c) { return __builtin_fma(a, b, c); }
template <class T>
T root(T a) {
  return std::sqrt(a);
}
template <class T>
T reciprocal(T a) {
  return T{1} / a;
}

template <int kMode, Handler kHandler>
void rounded(Warp& warp, const Instruction& i, Mask mask) {
  Rounding rounding(kMode);
  kHandler(warp, i, mask);
}

template <int kMode, bool kWide>
void addMode(OperationTable& table, const std::string& mode) {
  using T = std::conditional_t<kWide, double, float>;
  constexpr Kind kKind = kWide ? Kind::kFloat64 : Kind::kFloat32;
  const char* two = kWide ? "ddd" : "www";
  const char* one = kWide ? "dd" : "ww";
  std::string end = mode + (kWide ? ".f64" : ".f32");
  table["add" + end] = {two, kKind, rounded<kMode, binary<T, sum<T>>>};
  table["sub" + end] = {two, kKind, rounded<kMode, binary<T, difference<T>>>};
  table["mul" + end] = {two, kKind, rounded<kMode, binary<T, product<T>>>};
  table["div" + end] = {two, kKind, rounded<kMode, binary<T, quotient<T>>>};
  table["sqrt" + end] = {one, kKind, rounded<kMode, unary<T, root<T>>>};
  table["rcp" + end] = {one, kKind, rounded<kMode, unary<T, reciprocal<T>>>};
  if constexpr (kWide) {
    table["fma" + end] = {"dddd", kKind, rounded<kMode, ternary<double, fused64>>, 1};
  } else {
    table["fma" + end] = {"wwww", kKind, rounded<kMode, ternary<float, fused>>, 1};
  }
}

}  // namespace

void addRoundedOperations(OperationTable& table) {
  addMode<FE_TOWARDZERO, false>(table, ".rz");
  addMode<FE_DOWNWARD, false>(table, ".rm");
  addMode<FE_UPWARD, false>(table, ".rp");
  addMode<FE_TOWARDZERO, true>(table, ".rz");
  addMode<FE_DOWNWARD, true>(table, ".rm");
  addMode<FE_UPWARD, true>(table, ".rp");
}

}  // namespace softcuda
