#include "gemm_tile.h"

#include "../runtime/codes.h"

namespace talus::TALUS_ISA {
namespace {

template <int kRows>
inline void finish(Vec (&sum)[kRows][2], int64_t columns, const Epilogue& e, int64_t i, int64_t j) {
  float* c = e.c + i * e.ldc + j;
  float* pre = e.pre_activation == nullptr ? nullptr : e.pre_activation + i * e.ldc + j;
  int64_t first = columns < kLanes ? columns : kLanes, second = columns - first;
  if (e.alpha != 1) {
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
      sum[r][0] *= splat(e.alpha);
      sum[r][1] *= splat(e.alpha);
    }
  }
  if (e.beta != 0) {
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
      sum[r][0] = fma(splat(e.beta), load_first(c + r * e.ldc, first), sum[r][0]);
      sum[r][1] = fma(splat(e.beta), load_first(c + r * e.ldc + first, second), sum[r][1]);
    }
  }
  if (e.bias != nullptr) {
    Vec bias0 = load_first(e.bias + j, first), bias1 = load_first(e.bias + j + first, second);
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
      sum[r][0] += bias0;
      sum[r][1] += bias1;
    }
  }
  if (pre != nullptr) {
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
      store_first(pre + r * e.ldc, sum[r][0], first);
      store_first(pre + r * e.ldc + first, sum[r][1], second);
    }
  }
  if (e.activation == kRelu) {
    const Vec zero = {};
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
      sum[r][0] = zero > sum[r][0] ? zero : sum[r][0];
      sum[r][1] = zero > sum[r][1] ? zero : sum[r][1];
    }
  }
#pragma GCC unroll 14
  for (int r = 0; r < kRows; r++) {
    store_first(c + r * e.ldc, sum[r][0], first);
    store_first(c + r * e.ldc + first, sum[r][1], second);
  }
}

template <int kRows>
void tile(int64_t columns, const TileOperands& o, const Epilogue& e, int64_t i, int64_t j) {
  Vec sum[kRows][2];
#pragma GCC unroll 14
  for (int r = 0; r < kRows; r++) sum[r][0] = sum[r][1] = Vec{};
  const float* a = o.a;
  const float* b = o.b;
  for (int64_t p = 0; p < o.k; p++, a += o.a_step, b += o.b_step) {
    Vec b0 = load(b), b1 = load(b + kLanes);
#pragma GCC unroll 14
    for (int r = 0; r < kRows; r++) {
      Vec broadcast = splat(a[r]);
      sum[r][0] = fma(broadcast, b0, sum[r][0]);
      sum[r][1] = fma(broadcast, b1, sum[r][1]);
    }
  }
  finish<kRows>(sum, columns, e, i, j);
}

using TileFunction = void (*)(int64_t, const TileOperands&, const Epilogue&, int64_t, int64_t);

constexpr TileFunction kTiles[] = {
    nullptr, tile<1>, tile<2>, tile<3>,  tile<4>,
#if defined(__AVX2__)
    tile<5>, tile<6>,
#endif
#if defined(__AVX512F__)
    tile<7>, tile<8>, tile<9>, tile<10>, tile<11>, tile<12>, tile<13>, tile<14>,
#endif
};

inline float activation_of(int activation, float x) {
  switch (activation) {
    case kRelu:
      return 0 > x ? 0 : x;
    case kGelu:
      return 0.5f * x * (1 + erff(x * 0.70710678f));
    case kTanh:
      return tanhf(x);
    case kSigmoid:
      return 1 / (1 + expf(-x));
    default:
      return x;
  }
}

}  // namespace

void activate(int activation, int64_t rows, int64_t columns, float* y, int64_t stride) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++)
      y[i * stride + j] = activation_of(activation, y[i * stride + j]);
}

void gemm_tile(int rows, int64_t columns, const TileOperands& operands, const Epilogue& e,
               int64_t i, int64_t j) {
  kTiles[rows](columns, operands, e, i, j);
  if (e.activation > kRelu) activate(e.activation, rows, columns, e.c + i * e.ldc + j, e.ldc);
}

}  // namespace talus::TALUS_ISA
