#include "gemm_epilogue.h"

#include "interleave.h"

namespace talus::TALUS_ISA {
namespace {

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

void activate_block(int activation, int64_t rows, int64_t columns, float* y, int64_t stride) {
  if (activation == kRelu) activate_rows<kRelu>(rows, columns, y, stride);
  if (activation == kGelu) activate_rows<kGelu>(rows, columns, y, stride);
  if (activation == kTanh) activate_rows<kTanh>(rows, columns, y, stride);
  if (activation == kSigmoid) activate_rows<kSigmoid>(rows, columns, y, stride);
}

}  // namespace talus::TALUS_ISA
