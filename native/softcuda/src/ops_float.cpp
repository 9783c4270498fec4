// f32 and f64 arithmetic rounded to nearest. Approximations are in ops_special.cpp, other roundings
// in ops_rounded.cpp.
#include <cmath>

#include "floats.h"
#include "ops.h"

namespace softcuda {
namespace {

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
T negated(T a) {
  return -a;
}
inline float magnitude(float a) { return __builtin_fabsf(a); }
inline double magnitude64(double a) { return __builtin_fabs(a); }
float root(float a) { return std::sqrt(a); }
double root64(double a) { return std::sqrt(a); }
float reciprocal(float a) { return 1.0f / a; }
double reciprocal64(double a) { return 1.0 / a; }
float withSign(float sign, float a) { return __builtin_copysignf(a, sign); }
double withSign64(double sign, double a) { return __builtin_copysign(a, sign); }

// The other operand where one is NaN; +0 is more than -0.
template <class T>
T larger(T a, T b) {
  T result = a > b ? a : b;
  result = a == b && a == 0 ? a + b : result;  // +0 unless both are -0
  return b != b ? a : result;
}
template <class T>
T smaller(T a, T b) {
  return -larger<T>(-a, -b);
}
template <class T>
T largerOrNan(T a, T b) {
  return a != a ? a : b != b ? b : larger<T>(a, b);
}
template <class T>
T smallerOrNan(T a, T b) {
  return -largerOrNan<T>(-a, -b);
}

float saturate(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }  // NaN gives 0

template <bool kFlush>
float in(float x) {
  return kFlush ? flush(x) : x;
}
template <bool kFlush, bool kSaturate>
float out(float x) {
  x = kFlush ? flush(x) : x;
  return kSaturate ? saturate(x) : x;
}
template <auto F, bool kFlush, bool kSaturate>
float two(float a, float b) {
  return out<kFlush, kSaturate>(F(in<kFlush>(a), in<kFlush>(b)));
}
template <auto F, bool kFlush, bool kSaturate>
float three(float a, float b, float c) {
  return out<kFlush, kSaturate>(F(in<kFlush>(a), in<kFlush>(b), in<kFlush>(c)));
}
template <auto F>
float flushed(float a) {
  return flush(F(flush(a)));
}

// All spellings: op{.rn}{.ftz}{.sat}.f32
template <auto F>
void addTwo(OperationTable& table, const std::string& name, bool may_saturate) {
  for (const char* rounding : {"", ".rn"}) {
    std::string start = name + rounding;
    table[start + ".f32"] = {"www", Kind::kFloat32, binary<float, F>};
    table[start + ".ftz.f32"] = {"www", Kind::kFloat32, binary<float, two<F, true, false>>};
    if (!may_saturate) continue;
    table[start + ".sat.f32"] = {"www", Kind::kFloat32, binary<float, two<F, false, true>>};
    table[start + ".ftz.sat.f32"] = {"www", Kind::kFloat32, binary<float, two<F, true, true>>};
  }
}

void addFused(OperationTable& table) {
  table["fma.rn.f32"] = {"wwww", Kind::kFloat32, ternary<float, fused>, 1};
  table["fma.rn.ftz.f32"] = {"wwww", Kind::kFloat32, ternary<float, three<fused, true, false>>, 1};
  table["fma.rn.sat.f32"] = {"wwww", Kind::kFloat32, ternary<float, three<fused, false, true>>, 1};
  table["fma.rn.ftz.sat.f32"] = {"wwww", Kind::kFloat32, ternary<float, three<fused, true, true>>,
                                 1};
  table["fma.rn.f64"] = {"dddd", Kind::kFloat64, ternary<double, fused64>, 1};
  for (const char* spelling : {"", ".ftz", ".sat", ".ftz.sat"}) {
    std::string end = std::string(spelling) + ".f32";
    table["mad.rn" + end] = table["fma.rn" + end];
    table["mad" + end] = table["fma.rn" + end];
  }
  table["mad.rn.f64"] = table["fma.rn.f64"];
}

template <auto F>
void addOne(OperationTable& table, const std::string& name) {
  table[name + ".f32"] = {"ww", Kind::kFloat32, unary<float, F>};
  table[name + ".ftz.f32"] = {"ww", Kind::kFloat32, unary<float, flushed<F>>};
}

void addDoubles(OperationTable& table) {
  auto two = [&](const std::string& name, Handler handler) {
    table[name + ".f64"] = {"ddd", Kind::kFloat64, handler};
    table[name + ".rn.f64"] = {"ddd", Kind::kFloat64, handler};
  };
  auto one = [&](const std::string& name, Handler handler) {
    table[name + ".f64"] = {"dd", Kind::kFloat64, handler};
  };
  two("add", binary<double, sum<double>>);
  two("sub", binary<double, difference<double>>);
  two("mul", binary<double, product<double>>);
  two("div", binary<double, quotient<double>>);
  two("min", binary<double, smaller<double>>);
  two("max", binary<double, larger<double>>);
  two("copysign", binary<double, withSign64>);
  one("neg", unary<double, negated<double>>);
  one("abs", unary<double, magnitude64>);
  one("sqrt.rn", unary<double, root64>);
  one("rcp.rn", unary<double, reciprocal64>);
}

}  // namespace

void addFloatOperations(OperationTable& table) {
  addTwo<sum<float>>(table, "add", true);
  addTwo<difference<float>>(table, "sub", true);
  addTwo<product<float>>(table, "mul", true);
  addTwo<quotient<float>>(table, "div", false);
  addTwo<smaller<float>>(table, "min", false);
  addTwo<larger<float>>(table, "max", false);
  table["min.NaN.f32"] = {"www", Kind::kFloat32, binary<float, smallerOrNan<float>>};
  table["max.NaN.f32"] = {"www", Kind::kFloat32, binary<float, largerOrNan<float>>};
  addFused(table);
  addOne<negated<float>>(table, "neg");
  addOne<magnitude>(table, "abs");
  addOne<root>(table, "sqrt.rn");
  addOne<reciprocal>(table, "rcp.rn");
  table["copysign.f32"] = {"www", Kind::kFloat32, binary<float, withSign>};
  addDoubles(table);
}

}  // namespace softcuda
