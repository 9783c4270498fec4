// Reduces each column of a matrix, whose elements come from `source(offset, column, at)`:
// memory, or something computed on the way that the source also stores (activation_gradient.cpp).
//
// A task owns a block of at most kBlockRows x kBlockColumns. It adds four rows at a time to one row
// of accumulators, which stays in the first-level cache, so memory is read along its rows whatever
// the shape. A matrix of few columns is first folded: as it is contiguous, several rows read as one
// wider row keep the vectors full. Blocks give float rows, which are combined in double in the
// order of the rows.
//
// Error of a sum: at most (2 + kBlockRows / 4 + 1) eps sum|x|, whatever the number of rows.
//
// Measured on 2 cores of a Zen 5 with AVX-512, 2^25 elements, where copy moves 58 GB/s: 58 with
// 1024 columns, 52 with 10, 50 with 128 rows.
#pragma once

#include "../runtime/scratch.h"
#include "ranges.h"
#include "reduce_ops.h"
#include "talus_cpu.h"

namespace talus::TALUS_ISA {

constexpr int64_t kBlockRows = 256, kLeastBlockRows = 32;
constexpr int64_t kBlockColumns = 1024;
constexpr int64_t kFoldUpTo = 64;      // 64 * 16 is at most kBlockColumns
constexpr int64_t kFoldedWidth = 256;  // at least

// `rows` rows of `width` = fold * columns elements, then one row of `rest` elements.
struct FoldedMatrix {
  int64_t columns, fold, width, rows, rest;

  FoldedMatrix(int64_t matrix_rows, int64_t matrix_columns) : columns(matrix_columns), fold(1) {
    if (columns <= kFoldUpTo) {
      // Whole vectors and no remainder: the width a multiple of 16.
      while (fold * columns < kFoldedWidth || fold * columns % 16 != 0) fold++;
    }
    if (fold > matrix_rows) fold = matrix_rows > 0 ? matrix_rows : 1;
    width = fold * columns;
    rows = matrix_rows / fold;
    rest = matrix_rows % fold * columns;
  }
};

// result[0 .. to - from) = op over rows first .. last of columns from .. to of a matrix of the
// given width, to - from at most kBlockColumns. Summed on the stack: next to what another processor
// sums, the two would take lines of memory from each other.
template <class Op, class Source>
static inline void reduce_block(int64_t first, int64_t last, int64_t from, int64_t to,
                                int64_t width, float* result, const Source source) {
  alignas(64) float sums[kBlockColumns];
  float* totals = sums;
  each_vector(from, to, [=](int64_t c, auto at) { at.store(totals + c - from, Op::identity()); });
  int64_t row = first;
  for (; row + 4 <= last; row += 4) {
    each_vector(
        from, to, [=](int64_t c, auto at) __attribute__((always_inline)) {
          int64_t i = row * width + c;
          Vec low = Op::combine(source(i, c, at), source(i + width, c, at));
          Vec high = Op::combine(source(i + 2 * width, c, at), source(i + 3 * width, c, at));
          float* total = totals + c - from;
          at.store(total, Op::combine(at.load(total), Op::combine(low, high)));
        });
  }
  for (; row < last; row++) {
    each_vector(
        from, to, [=](int64_t c, auto at) __attribute__((always_inline)) {
          float* total = totals + c - from;
          at.store(total, Op::combine(at.load(total), source(row * width + c, c, at)));
        });
  }
  each_vector(from, to,
              [=](int64_t c, auto at) { at.store(result + c - from, at.load(totals + c - from)); });
}

// Combines the `blocks` float rows of `partial`, each `width` long, for columns from .. to, and
// hands on the results.
template <class Op, class Finish>
static inline void combine_blocks(int64_t from, int64_t to, int64_t blocks,
                                  const FoldedMatrix matrix, const float* partial,
                                  const Finish& finish) {
  double total[kBlockColumns];
  for (int64_t c = from; c < to; c++) total[c - from] = Op::kIdentity;
  for (int64_t block = 0; block < blocks; block++) {
    const float* row = partial + block * matrix.width;
    for (int64_t c = from; c < to; c++) total[c - from] = Op::combine(total[c - from], row[c]);
  }
  // Unfold: only matrices of one column block are folded, so from is 0 where fold > 1.
  int64_t columns = matrix.fold > 1 ? matrix.columns : to - from;
  for (int64_t group = 1; group < matrix.fold; group++) {
    for (int64_t c = 0; c < columns; c++)
      total[c] = Op::combine(total[c], total[group * columns + c]);
  }
  for (int64_t c = 0; c < columns; c++) finish(from + c, total[c]);
}

// The rows of one task: fewer where a middling matrix would give too few tasks. Narrower tasks
// would serve as well, but a processor that reads or writes part of a row fetches the next part
// ahead, which is another's: 128 x 512 with relu took 21 microseconds in place of 8.
static inline int64_t block_rows(const FoldedMatrix& matrix) {
  int64_t block = kBlockRows, column_blocks = ceil_div(matrix.width, kBlockColumns);
  if (matrix.rows * matrix.width <= 2 * kLightRange) return block;
  while (ceil_div(matrix.rows, block) * column_blocks < 8 && block > kLeastBlockRows) block /= 2;
  return block;
}

// Calls finish(column, double) with the reduction of every column. Returns a TalusStatus.
template <class Op, class Source, class Finish>
static inline int reduce_columns(int64_t rows, int64_t columns, const Source source,
                                 const Finish& finish) {
  if (columns == 0) return TALUS_OK;
  FoldedMatrix matrix(rows, columns);
  const int64_t height = block_rows(matrix), row_blocks = ceil_div(matrix.rows, height);
  const int64_t column_blocks = ceil_div(matrix.width, kBlockColumns);
  int64_t blocks = row_blocks + (matrix.rest > 0 ? 1 : 0);
  float* partial = scratch_floats(kRowsShared, blocks * matrix.width);
  if (partial == nullptr && blocks > 0) return TALUS_OUT_OF_MEMORY;

  auto limit = [](int64_t a, int64_t b) { return a < b ? a : b; };
  parallel_for(row_blocks * column_blocks, [&](int64_t task, int) {
    int64_t block = task / column_blocks, first = block * height;
    int64_t from = task % column_blocks * kBlockColumns;
    reduce_block<Op>(first, limit(first + height, matrix.rows), from,
                     limit(from + kBlockColumns, matrix.width), matrix.width,
                     partial + block * matrix.width + from, source);
  });
  if (matrix.rest > 0) {
    float* last = partial + row_blocks * matrix.width;
    each_vector(0, matrix.width, [=](int64_t c, auto at) { at.store(last + c, Op::identity()); });
    reduce_block<Op>(matrix.rows, matrix.rows + 1, 0, matrix.rest, matrix.width, last, source);
  }
  parallel_for(ceil_div(matrix.width, kBlockColumns), [&](int64_t task, int) {
    int64_t from = task * kBlockColumns;
    combine_blocks<Op>(from, limit(from + kBlockColumns, matrix.width), blocks, matrix, partial,
                       finish);
  });
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
