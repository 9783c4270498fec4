// Reductions of a whole matrix, of each row and of each column.
//
// A row is cut into segments of kSegment elements, a segment into chunks of kChunk. A chunk is
// summed in 64 float lanes, on every instruction set, the lanes go to 16 doubles, and everything
// above is double, in the order of memory: the bits depend on the shape only. Error of a sum: at
// most (kChunk / 64 + 3) eps sum|x|, whatever the length. A task owns one segment of a long row, or
// several short rows. Rows of at most kNarrow columns are summed kLanes rows at a time, one row per
// lane after an in-register transposition. Columns: reduce_columns.h.
//
// Measured on 2 cores of a Zen 5 with AVX-512, 2^25 elements, where copy moves 58 GB/s: sum of all
// 56, of rows of 1024 49, of rows of 10 15 (bound by the transposition). 10 elements: 16 ns. Next
// idea: for rows below kLanes / 2, two rows a vector.
#include "../runtime/scratch.h"
#include "interleave.h"
#include "kernels.h"
#include "ranges.h"
#include "reduce_columns.h"
#include "reduce_ops.h"

namespace talus::TALUS_ISA {
namespace {

constexpr int64_t kChunk = 4096;
constexpr int64_t kSegment = 65536;
constexpr int64_t kNarrow = 64;
constexpr int kVectors = 64 / kLanes;

// total[l] = combine(total[l], the elements of lanes l, l + 16, l + 32, l + 48 of the chunk).
template <class Op>
void reduce_chunk(const float* x, int64_t count, double (&total)[16]) {
  Vec lanes[kVectors];
  for (int v = 0; v < kVectors; v++) lanes[v] = Op::identity();
  int64_t i = 0;
  for (; i + 64 <= count; i += 64) {
    for (int v = 0; v < kVectors; v++) {
      lanes[v] = Op::combine(lanes[v], Op::lift(load_ahead(x + i + v * kLanes)));
    }
  }
#pragma GCC unroll 16
  for (int v = 0; v < kVectors; v++) {
    int64_t left = count - i - v * kLanes;
    if (left <= 0) break;
    int32_t valid = left < kLanes ? static_cast<int32_t>(left) : kLanes;
    Vec lifted = Op::lift(load_first(x + i + v * kLanes, valid));
    lanes[v] = Op::combine(lanes[v], lane_numbers() < valid ? lifted : Op::identity());
  }
#pragma GCC unroll 16
  for (int half = kVectors / 2; half * kLanes >= 16; half /= 2) {
    for (int v = 0; v < half; v++) lanes[v] = Op::combine(lanes[v], lanes[v + half]);
  }
  float sixteen[16];
  for (int v = 0; v < 16 / kLanes; v++) store(sixteen + v * kLanes, lanes[v]);
  for (int lane = 0; lane < 16; lane++) total[lane] = Op::combine(total[lane], sixteen[lane]);
}

template <class Op>
double reduce_segment(const float* x, int64_t count) {
  double total[16];
  for (double& lane : total) lane = Op::kIdentity;
  for (int64_t i = 0; i < count; i += kChunk)
    reduce_chunk<Op>(x + i, count - i < kChunk ? count - i : kChunk, total);
  for (int half = 8; half > 0; half /= 2) {
    for (int lane = 0; lane < half; lane++)
      total[lane] = Op::combine(total[lane], total[lane + half]);
  }
  return total[0];
}

// y[r] for `rows` <= kLanes rows of at most kNarrow columns.
template <class Op, bool mean>
void reduce_narrow_rows(int64_t rows, int64_t columns, const float* x, float* y) {
  Vec result = Op::identity();
  for (int64_t from = 0; from < columns; from += kLanes) {
    int64_t valid = columns - from < kLanes ? columns - from : kLanes;
    Vec tile[kLanes];
    load_transposed(rows, valid, x + from, columns, Op::identity(), tile);
    for (int c = 0; c < kLanes; c++) result = Op::combine(result, Op::lift(tile[c]));
  }
  if (mean) result = result / static_cast<float>(columns);
  store_first(y, result, rows);
}

template <class Op, bool mean>
float finish(double value, int64_t count) {
  return static_cast<float>(mean ? value / static_cast<double>(count) : value);
}

// Rows first .. last, each of at most kSegment columns.
template <class Op, bool mean>
void reduce_short_rows(int64_t first, int64_t last, int64_t columns, const float* x, float* y) {
  if (columns <= kNarrow) {
    for (int64_t row = first; row < last; row += kLanes) {
      int64_t rows = last - row < kLanes ? last - row : kLanes;
      reduce_narrow_rows<Op, mean>(rows, columns, x + row * columns, y + row);
    }
  } else {
    for (int64_t row = first; row < last; row++) {
      y[row] = finish<Op, mean>(reduce_segment<Op>(x + row * columns, columns), columns);
    }
  }
}

template <class Op, bool mean>
int reduce_rows(int64_t rows, int64_t columns, const float* x, float* y) {
  if (columns <= kSegment) {
    int64_t rows_per_task = ceil_div(kLightRange, columns > 0 ? columns : 1);
    for_ranges(rows, rows_per_task, [&](int64_t first, int64_t last) {
      reduce_short_rows<Op, mean>(first, last, columns, x, y);
    });
    return TALUS_OK;
  }
  int64_t segments = ceil_div(columns, kSegment);
  double* partial = static_cast<double*>(
      scratch(kRowsShared, rows * segments * static_cast<int64_t>(sizeof(double))));
  if (partial == nullptr) return TALUS_OUT_OF_MEMORY;
  parallel_for(rows * segments, [&](int64_t task, int) {
    int64_t from = task % segments * kSegment, left = columns - from;
    partial[task] =
        reduce_segment<Op>(x + task / segments * columns + from, left < kSegment ? left : kSegment);
  });
  for (int64_t row = 0; row < rows; row++) {
    double total = Op::kIdentity;
    for (int64_t s = 0; s < segments; s++) total = Op::combine(total, partial[row * segments + s]);
    y[row] = finish<Op, mean>(total, columns);
  }
  return TALUS_OK;
}

template <class Op>
struct Lifted {
  const float* x;

  template <class At>
  inline __attribute__((always_inline)) Vec operator()(int64_t i, int64_t, At at) const {
    return Op::lift(at.load(x + i));
  }
};

template <class Op, bool mean = false>
int reduce(int axis, int64_t rows, int64_t columns, const float* x, float* y) {
  // One row or one column is all of it.
  if (axis == kAll || (axis == kEachRow && rows == 1) || (axis == kEachColumn && columns == 1)) {
    return reduce_rows<Op, mean>(1, rows * columns, x, y);
  }
  if (axis == kEachRow) return reduce_rows<Op, mean>(rows, columns, x, y);
  return reduce_columns<Op>(rows, columns, Lifted<Op>{x}, [=](int64_t column, double value) {
    y[column] = finish<Op, mean>(value, rows);
  });
}

}  // namespace

int reduce_f32(int op, int axis, int64_t rows, int64_t columns, const float* x, float* y) {
  switch (op) {
    case kReduceSum:
      return reduce<Sum>(axis, rows, columns, x, y);
    case kReduceMean:
      return reduce<Sum, true>(axis, rows, columns, x, y);
    case kReduceMax:
      return reduce<Max>(axis, rows, columns, x, y);
    case kReduceMin:
      return reduce<Min>(axis, rows, columns, x, y);
    case kReduceSumOfSquares:
      return reduce<SumOfSquares>(axis, rows, columns, x, y);
  }
  return TALUS_UNKNOWN;
}

}  // namespace talus::TALUS_ISA
