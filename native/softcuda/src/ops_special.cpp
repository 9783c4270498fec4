// Approximate instructions. Hardware is off by an ulp or more and nobody knows where; here they are
// the rounded truth.
#include <cmath>

#include "floats.h"
#include "ops.h"

namespace softcuda {
namespace {

float reciprocal(float x) { return 1.0f / x; }
float inverseRoot(float x) { return static_cast<float>(1.0 / std::sqrt(static_cast<double>(x))); }
float root(float x) { return std::sqrt(x); }
float power2(float x) { return std::exp2(x); }
float logarithm2(float x) { return std::log2(x); }
float sine(float x) { return std::sin(x); }
float cosine(float x) { return std::cos(x); }
float hyperbolicTangent(float x) { return std::tanh(x); }
float quotient(float a, float b) { return a / b; }
double reciprocal64(double x) { return 1.0 / x; }
double inverseRoot64(double x) { return 1.0 / std::sqrt(x); }

template <auto F>
float flushed(float x) {
  return flush(F(flush(x)));
}
float quotientFlushed(float a, float b) { return flush(flush(a) / flush(b)); }

template <auto F>
void addApproximation(OperationTable& table, const std::string& name) {
  table[name + ".approx.f32"] = {"ww", Kind::kSpecial, unary<float, F>};
  table[name + ".approx.ftz.f32"] = {"ww", Kind::kSpecial, unary<float, flushed<F>>};
}

}  // namespace

void addSpecialOperations(OperationTable& table) {
  addApproximation<reciprocal>(table, "rcp");
  addApproximation<inverseRoot>(table, "rsqrt");
  addApproximation<root>(table, "sqrt");
  addApproximation<power2>(table, "ex2");
  addApproximation<logarithm2>(table, "lg2");
  addApproximation<sine>(table, "sin");
  addApproximation<cosine>(table, "cos");
  addApproximation<hyperbolicTangent>(table, "tanh");
  for (const char* name : {"div.approx", "div.full"}) {
    table[std::string(name) + ".f32"] = {"www", Kind::kSpecial, binary<float, quotient>};
    table[std::string(name) + ".ftz.f32"] = {"www", Kind::kSpecial, binary<float, quotientFlushed>};
  }
  table["rcp.approx.ftz.f64"] = {"dd", Kind::kSpecial, unary<double, reciprocal64>};
  table["rsqrt.approx.f64"] = {"dd", Kind::kSpecial, unary<double, inverseRoot64>};
  table["rsqrt.approx.ftz.f64"] = {"dd", Kind::kSpecial, unary<double, inverseRoot64>};
}

}  // namespace softcuda
