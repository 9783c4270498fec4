// The innermost product: one tile of C held in registers while k runs.
//
// A tile is up to kTileRows x kTileColumns. Per step of k it takes two vectors of B and one
// broadcast of A for each row; AVX-512: 28 accumulators, 2 vectors of B, 2 broadcasts, and 16 loads
// to 28 multiply-adds.
#pragma once

#include <stdint.h>

#include "simd.h"

namespace talus::TALUS_ISA {

#if defined(__AVX512F__)
constexpr int kTileRows = 14;
#elif defined(__AVX2__)
constexpr int kTileRows = 6;
#else
constexpr int kTileRows = 4;
#endif
constexpr int kTileColumns = 2 * kLanes;

// What becomes of a finished sum: C = act(alpha * sum + beta * C + bias).
struct Epilogue {
  float alpha;
  float beta;
  float* c;
  int64_t ldc;
  const float* bias;      // of column 0, or null
  int activation;         // Activation
  float* pre_activation;  // as c, or null
};

// The operands of one or more tiles: `a_step` floats from one k to the next (rows adjoin), `b_step`
// likewise.
struct TileOperands {
  int64_t k;
  const float* a;
  int64_t a_step;
  const float* b;
  int64_t b_step;
};

// Computes the tile of `rows` x `columns` (at most kTileRows x kTileColumns) whose C starts at row
// `i`, column `j`. All kTileColumns columns of B are read.
void gemm_tile(int rows, int64_t columns, const TileOperands& operands, const Epilogue& epilogue,
               int64_t i, int64_t j);

// y = act(y), in place.
void activate(int activation, int64_t rows, int64_t columns, float* y, int64_t stride);

}  // namespace talus::TALUS_ISA
