// f16 and bf16, single and in pairs. Sums and products of two are exact enough in f32 that rounding
// twice is rounding once (24 >= 2 p + 2 bits); fused ones go through a sum rounded to odd.
#include <cmath>

#include "floats.h"
#include "ops.h"

namespace softcuda {
namespace {

struct Half {
  static float load(uint16_t x) { return halfToFloat(x); }
  static uint16_t store(float x) { return floatToHalf(x); }
};
struct Bfloat {
  static float load(uint16_t x) { return bf16ToFloat(x); }
  static uint16_t store(float x) { return floatToBf16(x); }
};

float sum(float a, float b) { return a + b; }
float difference(float a, float b) { return a - b; }
float product(float a, float b) { return a * b; }
float larger(float a, float b) {
  if (a == b) return bitsOf(a) >> 31 ? b : a;
  return b != b || a > b ? a : b;
}
float smaller(float a, float b) { return -larger(-a, -b); }
float largerOrNan(float a, float b) { return a != a ? a : b != b ? b : larger(a, b); }
float smallerOrNan(float a, float b) { return -largerOrNan(-a, -b); }
float power2(float a) { return std::exp2(a); }
float hyperbolicTangent(float a) { return std::tanh(a); }

template <class F>
uint16_t fused(uint16_t a, uint16_t b, uint16_t c) {
  return F::store(floatToOdd(fmaToOdd(F::load(a), F::load(b), F::load(c))));
}
template <class F>
uint16_t fusedRelu(uint16_t a, uint16_t b, uint16_t c) {
  uint16_t result = fused<F>(a, b, c);
  return result >> 15 && F::load(result) <= 0 ? 0 : result;
}
template <class F, auto Op>
uint16_t two(uint16_t a, uint16_t b) {
  return F::store(Op(F::load(a), F::load(b)));
}
template <class F, auto Op>
uint16_t one(uint16_t a) {
  return F::store(Op(F::load(a)));
}
uint16_t negated(uint16_t a) { return a ^ 0x8000; }
uint16_t magnitude(uint16_t a) { return a & 0x7fff; }

template <auto Op>
uint32_t pair1(uint32_t a) {
  return Op(static_cast<uint16_t>(a)) | uint32_t{Op(static_cast<uint16_t>(a >> 16))} << 16;
}
template <auto Op>
uint32_t pair2(uint32_t a, uint32_t b) {
  return Op(static_cast<uint16_t>(a), static_cast<uint16_t>(b)) |
         uint32_t{Op(static_cast<uint16_t>(a >> 16), static_cast<uint16_t>(b >> 16))} << 16;
}
template <auto Op>
uint32_t pair3(uint32_t a, uint32_t b, uint32_t c) {
  return Op(static_cast<uint16_t>(a), static_cast<uint16_t>(b), static_cast<uint16_t>(c)) |
         uint32_t{Op(static_cast<uint16_t>(a >> 16), static_cast<uint16_t>(b >> 16),
                     static_cast<uint16_t>(c >> 16))}
             << 16;
}

template <auto Op>
void addOne(OperationTable& table, const std::string& name, const std::string& type) {
  table[name + "." + type] = {"hh", Kind::kHalf, unary<uint16_t, Op>};
  table[name + "." + type + "x2"] = {"ww", Kind::kHalf, unary<uint32_t, pair1<Op>>};
}
template <auto Op>
void addTwo(OperationTable& table, const std::string& name, const std::string& type) {
  table[name + "." + type] = {"hhh", Kind::kHalf, binary<uint16_t, Op>};
  table[name + "." + type + "x2"] = {"www", Kind::kHalf, binary<uint32_t, pair2<Op>>};
}
template <auto Op>
void addThree(OperationTable& table, const std::string& name, const std::string& type) {
  table[name + "." + type] = {"hhhh", Kind::kHalf, ternary<uint16_t, Op>, 1};
  table[name + "." + type + "x2"] = {"wwww", Kind::kHalf, ternary<uint32_t, pair3<Op>>, 2};
}

template <class F>
void addFormat(OperationTable& table, const std::string& type) {
  for (const char* rounding : {"", ".rn"}) {
    addTwo<two<F, sum>>(table, std::string("add") + rounding, type);
    addTwo<two<F, difference>>(table, std::string("sub") + rounding, type);
    addTwo<two<F, product>>(table, std::string("mul") + rounding, type);
  }
  addTwo<two<F, larger>>(table, "max", type);
  addTwo<two<F, smaller>>(table, "min", type);
  addTwo<two<F, largerOrNan>>(table, "max.NaN", type);
  addTwo<two<F, smallerOrNan>>(table, "min.NaN", type);
  addThree<fused<F>>(table, "fma.rn", type);
  addThree<fusedRelu<F>>(table, "fma.rn.relu", type);
  addOne<negated>(table, "neg", type);
  addOne<magnitude>(table, "abs", type);
  addOne<one<F, power2>>(table, "ex2.approx", type);
  addOne<one<F, hyperbolicTangent>>(table, "tanh.approx", type);
}

}  // namespace

void addHalfOperations(OperationTable& table) {
  addFormat<Half>(table, "f16");
  addFormat<Bfloat>(table, "bf16");
  for (const char* name : {"ex2.approx.ftz.bf16", "ex2.approx.ftz.bf16x2"}) {
    std::string plain = name;
    table[name] = table[plain.replace(plain.find(".ftz"), 4, "")];
  }
}

}  // namespace softcuda
