#include "gemm.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "bridge.h"

namespace softcuda {
namespace {

uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// To the nearest with `dropped` fewer bits of mantissa: ties to even, or away from zero.
float dropBits(float value, int dropped, bool to_even) {
  if (std::isnan(value)) return floatOf(0x7fffffff);
  const uint32_t bits = bitsOf(value), half = uint32_t{1} << (dropped - 1);
  if (std::isinf(value)) return value;
  const uint32_t bias = to_even ? half - 1 + ((bits >> dropped) & 1) : half;
  return floatOf((bits + bias) & ~((half << 1) - 1));
}

float halfToFloat(uint16_t half) {
  const int exponent = (half >> 10) & 31;
  const float mantissa = static_cast<float>(half & 1023);
  const float sign = half & 0x8000 ? -1.0f : 1.0f;
  if (exponent == 31) return half & 1023 ? floatOf(0x7fffffff) : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(mantissa, -24);
  return sign * std::ldexp(mantissa + 1024, exponent - 25);
}

uint16_t floatToHalf(float value) {
  const uint16_t sign = static_cast<uint16_t>(bitsOf(value) >> 16 & 0x8000);
  const float size = std::fabs(value);
  if (std::isnan(value)) return 0x7fff;
  if (size == 0) return sign;
  if (size >= 65520.0f) return sign | 0x7c00;
  int exponent = 0;
  std::frexp(size, &exponent);  // size = f * 2^exponent with f in [0.5, 1)
  const int unit = exponent < -13 ? -24 : exponent - 11;
  const auto whole = static_cast<uint16_t>(std::nearbyint(std::ldexp(size, -unit)));
  if (unit == -24) return sign | whole;
  return static_cast<uint16_t>(sign | (((unit + 25) << 10) + (whole - 1024)));
}

float load(const uint8_t* from, Type type) {
  if (type == Type::kFloat) {
    float value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  uint16_t half;
  std::memcpy(&half, from, sizeof half);
  return type == Type::kHalf ? halfToFloat(half) : floatOf(uint32_t{half} << 16);
}

void store(uint8_t* to, Type type, float value) {
  if (type == Type::kFloat) {
    std::memcpy(to, &value, sizeof value);
    return;
  }
  const uint16_t half = type == Type::kHalf
                            ? floatToHalf(value)
                            : static_cast<uint16_t>(bitsOf(dropBits(value, 16, true)) >> 16);
  std::memcpy(to, &half, sizeof half);
}

float rounded(float value, Rounding rounding) {
  switch (rounding) {
    case Rounding::kTf32:
      return dropBits(value, 13, false);
    case Rounding::kBfloat16:
      return dropBits(value, 16, true);
    case Rounding::kHalf:
      return halfToFloat(floatToHalf(value));
    default:
      return value;
  }
}

// One matrix of a batch: rows x columns as stored. False on a fault, with the code.
bool access(const Gemm& gemm, const Matrix& matrix, int64_t index, int64_t rows, int64_t columns,
            bool writes, std::vector<uint8_t*>& found, int& code) {
  const int bytes = typeBytes(matrix.type);
  found.resize(columns);
  for (int64_t column = 0; column < columns; column++) {
    const int64_t first = index * matrix.between + column * matrix.stride;
    found[column] = static_cast<uint8_t*>(softcudaAccess(gemm.name, matrix.address + first * bytes,
                                                         static_cast<size_t>(rows) * bytes, bytes,
                                                         writes, &code));
    if (!found[column]) return false;
  }
  return true;
}

// op(X), row-major, `rows` x `columns`, or nothing on a fault.
std::vector<float> fetch(const Gemm& gemm, const Matrix& matrix, int64_t index, bool transposed,
                         int64_t rows, int64_t columns, int& code) {
  std::vector<uint8_t*> stored;
  std::vector<float> values;
  const bool found = transposed ? access(gemm, matrix, index, columns, rows, false, stored, code)
                                : access(gemm, matrix, index, rows, columns, false, stored, code);
  if (!found) return values;
  const int bytes = typeBytes(matrix.type);
  values.resize(rows * columns);
  for (int64_t row = 0; row < rows; row++)
    for (int64_t column = 0; column < columns; column++) {
      const uint8_t* from =
          transposed ? stored[row] + column * bytes : stored[column] + row * bytes;
      values[row * columns + column] = rounded(load(from, matrix.type), gemm.rounding);
    }
  return values;
}

int multiply(const Gemm& gemm, int64_t index, float alpha, float beta) {
  int code = 0;
  std::vector<float> a, b;
  if (gemm.k > 0 && alpha != 0) {
    a = fetch(gemm, gemm.a, index, gemm.transpose_a, gemm.m, gemm.k, code);
    if (!code) b = fetch(gemm, gemm.b, index, gemm.transpose_b, gemm.k, gemm.n, code);
    if (code) return code;
  }
  std::vector<uint8_t*> c;
  if (beta != 0 && !access(gemm, gemm.c, index, gemm.m, gemm.n, false, c, code)) return code;
  if (!access(gemm, gemm.c, index, gemm.m, gemm.n, true, c, code)) return code;
  const int bytes = typeBytes(gemm.c.type);
  for (int64_t i = 0; i < gemm.m; i++)
    for (int64_t j = 0; j < gemm.n; j++) {
      float sum = 0;
      for (int64_t p = 0; p < gemm.k && !a.empty(); p++)
        sum = std::fma(a[i * gemm.k + p], b[p * gemm.n + j], sum);
      uint8_t* const to = c[j] + i * bytes;
      const float before = beta != 0 ? load(to, gemm.c.type) : 0;  // beta 0 does not read C
      store(to, gemm.c.type, beta != 0 ? std::fma(beta, before, alpha * sum) : alpha * sum);
    }
  return code;
}

int readScalar(const Gemm& gemm, uint64_t address, float& value) {
  int code = 0;
  const void* from = softcudaAccess(gemm.name, address, sizeof value, sizeof value, false, &code);
  if (from) std::memcpy(&value, from, sizeof value);
  return code;
}

}  // namespace

int typeBytes(Type type) {
  if (type == Type::kFloat) return 4;
  return type == Type::kHalf || type == Type::kBfloat16 ? 2 : 0;
}

bool isValid(const Gemm& gemm) {
  const auto tall = [](int64_t stride, int64_t rows) { return stride >= (rows > 1 ? rows : 1); };
  return gemm.m >= 0 && gemm.n >= 0 && gemm.k >= 0 && gemm.batch >= 0 &&
         tall(gemm.a.stride, gemm.transpose_a ? gemm.k : gemm.m) &&
         tall(gemm.b.stride, gemm.transpose_b ? gemm.n : gemm.k) && tall(gemm.c.stride, gemm.m);
}

int runGemm(const void* data) {
  Gemm gemm;
  std::memcpy(&gemm, data, sizeof gemm);
  float alpha = gemm.alpha, beta = gemm.beta;
  if (gemm.device_scalars) {
    if (const int code = readScalar(gemm, gemm.alpha_address, alpha)) return code;
    if (const int code = readScalar(gemm, gemm.beta_address, beta)) return code;
  }
  if (gemm.m == 0 || gemm.n == 0) return 0;
  for (int64_t index = 0; index < gemm.batch; index++)
    if (const int code = multiply(gemm, index, alpha, beta)) return code;
  return 0;
}

}  // namespace softcuda
