// The innermost product: one tile of C held in registers while k runs.
//
// A tile is up to kTileRows x kTileColumns. Each step of k takes two vectors of B and one broadcast
// of A for each row; with AVX-512 that is 28 accumulators, 2 vectors of B, 2 broadcasts, and 16
// loads to 28 multiply-adds. Neither operand needs packing first: rows of A are read where they
// lie, whichever way they lie, and a tile can pack B in the shadow of its arithmetic: the first of
// a column panel for the tiles below it, or all of them, a part each, for the panel to come.
#pragma once

#include <stdint.h>

#include "../runtime/codes.h"
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
  const float* bias;      // one value for each column of C, or null
  int activation;         // Activation
  float* pre_activation;  // as c, or null
  bool transposed;        // tiles are of C's transpose: row i, column j of a tile is C[j, i]

  // What is due of it while products are still to be added.
  Epilogue before_last() const {
    Epilogue sums = *this;
    sums.bias = nullptr;
    sums.activation = kIdentity;
    sums.pre_activation = nullptr;
    return sums;
  }
};

// Whole rows of B, kTileColumns wide, to copy while a tile is computed; kTileColumns apart at `to`.
struct CopyAhead {
  int64_t rows;
  const float* from;
  int64_t step;
  float* to;
};

// One tile's operands. Element (row, p) of A is a[row + p * a_step], or with a_row_major
// a[row * a_step + p]. Element (p, column) of B is b[p * b_step + column].
struct Tile {
  int rows;         // 1 .. kTileRows
  int64_t columns;  // 1 .. kTileColumns
  int64_t k;
  const float* a;
  int64_t a_step;
  bool a_row_major;
  const float* b;
  int64_t b_step;
  // Null, or where to leave B with kTileColumns between rows, zeros beyond columns.
  float* packed_b;
  // Not 0: steps of k lie in lines of so many, with a further jump from line to line.
  int64_t line = 0, a_jump = 0, b_jump = 0;
  CopyAhead ahead = {};  // only where columns are kTileColumns, packed_b is null and line is 0
  // Whether sums begin with what C holds, which must not be transposed, instead of 0: the same bits
  // as one tile of all k.
  bool continues = false;
};

// Computes the tile whose C starts at row i, column j. Sums run over p = 0 .. k-1 in this order
// whatever the layout, so that an element's bits do not depend on the tile that holds it.
void multiply_tile(const Tile& tile, const Epilogue& epilogue, int64_t i, int64_t j);

}  // namespace talus::TALUS_ISA
