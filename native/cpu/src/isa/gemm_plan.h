// How one product is carried out: which operand gives the tiles' rows and which their columns, what
// is packed first, and in what pieces the rest is done. All of it follows from the sizes alone.
#pragma once

#include <stdint.h>

#include "gemm_pack.h"
#include "gemm_tile.h"

namespace talus::TALUS_ISA {

// A matrix `count` x k. Element (index, p) is data[index * stride + p] where k_adjoins, else
// data[index + p * stride]. packed: where a packed copy goes, or null.
struct Side {
  int64_t count;
  const float* data;
  int64_t stride;
  bool k_adjoins;
  float* packed;
};

struct Product {
  Side rows;     // broadcast one by one; read where they lie, or packed
  Side columns;  // read by the vector; k_adjoins: packed always
  int64_t k;
  int64_t depth;  // of k to sum in one go; the sums of each depth are added to C in order
  // Whether a depth goes on with the sums of the one before, which C holds in between, so that
  // their bits do not depend on the depth; else it has sums of its own.
  bool continues;
  Epilogue epilogue;
};

// A x B where op(A) and op(B) are m x k and k x n, or their transpose where that packs less.
Product plan_product(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, const float* a,
                     int64_t lda, const float* b, int64_t ldb, const Epilogue& epilogue);

// Row panels that pay for packing a column panel just for them.
constexpr int64_t kRowPanelsToPack = 20;

// Row panels from which on each task packs its rows for itself: a copy made by another core would
// have to be fetched from there.
constexpr int64_t kRowPanelsToOwn = 40;

// Whether the side is to be packed, and how many floats that takes in whole. Columns are packed
// beforehand, rows there or by each block for itself.
bool wants_packed_rows(const Product& product);
bool wants_packed_columns(const Product& product);
// Whether rows are packed for their order alone, by a thread's first block of them for its others.
bool packs_rows_once(const Product& product);
inline int64_t packed_row_floats(const Product& x) { return x.rows.count * x.k; }
inline int64_t packed_column_floats(const Product& x) {
  return column_panels(x.columns.count) * kTileColumns * x.k;
}
// Floats that multiply_block needs to itself for so many row panels.
int64_t block_floats(const Product& product, int64_t row_panels);

// Packs one panel of a side whose `packed` is set.
void pack_rows(const Product& product, int64_t panel);
void pack_columns(const Product& product, int64_t panel);

// Does row panels first_row .. last_row-1 of column panels first_column .. last_column-1.
// holds_rows: scratch has these rows already, packed by another block of packs_rows_once.
void multiply_block(const Product& product, int64_t first_row, int64_t last_row,
                    int64_t first_column, int64_t last_column, float* scratch,
                    bool holds_rows = false);

}  // namespace talus::TALUS_ISA
