// Operands copied into the order in which gemm_tile reads them.
//
// A (m x k) becomes row panels, k-major: panel after panel, each row_panel rows high, m * k floats
// in all. B (k x n) becomes column panels kTileColumns wide, k-major, the last one padded with
// zeros.
#pragma once

#include <stdint.h>

#include "gemm_tile.h"

namespace talus::TALUS_ISA {

// Rows are dealt out evenly, so that no panel is much lower than the others: 128 rows are 8 x 13 +
// 2 x 12.
inline int64_t row_panels(int64_t m) { return (m + kTileRows - 1) / kTileRows; }
inline int64_t row_panel_start(int64_t m, int64_t panel) {
  int64_t panels = row_panels(m), height = m / panels, higher = m % panels;
  return panel * height + (panel < higher ? panel : higher);
}
inline int64_t column_panels(int64_t n) { return (n + kTileColumns - 1) / kTileColumns; }

// Packs rows row_panel_start(m, panel) .. row_panel_start(m, panel + 1) - 1, columns 0 .. k-1, of
// op(A).
void pack_row_panel(int trans_a, int rows, int64_t k, const float* a, int64_t lda, float* packed);

// Packs columns 0 .. columns-1 (at most kTileColumns), rows 0 .. k-1, of op(B).
void pack_column_panel(int trans_b, int64_t columns, int64_t k, const float* b, int64_t ldb,
                       float* packed);

}  // namespace talus::TALUS_ISA
