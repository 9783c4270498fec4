// Formats narrower than f32, and rounding. All conversions round to nearest, ties to even, unless
// they say otherwise.
#ifndef SOFTCUDA_FLOATS_H
#define SOFTCUDA_FLOATS_H

#include <cmath>
#include <cstdint>
#include <cstring>

namespace softcuda {

inline uint32_t bitsOf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
inline float fromBits(uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

inline float bf16ToFloat(uint16_t x) { return fromBits(uint32_t{x} << 16); }
inline uint16_t floatToBf16(float x) {
  uint32_t bits = bitsOf(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fff;
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

inline float halfToFloat(uint16_t x) {
  uint32_t sign = uint32_t{x & 0x8000u} << 16, exponent = x >> 10 & 31, fraction = x & 1023;
  if (exponent == 31) return fromBits(sign | 0x7f800000u | fraction << 13);
  if (exponent != 0) return fromBits(sign | (exponent + 112) << 23 | fraction << 13);
  float value = static_cast<float>(fraction) * 0x1p-24f;
  return sign != 0 ? -value : value;
}
inline uint16_t floatToHalf(float x) {
  uint32_t bits = bitsOf(x), sign = bits >> 16 & 0x8000u;
  bits &= 0x7fffffffu;
  if (bits > 0x7f800000u) return 0x7fff;
  if (bits >= 0x477ff000u) return static_cast<uint16_t>(sign | 0x7c00u);  // 65520 and more
  if (bits < 0x38800000u) {  // a subnormal: adding 0.5 rounds at the 24th binary place
    float rounded = fromBits(bits) + 0.5f;
    return static_cast<uint16_t>(sign | (bitsOf(rounded) - 0x3f000000u));
  }
  bits += 0xfffu + (bits >> 13 & 1);
  return static_cast<uint16_t>(sign | (bits - 0x38000000u) >> 13);
}

// Nearest, ties away from zero: what cvt.rna.tf32 does. Ten bits of fraction stay.
inline uint32_t floatToTf32(float x) {
  uint32_t bits = bitsOf(x);
  if ((bits & 0x7f800000u) == 0x7f800000u) return (bits & 0x7fffffu) != 0 ? 0x7fffffffu : bits;
  return (bits + 0x1000u) & 0xffffe000u;
}
// What a tensor instruction sees of a register.
inline float readTf32(uint32_t bits) { return fromBits(bits & 0xffffe000u); }

inline float flush(float x) {
  return (bitsOf(x) & 0x7f800000u) == 0 ? fromBits(bitsOf(x) & 0x80000000u) : x;
}

// a b + c rounded to odd: a second rounding to at most 51 bits then gives what one rounding would
// have.
inline double fmaToOdd(double a, double b, double c) {  // a b must be exact
  double product = a * b, sum = product + c;
  double part = sum - product, error = (product - (sum - part)) + (c - part);
  uint64_t bits;
  std::memcpy(&bits, &sum, sizeof bits);
  if (!(std::fabs(error) > 0) || std::isinf(sum) || (bits & 1) != 0) return sum;
  bits += (error > 0) == (sum > 0) ? 1 : -1;
  std::memcpy(&sum, &bits, sizeof sum);
  return sum;
}
inline float floatToOdd(double x) {
  float nearest = static_cast<float>(x);
  double back = nearest;
  uint32_t bits = bitsOf(nearest);
  if (back == x || std::isnan(x)) return nearest;
  if (std::isinf(nearest)) return std::isinf(x) ? nearest : fromBits(bits - 1);
  if ((bits & 1) != 0) return nearest;
  if (nearest == 0) return fromBits((x < 0 ? 0x80000000u : 0) | 1);
  return fromBits(std::fabs(back) < std::fabs(x) ? bits + 1 : bits - 1);
}

}  // namespace softcuda

#endif
