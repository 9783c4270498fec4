// Floating-point instructions and conversions, one snippet each. Expectations come from the host's
// own arithmetic, and for narrow formats from a search of the nearest representable number.
#include <cfenv>

#include "floats.h"
#include "snippet.h"

using namespace softcuda::testing;
using softcuda::bf16ToFloat;
using softcuda::halfToFloat;

namespace {

using u64 = uint64_t;

Snippet one(const std::string& spelling, float (*f)(float)) {
  return each(spelling + " %f, %f0;", "f", [f](const Words& x) { return bits(f(f32(x[0]))); });
}
Snippet two(const std::string& spelling, float (*f)(float, float)) {
  return each(spelling + " %f, %f0, %f1;", "f",
              [f](const Words& x) { return bits(f(f32(x[0]), f32(x[1]))); });
}
Snippet three(const std::string& spelling, float (*f)(float, float, float)) {
  return each(spelling + " %f, %f0, %f1, %f2;", "f",
              [f](const Words& x) { return bits(f(f32(x[0]), f32(x[1]), f32(x[2]))); });
}
Snippet oneWide(const std::string& spelling, double (*f)(double)) {
  return each(spelling + " %fd, %fd0;", "fd", [f](const Words& x) { return bits(f(f64(x[0]))); });
}
Snippet twoWide(const std::string& spelling, double (*f)(double, double)) {
  return each(spelling + " %fd, %fd0, %fd1;", "fd",
              [f](const Words& x) { return bits(f(f64(x[0]), f64(x[1]))); });
}

float flushed(float x) { return std::fpclassify(x) == FP_SUBNORMAL ? std::copysign(0.0f, x) : x; }
float clamped(float x) { return std::isnan(x) ? 0 : std::fmin(std::fmax(x, 0.0f), 1.0f) + 0.0f; }

template <class T>
T larger(T a, T b) {
  if (a == 0 && b == 0) return std::signbit(a) ? b : a;
  return std::isnan(a) ? b : std::isnan(b) ? a : std::max(a, b);
}
template <class T>
T smaller(T a, T b) {
  return -larger(-a, -b);
}

void addArithmetic(std::vector<Snippet>& all) {
  for (const char* r : {"", ".rn"}) {
    std::string rn = r;
    all.push_back(two("add" + rn + ".f32", [](float a, float b) { return a + b; }));
    all.push_back(two("sub" + rn + ".f32", [](float a, float b) { return a - b; }));
    all.push_back(two("mul" + rn + ".f32", [](float a, float b) { return a * b; }));
    all.push_back(two("add" + rn + ".ftz.f32",
                      [](float a, float b) { return flushed(flushed(a) + flushed(b)); }));
    all.push_back(two("mul" + rn + ".ftz.f32",
                      [](float a, float b) { return flushed(flushed(a) * flushed(b)); }));
    all.push_back(two("add" + rn + ".sat.f32", [](float a, float b) { return clamped(a + b); }));
    all.push_back(two("mul" + rn + ".ftz.sat.f32",
                      [](float a, float b) { return clamped(flushed(a) * flushed(b)); }));
  }
  all.push_back(two("div.rn.f32", [](float a, float b) { return a / b; }));
  all.push_back(two("div.approx.f32", [](float a, float b) { return a / b; }));
  all.push_back(two("div.full.f32", [](float a, float b) { return a / b; }));
  all.push_back(two("max.f32", larger<float>));
  all.push_back(two("min.f32", smaller<float>));
  all.push_back(two("max.NaN.f32", [](float a, float b) {
    return std::isnan(a + b) && (a != a || b != b) ? NAN : larger(a, b);
  }));
  all.push_back(
      two("min.NaN.f32", [](float a, float b) { return a != a || b != b ? NAN : smaller(a, b); }));
  all.push_back(two("copysign.f32", [](float a, float b) { return std::copysign(b, a); }));
  all.push_back(three("fma.rn.f32", [](float a, float b, float c) { return std::fma(a, b, c); }));
  all.push_back(three("mad.rn.f32", [](float a, float b, float c) { return std::fma(a, b, c); }));
  all.push_back(three("fma.rn.ftz.f32", [](float a, float b, float c) {
    return flushed(std::fma(flushed(a), flushed(b), flushed(c)));
  }));
  all.push_back(three("fma.rn.sat.f32",
                      [](float a, float b, float c) { return clamped(std::fma(a, b, c)); }));
  all.push_back(one("neg.f32", [](float a) { return -a; }));
  all.push_back(one("abs.f32", [](float a) { return std::fabs(a); }));
  all.push_back(one("sqrt.rn.f32", [](float a) { return std::sqrt(a); }));
  all.push_back(one("rcp.rn.f32", [](float a) { return 1 / a; }));
}

void addApproximations(std::vector<Snippet>& all) {
  all.push_back(one("rcp.approx.f32", [](float a) { return 1 / a; }));
  all.push_back(one("rcp.approx.ftz.f32", [](float a) { return flushed(1 / flushed(a)); }));
  all.push_back(one("sqrt.approx.f32", [](float a) { return std::sqrt(a); }));
  all.push_back(one("rsqrt.approx.f32", [](float a) {
    return static_cast<float>(1 / std::sqrt(static_cast<double>(a)));
  }));
  all.push_back(one("ex2.approx.f32", [](float a) { return std::exp2(a); }));
  all.push_back(one("ex2.approx.ftz.f32", [](float a) { return flushed(std::exp2(flushed(a))); }));
  all.push_back(one("lg2.approx.f32", [](float a) { return std::log2(a); }));
  all.push_back(one("sin.approx.f32", [](float a) { return std::sin(a); }));
  all.push_back(one("cos.approx.f32", [](float a) { return std::cos(a); }));
  all.push_back(one("tanh.approx.f32", [](float a) { return std::tanh(a); }));
}

void addDoubles(std::vector<Snippet>& all) {
  all.push_back(twoWide("add.f64", [](double a, double b) { return a + b; }));
  all.push_back(twoWide("sub.f64", [](double a, double b) { return a - b; }));
  all.push_back(twoWide("mul.f64", [](double a, double b) { return a * b; }));
  all.push_back(twoWide("div.rn.f64", [](double a, double b) { return a / b; }));
  all.push_back(twoWide("max.f64", larger<double>));
  all.push_back(twoWide("min.f64", smaller<double>));
  all.push_back(oneWide("neg.f64", [](double a) { return -a; }));
  all.push_back(oneWide("abs.f64", [](double a) { return std::fabs(a); }));
  all.push_back(oneWide("sqrt.rn.f64", [](double a) { return std::sqrt(a); }));
  all.push_back(oneWide("rcp.rn.f64", [](double a) { return 1 / a; }));
  all.push_back(each("fma.rn.f64 %fd, %fd0, %fd1, %fd2;", "fd", [](const Words& x) {
    return bits(std::fma(f64(x[0]), f64(x[1]), f64(x[2])));
  }));
}

// Directed rounding, from the error of the nearest result.
template <int kMode>
void addRounded(std::vector<Snippet>& all, const std::string& mode) {
  auto directed = [](float nearest, double exact) {
    bool down = kMode == FE_DOWNWARD || (kMode == FE_TOWARDZERO && exact > 0);
    if (static_cast<double>(nearest) > exact && down) return std::nextafter(nearest, -INFINITY);
    if (static_cast<double>(nearest) < exact && !down) return std::nextafter(nearest, INFINITY);
    return nearest;
  };
  all.push_back(each("mul." + mode + ".f32 %f, %f0, %f1;", "f", [directed](const Words& x) {
    return bits(directed(f32(x[0]) * f32(x[1]), static_cast<double>(f32(x[0])) * f32(x[1])));
  }));
  // Numbers of like size, so that the sum in double is exact.
  all.push_back(
      each("cvt.rn.f32.s32 %f, %r0; cvt.rn.f32.s32 %f7, %r1; add." + mode + ".f32 %f, %f, %f7;",
           "f", [directed](const Words& x) {
             float a = static_cast<float>(static_cast<int32_t>(x[0]));
             float b = static_cast<float>(static_cast<int32_t>(x[1]));
             return bits(directed(a + b, static_cast<double>(a) + b));
           }));
  all.push_back(each("cvt.rn.f32.s32 %f, %r0; cvt.rn.f32.s32 %f7, %r1; fma." + mode +
                         ".f32 %f, %f, 0f3FC00000, %f7;",
                     "f", [directed](const Words& x) {
                       float a = static_cast<float>(static_cast<int32_t>(x[0]));
                       float b = static_cast<float>(static_cast<int32_t>(x[1]));
                       return bits(directed(std::fma(a, 1.5f, b), 1.5 * a + b));
                     }));
}

// The nearest of all 16-bit numbers, ties to the even one. Beyond the largest by half a step:
// infinity.
template <float (*kLoad)(uint16_t)>
u64 nearest16(double x, uint16_t infinity) {
  if (std::isnan(x)) return 0x7fff;
  uint16_t sign = std::signbit(x) ? 0x8000 : 0;
  double a = std::fabs(x);
  uint16_t low = 0, high = infinity;
  auto at = [&](uint16_t k) {
    return k == infinity ? 2.0 * kLoad(infinity - 1) - kLoad(infinity - 2)
                         : static_cast<double>(kLoad(k));
  };
  if (a >= at(infinity)) return sign | infinity;
  while (high - low > 1) {
    uint16_t middle = static_cast<uint16_t>((low + high) / 2);
    (at(middle) <= a ? low : high) = middle;
  }
  double below = a - at(low), above = at(high) - a;
  bool up = above < below || (above == below && (low & 1) != 0);
  return sign | (up ? high : low);
}
u64 half(double x) { return nearest16<halfToFloat>(x, 0x7c00); }
u64 bfloat(double x) { return nearest16<bf16ToFloat>(x, 0x7f80); }

template <float (*kLoad)(uint16_t)>
void addNarrow(std::vector<Snippet>& all, const std::string& type, u64 (*nearest)(double)) {
  auto load = [](u64 x) { return static_cast<double>(kLoad(static_cast<uint16_t>(x))); };
  auto pair = [nearest](double low, double high) { return nearest(low) | nearest(high) << 16; };
  struct Row {
    const char* name;
    double (*f)(double, double);
  };
  for (const Row& row : {Row{"add", [](double a, double b) { return a + b; }},
                         Row{"sub", [](double a, double b) { return a - b; }},
                         Row{"mul", [](double a, double b) { return a * b; }},
                         Row{"max", larger<double>}, Row{"min", smaller<double>}}) {
    auto f = row.f;
    std::string name = std::string(row.name) + "." + type;
    all.push_back(each(name + " %h, %h0, %h1;", "h",
                       [=](const Words& x) { return nearest(f(load(x[0]), load(x[1]))); }));
    all.push_back(each(name + "x2 %r, %r0, %r1;", "r", [=](const Words& x) {
      return pair(f(load(x[0]), load(x[1])), f(load(x[0] >> 16), load(x[1] >> 16)));
    }));
  }
  all.push_back(each("fma.rn." + type + " %h, %h0, %h1, %h2;", "h", [=](const Words& x) {
    return nearest(softcuda::fmaToOdd(load(x[0]), load(x[1]), load(x[2])));
  }));
  all.push_back(each("fma.rn." + type + "x2 %r, %r0, %r1, %r2;", "r", [=](const Words& x) {
    return pair(softcuda::fmaToOdd(load(x[0]), load(x[1]), load(x[2])),
                softcuda::fmaToOdd(load(x[0] >> 16), load(x[1] >> 16), load(x[2] >> 16)));
  }));
  all.push_back(each("neg." + type + " %h, %h0;", "h",
                     [](const Words& x) { return (x[0] ^ 0x8000) & 0xffff; }));
  all.push_back(
      each("abs." + type + "x2 %r, %r0;", "r", [](const Words& x) { return x[0] & 0x7fff7fff; }));
  all.push_back(each("cvt.rn." + type + ".f32 %h, %f0;", "h",
                     [=](const Words& x) { return nearest(f32(x[0])); }));
  all.push_back(each("cvt.f32." + type + " %f, %h0;", "f",
                     [=](const Words& x) { return bits(static_cast<float>(load(x[0]))); }));
  all.push_back(each("cvt.rn." + type + "x2.f32 %r, %f0, %f1;", "r",
                     [=](const Words& x) { return pair(f32(x[1]), f32(x[0])); }));
  all.push_back(each("setp.lt." + type + " %p, %h0, %h1;", "p",
                     [=](const Words& x) { return u64{load(x[0]) < load(x[1])}; }));
}

template <class T>
u64 saturated(double x) {
  if (std::isnan(x)) return 0;
  using Limits = std::numeric_limits<T>;
  if (x >= std::ldexp(1.0, Limits::digits))
    return static_cast<std::make_unsigned_t<T>>(Limits::max());
  if (x < static_cast<double>(Limits::min()))
    return static_cast<std::make_unsigned_t<T>>(Limits::min());
  return static_cast<std::make_unsigned_t<T>>(static_cast<T>(x));
}

void addConversions(std::vector<Snippet>& all) {
  auto to = [&](const std::string& rounding, double (*round)(double)) {
    all.push_back(each("cvt." + rounding + ".s32.f32 %r, %f0;", "r",
                       [=](const Words& x) { return saturated<int32_t>(round(f32(x[0]))); }));
    all.push_back(each("cvt." + rounding + ".u32.f32 %r, %f0;", "r",
                       [=](const Words& x) { return saturated<uint32_t>(round(f32(x[0]))); }));
    all.push_back(each("cvt." + rounding + ".s64.f64 %rd, %fd0;", "rd",
                       [=](const Words& x) { return saturated<int64_t>(round(f64(x[0]))); }));
    all.push_back(each("cvt." + rounding + ".u16.f32 %h, %f0;", "h",
                       [=](const Words& x) { return saturated<uint16_t>(round(f32(x[0]))); }));
    all.push_back(each("cvt." + rounding + ".f32.f32 %f, %f0;", "f",
                       [=](const Words& x) { return bits(static_cast<float>(round(f32(x[0])))); }));
  };
  to("rni", [](double x) { return std::nearbyint(x); });
  to("rzi", [](double x) { return std::trunc(x); });
  to("rmi", [](double x) { return std::floor(x); });
  to("rpi", [](double x) { return std::ceil(x); });
  all.push_back(each("cvt.rn.f32.s32 %f, %r0;", "f", [](const Words& x) {
    return bits(static_cast<float>(static_cast<int32_t>(x[0])));
  }));
  all.push_back(each("cvt.rn.f32.u32 %f, %r0;", "f", [](const Words& x) {
    return bits(static_cast<float>(static_cast<uint32_t>(x[0])));
  }));
  all.push_back(each("cvt.rn.f32.s64 %f, %rd0;", "f", [](const Words& x) {
    return bits(static_cast<float>(static_cast<int64_t>(x[0])));
  }));
  all.push_back(each("cvt.rn.f64.u64 %fd, %rd0;", "fd",
                     [](const Words& x) { return bits(static_cast<double>(x[0])); }));
  all.push_back(each("cvt.rn.f64.s32 %fd, %r0;", "fd", [](const Words& x) {
    return bits(static_cast<double>(static_cast<int32_t>(x[0])));
  }));
  all.push_back(each("cvt.f64.f32 %fd, %f0;", "fd",
                     [](const Words& x) { return bits(static_cast<double>(f32(x[0]))); }));
  all.push_back(each("cvt.rn.f32.f64 %f, %fd0;", "f",
                     [](const Words& x) { return bits(static_cast<float>(f64(x[0]))); }));
  all.push_back(each("cvt.sat.f32.f32 %f, %f0;", "f",
                     [](const Words& x) { return bits(clamped(f32(x[0]))); }));
  all.push_back(each("cvt.ftz.f32.f32 %f, %f0;", "f",
                     [](const Words& x) { return bits(flushed(f32(x[0]))); }));
  all.push_back(each("cvt.rz.bf16.f32 %h, %f0;", "h", [](const Words& x) {
    return std::isnan(f32(x[0])) ? 0x7fff : x[0] >> 16 & 0xffff;
  }));
  all.push_back(each("cvt.rna.tf32.f32 %r, %f0;", "r", [](const Words& x) {
    float a = f32(x[0]);
    if (std::isnan(a)) return u64{0x7fffffff};
    return std::isinf(a) ? x[0] & 0xffffffff : ((x[0] & 0xffffffff) + 0x1000) & 0xffffe000;
  }));
}

void addWholeConversions(std::vector<Snippet>& all) {
  all.push_back(each("cvt.s64.s32 %rd, %r0;", "rd",
                     [](const Words& x) { return static_cast<u64>(static_cast<int32_t>(x[0])); }));
  all.push_back(
      each("cvt.u64.u32 %rd, %r0;", "rd", [](const Words& x) { return x[0] & 0xffffffff; }));
  all.push_back(
      each("cvt.u32.u64 %r, %rd0;", "r", [](const Words& x) { return x[0] & 0xffffffff; }));
  all.push_back(each("cvt.s32.s16 %r, %h0;", "r", [](const Words& x) {
    return static_cast<u64>(static_cast<uint32_t>(static_cast<int16_t>(x[0])));
  }));
  all.push_back(each("cvt.s32.s8 %r, %r0;", "r", [](const Words& x) {
    return static_cast<u64>(static_cast<uint32_t>(static_cast<int8_t>(x[0])));
  }));
  all.push_back(each("cvt.u32.u8 %r, %h0;", "r", [](const Words& x) { return x[0] & 255; }));
  all.push_back(each("cvt.s16.s8 %h, %r0;", "h", [](const Words& x) {
    return static_cast<u64>(static_cast<uint16_t>(static_cast<int8_t>(x[0])));
  }));
  all.push_back(each("cvt.u16.u32 %h, %r0;", "h", [](const Words& x) { return x[0] & 65535; }));
  all.push_back(each("cvt.sat.u8.s32 %h, %r0;", "h", [](const Words& x) {
    int32_t v = static_cast<int32_t>(x[0]);
    return static_cast<u64>(v < 0 ? 0 : v > 255 ? 255 : v);
  }));
  all.push_back(each("cvt.sat.s16.s64 %h, %rd0;", "h", [](const Words& x) {
    int64_t v = static_cast<int64_t>(x[0]);
    return static_cast<u64>(static_cast<uint16_t>(v < -32768 ? -32768 : v > 32767 ? 32767 : v));
  }));
}

void addComparisons(std::vector<Snippet>& all) {
  struct Row {
    const char* name;
    bool (*f)(float, float);
  };
  static const Row kRows[] = {
      {"eq", [](float a, float b) { return a == b; }},
      {"ne", [](float a, float b) { return !std::isunordered(a, b) && a != b; }},
      {"lt", [](float a, float b) { return a < b; }},
      {"le", [](float a, float b) { return a <= b; }},
      {"gt", [](float a, float b) { return a > b; }},
      {"ge", [](float a, float b) { return a >= b; }},
      {"equ", [](float a, float b) { return std::isunordered(a, b) || a == b; }},
      {"neu", [](float a, float b) { return std::isunordered(a, b) || a != b; }},
      {"ltu", [](float a, float b) { return std::isunordered(a, b) || a < b; }},
      {"leu", [](float a, float b) { return std::isunordered(a, b) || a <= b; }},
      {"gtu", [](float a, float b) { return std::isunordered(a, b) || a > b; }},
      {"geu", [](float a, float b) { return std::isunordered(a, b) || a >= b; }},
      {"num", [](float a, float b) { return !std::isunordered(a, b); }},
      {"nan", [](float a, float b) { return std::isunordered(a, b); }}};
  for (const Row& row : kRows) {
    auto f = row.f;
    all.push_back(each(std::string("setp.") + row.name + ".f32 %p, %f0, %f1;", "p",
                       [f](const Words& x) { return u64{f(f32(x[0]), f32(x[1]))}; }));
  }
  all.push_back(each("setp.gt.f64 %p, %fd0, %fd1;", "p",
                     [](const Words& x) { return u64{f64(x[0]) > f64(x[1])}; }));
  all.push_back(each("selp.f32 %f, %f0, %f1, %p2;", "f",
                     [](const Words& x) { return (x[2] & 1 ? x[0] : x[1]) & 0xffffffff; }));
  all.push_back(each("mov.f32 %f, 0f3FC00000;", "f", [](const Words&) { return u64{0x3fc00000}; }));
  all.push_back(
      each("mov.f64 %fd, 0d3FF8000000000000;", "fd", [](const Words&) { return bits(1.5); }));
}

}  // namespace

int main() {
  std::vector<Snippet> all;
  addArithmetic(all);
  addApproximations(all);
  addDoubles(all);
  addRounded<FE_TOWARDZERO>(all, "rz");
  addRounded<FE_DOWNWARD>(all, "rm");
  addRounded<FE_UPWARD>(all, "rp");
  addNarrow<halfToFloat>(all, "f16", half);
  addNarrow<bf16ToFloat>(all, "bf16", bfloat);
  addConversions(all);
  addWholeConversions(all);
  addComparisons(all);
  runAll(all);
  return finish();
}
