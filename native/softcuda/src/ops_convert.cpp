// cvt. The frequent conversions have loops of their own; all others go lane by lane through the
// widest number of their kind: any whole number fits __int128, any floating-point number double.
#include <cmath>
#include <limits>

#include "floats.h"
#include "ops.h"

namespace softcuda {
namespace {

enum Type : uint8_t {
  kU8,
  kS8,
  kU16,
  kS16,
  kU32,
  kS32,
  kU64,
  kS64,
  kF16,
  kBf16,
  kF32,
  kF64,
  kNoType
};
enum Rounding : uint8_t {
  kNearest,
  kZero,
  kDown,
  kUp,
  kNearestInteger,
  kZeroInteger,
  kDownInteger,
  kUpInteger
};

using Integer = __int128;

bool isFloat(Type type) { return type >= kF16; }
bool isSigned(Type type) { return type == kS8 || type == kS16 || type == kS32 || type == kS64; }

Type typeOf(const std::string& name) {
  static const char* const kNames[] = {"u8",  "s8",  "u16", "s16",  "u32", "s32",
                                       "u64", "s64", "f16", "bf16", "f32", "f64"};
  for (int i = 0; i < kNoType; ++i) {
    if (name == kNames[i]) return static_cast<Type>(i);
  }
  return kNoType;
}

size_t bytesOf(Type type) {
  static const uint8_t kBytes[] = {1, 1, 2, 2, 4, 4, 8, 8, 2, 2, 4, 8};
  return kBytes[type];
}

double loadFloat(Type type, uint64_t bits) {
  if (type == kF16) return halfToFloat(static_cast<uint16_t>(bits));
  if (type == kBf16) return bf16ToFloat(static_cast<uint16_t>(bits));
  if (type == kF32) return fromBits(static_cast<uint32_t>(bits));
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

Integer loadInteger(Type type, uint64_t bits) {
  unsigned shift = 64 - 8 * static_cast<unsigned>(bytesOf(type));
  if (isSigned(type)) return static_cast<int64_t>(bits << shift) >> shift;
  return bits << shift >> shift;
}

double roundToInteger(double x, Rounding rounding) {
  switch (rounding) {
    case kNearestInteger:
      return std::nearbyint(x);
    case kDownInteger:
      return std::floor(x);
    case kUpInteger:
      return std::ceil(x);
    default:
      return std::trunc(x);
  }
}

Integer lowest(Type type) { return isSigned(type) ? -(Integer{1} << (8 * bytesOf(type) - 1)) : 0; }
Integer highest(Type type) { return (Integer{1} << (8 * bytesOf(type) - isSigned(type))) - 1; }

Integer clamp(Integer value, Type type) {
  if (value < lowest(type)) return lowest(type);
  return value > highest(type) ? highest(type) : value;
}

Integer floatToInteger(double x, Type type, Rounding rounding) {
  if (std::isnan(x)) return 0;
  x = roundToInteger(x, rounding);
  if (x >= 0x1p65) return highest(type);
  if (x <= -0x1p65) return lowest(type);
  return clamp(static_cast<Integer>(x), type);
}

// The float next to `nearest` on the side the rounding asks for, if `exact` lies on that side.
template <class Narrow, class Wide>
Narrow directed(Wide exact, Rounding rounding) {
  Narrow nearest = static_cast<Narrow>(exact);
  if (rounding == kZero) rounding = exact < 0 ? kUp : kDown;
  constexpr Narrow kInfinity = std::numeric_limits<Narrow>::infinity();
  if (rounding == kDown && static_cast<Wide>(nearest) > exact)
    return std::nextafter(nearest, -kInfinity);
  if (rounding == kUp && static_cast<Wide>(nearest) < exact)
    return std::nextafter(nearest, kInfinity);
  return nearest;
}

uint16_t towardsZero(float x, Type type) {
  if (type == kBf16) return std::isnan(x) ? 0x7fff : static_cast<uint16_t>(bitsOf(x) >> 16);
  uint16_t half = floatToHalf(x);
  if (std::isnan(x) || std::isinf(x)) return half;
  return std::fabs(halfToFloat(half)) > std::fabs(x) ? half - 1 : half;
}

template <class Wide>
uint64_t storeFloat(Wide value, Type type, Rounding rounding) {
  if (type == kF64) {
    double result = directed<double>(value, rounding);
    uint64_t bits;
    std::memcpy(&bits, &result, sizeof bits);
    return bits;
  }
  if (type == kF32) return bitsOf(directed<float>(value, rounding));
  float odd = floatToOdd(static_cast<double>(value));
  if (rounding == kZero) return towardsZero(odd, type);
  return type == kF16 ? floatToHalf(odd) : floatToBf16(odd);
}

struct Plan {
  Type to, from;
  Rounding rounding;
  bool saturate, flush, relu;
};

uint64_t convert(const Plan& plan, uint64_t bits) {
  if (!isFloat(plan.from)) {
    Integer value = loadInteger(plan.from, bits);
    if (isFloat(plan.to))
      return storeFloat(static_cast<long double>(value), plan.to, plan.rounding);
    return static_cast<uint64_t>(plan.saturate ? clamp(value, plan.to) : value);
  }
  double value = loadFloat(plan.from, bits);
  if (plan.flush && plan.from == kF32) value = flush(static_cast<float>(value));
  if (!isFloat(plan.to))
    return static_cast<uint64_t>(floatToInteger(value, plan.to, plan.rounding));
  if (plan.rounding >= kNearestInteger) value = roundToInteger(value, plan.rounding);
  if (plan.saturate) value = value > 0 ? (value < 1 ? value : 1.0) : 0.0;
  if (plan.relu && !(value > 0) && value == value) value = 0;
  uint64_t result = storeFloat(value, plan.to, plan.rounding);
  if (plan.flush && plan.to == kF32)
    result = bitsOf(flush(fromBits(static_cast<uint32_t>(result))));
  return result;
}

// i.offset: the plan, packed. i.count and i.bytes: sizes of source and destination register, which
// may be wider.
void general(Warp& warp, const Instruction& i, Mask mask) {
  Plan plan;
  std::memcpy(&plan, &i.offset, sizeof plan);
  for (Mask left = mask; left != 0; left &= left - 1) {
    int lane = firstLane(left);
    uint64_t bits = 0;
    std::memcpy(&bits, warp.registers + i.a + lane * i.count, bytesOf(plan.from));
    uint64_t result = convert(plan, bits);
    if (bytesOf(plan.to) < i.bytes && !isFloat(plan.to))
      result = static_cast<uint64_t>(loadInteger(plan.to, result));
    std::memcpy(warp.registers + i.d + lane * i.bytes, &result, i.bytes);
  }
}

template <class To, class From>
To cast(From x) {
  return static_cast<To>(x);
}
uint16_t narrowHalf(float x) { return floatToHalf(x); }
uint16_t narrowBf16(float x) { return floatToBf16(x); }
uint32_t toTf32(float x) { return floatToTf32(x); }
float nearestInteger(float x) { return std::nearbyint(x); }
float truncated(float x) { return std::trunc(x); }
float saturated(float x) { return x > 0 ? (x < 1 ? x : 1.0f) : 0.0f; }

uint32_t pairHalf(float high, float low) {
  return uint32_t{floatToHalf(high)} << 16 | floatToHalf(low);
}
uint32_t pairBf16(float high, float low) {
  return uint32_t{floatToBf16(high)} << 16 | floatToBf16(low);
}
uint16_t relu16(uint16_t x) { return (x & 0x8000) != 0 && (x & 0x7fff) <= 0x7c00 ? 0 : x; }
uint32_t pairHalfRelu(float high, float low) {
  return uint32_t{relu16(floatToHalf(high))} << 16 | relu16(floatToHalf(low));
}

struct Frequent {
  const char* spelling;
  Handler handler;
};

const Frequent kFrequent[] = {
    {"s64.s32", unary<int32_t, cast<int64_t, int32_t>, int64_t>},
    {"u64.u32", unary<uint32_t, cast<uint64_t, uint32_t>, uint64_t>},
    {"u32.u64", unary<uint64_t, cast<uint32_t, uint64_t>, uint32_t>},
    {"s32.s64", unary<int64_t, cast<int32_t, int64_t>, int32_t>},
    {"u32.u16", unary<uint16_t, cast<uint32_t, uint16_t>, uint32_t>},
    {"u16.u32", unary<uint32_t, cast<uint16_t, uint32_t>, uint16_t>},
    {"s32.s16", unary<int16_t, cast<int32_t, int16_t>, int32_t>},
    {"rn.f32.s32", unary<int32_t, cast<float, int32_t>, float>},
    {"rn.f32.u32", unary<uint32_t, cast<float, uint32_t>, float>},
    {"f64.f32", unary<float, cast<double, float>, double>},
    {"rn.f32.f64", unary<double, cast<float, double>, float>},
    {"f32.f16", unary<uint16_t, halfToFloat, float>},
    {"f32.bf16", unary<uint16_t, bf16ToFloat, float>},
    {"rn.f16.f32", unary<float, narrowHalf, uint16_t>},
    {"rn.bf16.f32", unary<float, narrowBf16, uint16_t>},
    {"rna.tf32.f32", unary<float, toTf32, uint32_t>},
    {"rni.f32.f32", unary<float, nearestInteger>},
    {"rzi.f32.f32", unary<float, truncated>},
    {"sat.f32.f32", unary<float, saturated>},
    {"rn.f16x2.f32", binary<float, pairHalf, uint32_t>},
    {"rn.bf16x2.f32", binary<float, pairBf16, uint32_t>},
    {"rn.relu.f16x2.f32", binary<float, pairHalfRelu, uint32_t>},
};

Rounding roundingOf(const std::string& name, bool integer_default) {
  static const char* const kNames[] = {"rn", "rz", "rm", "rp", "rni", "rzi", "rmi", "rpi"};
  for (int i = 0; i < 8; ++i) {
    if (name == kNames[i]) return static_cast<Rounding>(i);
  }
  return integer_default ? kZeroInteger : kNearest;
}

}  // namespace

Handler frequentConversion(const std::string& spelling) {
  for (const Frequent& frequent : kFrequent) {
    if (spelling == frequent.spelling) return frequent.handler;
  }
  return nullptr;
}

Handler generalConversion(const std::string& to, const std::string& from,
                          const std::string& rounding, bool saturate, bool flush, bool relu,
                          int64_t& packed) {
  Plan plan = {typeOf(to), typeOf(from), kNearest, saturate, flush, relu};
  if (plan.to == kNoType || plan.from == kNoType) return nullptr;
  if (!rounding.empty() && rounding[0] != 'r') return nullptr;
  plan.rounding = roundingOf(rounding, isFloat(plan.from) && !isFloat(plan.to));
  packed = 0;
  static_assert(sizeof plan <= sizeof packed, "the plan travels in an instruction's offset");
  std::memcpy(&packed, &plan, sizeof plan);
  return general;
}

}  // namespace softcuda
