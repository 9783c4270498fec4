#include "gemm.h"

#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "gemm_pack.h"
#include "gemm_tile.h"
#include "kernels.h"

namespace talus::TALUS_ISA {
namespace {

// Multiplies packed operands into rows of one range of panels and columns of another.
void multiply_block(int64_t m, int64_t n, int64_t k, const float* packed_a, const float* packed_b,
                    const Epilogue& e, int64_t first_row_panel, int64_t last_row_panel,
                    int64_t first_column_panel, int64_t last_column_panel) {
  for (int64_t q = first_column_panel; q < last_column_panel; q++) {
    int64_t j = q * kTileColumns, columns = n - j < kTileColumns ? n - j : kTileColumns;
    for (int64_t r = first_row_panel; r < last_row_panel; r++) {
      int64_t i = row_panel_start(m, r);
      int rows = static_cast<int>(row_panel_start(m, r + 1) - i);
      gemm_tile(rows, columns, {k, packed_a + i * k, rows, packed_b + j * k, kTileColumns}, e, i,
                j);
    }
  }
}

inline const float* row_of(int trans_a, const float* a, int64_t lda, int64_t i) {
  return a + (trans_a ? i : i * lda);
}
inline const float* column_of(int trans_b, const float* b, int64_t ldb, int64_t j) {
  return b + (trans_b ? j * ldb : j);
}

}  // namespace

int64_t packed_a_floats(int64_t m, int64_t k) { return m * k; }
int64_t packed_b_floats(int64_t n, int64_t k) { return column_panels(n) * kTileColumns * k; }

void pack_a(int trans_a, int64_t m, int64_t k, const float* a, int64_t lda, float* packed) {
  for (int64_t r = 0; r < row_panels(m); r++) {
    int64_t i = row_panel_start(m, r);
    int rows = static_cast<int>(row_panel_start(m, r + 1) - i);
    pack_row_panel(trans_a, rows, k, row_of(trans_a, a, lda, i), lda, packed + i * k);
  }
}

void pack_b(int trans_b, int64_t n, int64_t k, const float* b, int64_t ldb, float* packed) {
  for (int64_t j = 0; j < n; j += kTileColumns) {
    int64_t columns = n - j < kTileColumns ? n - j : kTileColumns;
    pack_column_panel(trans_b, columns, k, column_of(trans_b, b, ldb, j), ldb, packed + j * k);
  }
}

void gemm_packed(int64_t m, int64_t n, int64_t k, float alpha, const float* packed_a,
                 const float* packed_b, float beta, float* c, int64_t ldc) {
  if (m == 0 || n == 0) return;
  Epilogue e{alpha, beta, c, ldc, nullptr, kIdentity, nullptr};
  multiply_block(m, n, k, packed_a, packed_b, e, 0, row_panels(m), 0, column_panels(n));
}

int gemm_serial(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, float alpha,
                const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c,
                int64_t ldc) {
  float* packed_b = scratch_floats(kGemmLocalPack, packed_b_floats(n, k) + packed_a_floats(m, k));
  if (packed_b == nullptr) return TALUS_OUT_OF_MEMORY;
  float* packed_a = packed_b + packed_b_floats(n, k);
  pack_a(trans_a, m, k, a, lda, packed_a);
  pack_b(trans_b, n, k, b, ldb, packed_b);
  gemm_packed(m, n, k, alpha, packed_a, packed_b, beta, c, ldc);
  return TALUS_OK;
}

int gemm_f32(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a,
             int64_t lda, const float* b, int64_t ldb, float beta, float* c, int64_t ldc,
             const float* bias, int activation, float* pre_activation) {
  if (m == 0 || n == 0) return TALUS_OK;
  if (alpha == 0) k = 0;
  Epilogue e{alpha, beta, c, ldc, bias, activation, pre_activation};
  float* packed_b = scratch_floats(kGemmSharedPack, packed_b_floats(n, k) + packed_a_floats(m, k));
  if (packed_b == nullptr) return TALUS_OUT_OF_MEMORY;
  float* packed_a = packed_b + packed_b_floats(n, k);
  int64_t rows = row_panels(m), columns = column_panels(n);
  parallel_for(rows + columns, [&](int64_t task, int) {
    if (task < rows) {
      int64_t i = row_panel_start(m, task);
      int height = static_cast<int>(row_panel_start(m, task + 1) - i);
      pack_row_panel(trans_a, height, k, row_of(trans_a, a, lda, i), lda, packed_a + i * k);
    } else {
      int64_t j = (task - rows) * kTileColumns, width = n - j < kTileColumns ? n - j : kTileColumns;
      pack_column_panel(trans_b, width, k, column_of(trans_b, b, ldb, j), ldb, packed_b + j * k);
    }
  });
  constexpr int64_t kRowGroup = 10;
  int64_t row_groups = ceil_div(rows, kRowGroup);
  parallel_for(row_groups * columns, [&](int64_t task, int) {
    int64_t r = task / columns * kRowGroup, q = task % columns;
    int64_t last = r + kRowGroup < rows ? r + kRowGroup : rows;
    multiply_block(m, n, k, packed_a, packed_b, e, r, last, q, q + 1);
  });
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
