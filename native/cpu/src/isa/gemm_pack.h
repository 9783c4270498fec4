// Operands copied into the order in which multiply_tile reads them fastest.
//
// A row operand (m x k) becomes row panels, panel after panel, k-major: element (row, p) of a panel
// lies at p * rows + row, and the panel of row i starts at i * k. A column operand (k x n) becomes
// column panels kTileColumns wide, k-major, the last one padded with zeros; the panel of column j
// starts at j * k.
#pragma once

#include <stdint.h>

#include "gemm_tile.h"

namespace talus::TALUS_ISA {

inline int64_t row_panels(int64_t m) { return (m + kTileRows - 1) / kTileRows; }
inline int64_t column_panels(int64_t n) { return (n + kTileColumns - 1) / kTileColumns; }

// Rows are dealt out evenly, so that no panel is much lower than another: 128 are 8 x 13 + 2 x 12.
struct RowPanels {
  int64_t count, height, higher;  // the first `higher` panels have one row more than `height`

  explicit RowPanels(int64_t m)
      : count(row_panels(m)), height(count == 0 ? 0 : m / count), higher(m - height * count) {}

  int64_t start(int64_t panel) const { return panel * height + (panel < higher ? panel : higher); }
  int rows(int64_t panel) const { return static_cast<int>(height + (panel < higher ? 1 : 0)); }
};

// Whether rows lie (nearly) a multiple of 4096 bytes apart, and so fall into the same few places of
// a cache.
inline bool rows_collide(int64_t stride) {
  return stride >= 512 && (stride * 4 + 64) % 4096 <= 128;
}

// Packs `rows` rows, k deep, of a[row * a_step + p] (row_major) or a[row + p * a_step].
void pack_row_panel(bool row_major, int64_t rows, int64_t k, const float* a, int64_t a_step,
                    float* packed);

// Packs `columns` (at most kTileColumns) columns, k deep, of b[p * b_step + column] (row_major) or
// b[column * b_step + p].
void pack_column_panel(bool row_major, int64_t columns, int64_t k, const float* b, int64_t b_step,
                       float* packed);

}  // namespace talus::TALUS_ISA
