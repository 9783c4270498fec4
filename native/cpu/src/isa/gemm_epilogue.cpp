#include "gemm_epilogue.h"

#include "interleave.h"

namespace talus::TALUS_ISA {
namespace {

Vec activate_any(int activation, Vec x) {
  switch (activation) {
    case kRelu:
      return activate<kRelu>(x);
    case kGelu:
      return activate<kGelu>(x);
    case kTanh:
      return activate<kTanh>(x);
    case kSigmoid:
      return activate<kSigmoid>(x);
    default:
      return x;
  }
}

template <Activation activation>
void activate_rows(int64_t rows, int64_t columns, float* y, int64_t stride) {
  for (int64_t i = 0; i < rows; i++) {
    float* row = y + i * stride;
    int64_t j = 0;
    for (; j + kLanes <= columns; j += kLanes) store(row + j, activate<activation>(load(row + j)));
    if (j < columns) {
      store_first(row + j, activate<activation>(load_first(row + j, columns - j)), columns - j);
    }
  }
}

// One partial vector of finished sums on its way to row i, column j of C.
inline void finish_vector(Vec sum, LaneMask mask, const Epilogue& e, int64_t i, int64_t j) {
  float* c = e.c + i * e.ldc + j;
  if (e.alpha != 1) sum *= splat(e.alpha);
  if (e.beta != 0) sum = fma(splat(e.beta), load_masked(c, mask), sum);
  if (e.bias != nullptr) sum += load_masked(e.bias + j, mask);
  if (e.pre_activation != nullptr) store_masked(e.pre_activation + i * e.ldc + j, sum, mask);
  if (e.activation != kIdentity) sum = activate_any(e.activation, sum);
  store_masked(c, sum, mask);
}

}  // namespace

void finish_transposed(int rows, int64_t columns, const float* sums, const Epilogue& e, int64_t i,
                       int64_t j) {
  const LaneMask mask = first_lanes(rows);
  for (int64_t first = 0; first < columns; first += kLanes) {
    Vec square[kLanes];
    for (int r = 0; r < kLanes; r++) {
      square[r] = r < rows ? load(sums + r * kTileColumns + first) : Vec{};
    }
    transpose_tile(square);
    int64_t count = columns - first < kLanes ? columns - first : kLanes;
    for (int64_t q = 0; q < count; q++) finish_vector(square[q], mask, e, j + first + q, i);
  }
}

void finish_row(int64_t count, const float* sums, const Epilogue& e, int64_t i, int64_t j) {
  for (int64_t first = 0; first < count; first += kLanes) {
    int64_t lanes = count - first < kLanes ? count - first : kLanes;
    finish_vector(load_first(sums + first, lanes), first_lanes(lanes), e, i, j + first);
  }
}

void activate_block(int activation, int64_t rows, int64_t columns, float* y, int64_t stride) {
  if (activation == kRelu) activate_rows<kRelu>(rows, columns, y, stride);
  if (activation == kGelu) activate_rows<kGelu>(rows, columns, y, stride);
  if (activation == kTanh) activate_rows<kTanh>(rows, columns, y, stride);
  if (activation == kSigmoid) activate_rows<kSigmoid>(rows, columns, y, stride);
}

}  // namespace talus::TALUS_ISA
