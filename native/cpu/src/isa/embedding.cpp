// Vectors by their ids, and the gradient of their table.
//
// embedding: a task owns several ids. Gradient: the calling thread chains the places of each id, in
// their order, by a list of first places (one for each row of the table) and one of next places;
// then a task owns several rows of the table, which it writes once: zeros, or the sum along the
// row's chain, kTerms terms at a time in float and those sums in double. So nothing is added up by
// two threads, and the order is that of the ids.
//
// Next idea: a chain of a great part of all ids, shared among tasks by columns; it is one task's
// now.
#include "../runtime/scratch.h"
#include "kernels.h"
#include "ranges.h"

namespace talus::TALUS_ISA {
namespace {

constexpr float kIds = 16777216.0f;  // 2^24: below it a float has every whole number
constexpr int kTerms = 32;
constexpr int32_t kNone = -1;

// The row of the table that an id of the column with that span (first, end) means, or kNone.
inline int32_t row_of(float id, const int32_t* span) {
  if (!(id >= 0.0f && id < kIds)) return kNone;
  int32_t whole = static_cast<int32_t>(id);
  int64_t row = int64_t{span[0]} + whole;
  return static_cast<float>(whole) == id && row < span[1] ? static_cast<int32_t>(row) : kNone;
}

void take_row(int64_t dimensions, const float* table, int32_t row, float* y) {
  if (row == kNone) {
    each_vector(0, dimensions,
                [=](int64_t d, auto at) { at.store(y + d, splat(__builtin_nanf(""))); });
  } else {
    const float* x = table + row * dimensions;
    each_vector(0, dimensions, [=](int64_t d, auto at) { at.store(y + d, at.load(x + d)); });
  }
}

// The sum of the rows of d_y along a chain.
void sum_chain(int64_t dimensions, const float* d_y, int32_t first, const int32_t* next,
               float* sum) {
  each_vector(0, dimensions, [=](int64_t d, auto at) {
    double total[kLanes] = {};
    Vec part = {};
    int terms = 0;
    for (int32_t i = first; i != kNone; i = next[i]) {
      part = part + at.load(d_y + i * dimensions + d);
      if (++terms == kTerms) {
        for (int lane = 0; lane < kLanes; lane++) total[lane] += part[lane];
        part = Vec{};
        terms = 0;
      }
    }
    for (int lane = 0; lane < kLanes; lane++) {
      part[lane] = static_cast<float>(total[lane] + part[lane]);
    }
    at.store(sum + d, part);
  });
}

}  // namespace

int embedding_f32(int64_t count, int64_t columns, int64_t dimensions, const float* table,
                  const float* ids, const int32_t* spans, float* y) {
  if (dimensions == 0) return TALUS_OK;
  for_ranges(count, ceil_div(kLightRange, dimensions), [&](int64_t from, int64_t to) {
    for (int64_t i = from; i < to; i++) {
      take_row(dimensions, table, row_of(ids[i], spans + 2 * (i % columns)), y + i * dimensions);
    }
  });
  return TALUS_OK;
}

int embedding_gradient_f32(int64_t count, int64_t columns, int64_t rows, int64_t dimensions,
                           const float* d_y, const float* ids, const int32_t* spans,
                           float* d_table) {
  if (rows == 0 || dimensions == 0) return TALUS_OK;
  int64_t bytes = (rows + count) * static_cast<int64_t>(sizeof(int32_t));
  int32_t* first = static_cast<int32_t*>(scratch(kRowsShared, bytes));
  if (first == nullptr) return TALUS_OUT_OF_MEMORY;
  int32_t* next = first + rows;
  for_ranges(rows, kLightRange, [=](int64_t from, int64_t to) {
    memset(first + from, 0xff, (to - from) * sizeof(int32_t));  // kNone
  });
  for (int64_t i = count - 1; i >= 0; i--) {
    int32_t row = row_of(ids[i], spans + 2 * (i % columns));
    if (row == kNone) continue;
    next[i] = first[row];
    first[row] = static_cast<int32_t>(i);
  }
  for_ranges(rows, ceil_div(kLightRange, dimensions), [=](int64_t from, int64_t to) {
    for (int64_t row = from; row < to; row++) {
      sum_chain(dimensions, d_y, first[row], next, d_table + row * dimensions);
    }
  });
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
