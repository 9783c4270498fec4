// Vectors by their ids, and the gradient of their table.
//
// An id is a whole number in a float. Column j of the ids has the rows spans[2 j] to
// spans[2 j + 1] - 1 of the table; what is no id of its column means no row.
//
// The gradient is three launches: `begin` and `find` note the row of each id, and of each row its
// first and last place among the ids (integer minima and maxima, which no order changes); then each
// row of the table is written once, by the warps that own its columns, which walk the ids from the
// first place to the last. Next idea: ids sorted by their rows, where many ids occur twice.
#include "common/pack.cuh"
#include "common/reduce.cuh"

using talus::global_thread;
using talus::global_threads;
using talus::i64;

namespace talus {

constexpr float kIds = 16777216.0f;  // 2^24: below it a float has every whole number
constexpr int kNoRow = -1;
constexpr int kTerms = 32;
constexpr int kColumnsOfALane = 4;

__device__ __forceinline__ int row_of(float id, const int* span) {
  if (!(id >= 0.0f && id < kIds)) {
    return kNoRow;
  }
  const int whole = static_cast<int>(id);
  const i64 row = static_cast<i64>(span[0]) + whole;
  return static_cast<float>(whole) == id && row < span[1] ? static_cast<int>(row) : kNoRow;
}

template <typename At>
__device__ __forceinline__ void take(i64 size, i64 dimensions, int columns, const float* table,
                                     const float* ids, const int* spans, float* y, At at) {
  const i64 first = global_thread() * At::kSize, stride = global_threads() * At::kSize;
  if (first >= size) {
    return;
  }
  Position position(first, dimensions), step(stride, dimensions);
  for (i64 i = first; i < size; i += stride) {
    const int place = static_cast<int>(position.row);
    const int row = row_of(ids[place], spans + 2 * (place % columns));
    Pack<At::kSize> taken;
    if (row == kNoRow) {
#pragma unroll
      for (int k = 0; k < At::kSize; k++) {
        taken.value[k] = NAN;
      }
    } else {
      taken = at.load(table + row * dimensions + position.column);
    }
    at.store(y + i, taken);
    position.advance(step, dimensions);
  }
}

// Sums of terms in their order: kTerms at a time in float, those in double.
struct OrderedSum {
  double total = 0;
  float part = 0.0f;

  __device__ __forceinline__ void join() {
    total += part;
    part = 0.0f;
  }
};

}  // namespace talus

// y[i, :] = table[row of ids[i], :], or NaN; `size` elements of y, below 2^31 ids. Launch: any grid
// and block in one dimension; `quads` is size / 4 where dimensions is a multiple of 4 and table and
// y lie at multiples of 16 bytes, else 0. One read and one write of the rows taken.
extern "C" __global__ void embedding_f32(i64 size, i64 quads, i64 dimensions, int columns,
                                         const float* __restrict__ table,
                                         const float* __restrict__ ids,
                                         const int* __restrict__ spans, float* __restrict__ y) {
  if (quads > 0) {
    talus::take(size, dimensions, columns, table, ids, spans, y, talus::Quad{});
  } else {
    talus::take(size, dimensions, columns, table, ids, spans, y, talus::Single{});
  }
}

// No place yet for any row. Launch: any grid and block in one dimension.
extern "C" __global__ void embedding_gradient_f32_begin(int rows, int* first, int* last) {
  for (i64 row = global_thread(); row < rows; row += global_threads()) {
    first[row] = INT_MAX;
    last[row] = -1;
  }
}

// The row of each id, and its first and last place. Launch: any grid and block in one dimension.
extern "C" __global__ void embedding_gradient_f32_find(
    int count, int columns, const float* __restrict__ ids, const int* __restrict__ spans,
    int* __restrict__ rows_of, int* __restrict__ first, int* __restrict__ last) {
  for (i64 i = global_thread(); i < count; i += global_threads()) {
    const int place = static_cast<int>(i);
    const int row = talus::row_of(ids[place], spans + 2 * (place % columns));
    rows_of[place] = row;
    if (row != talus::kNoRow) {
      atomicMin(first + row, place);
      atomicMax(last + row, place);
    }
  }
}

// d_table, all of it. Launch: 256 threads, a warp for each of `parts` = rows x slices, slices of
// 128 columns. Reads the rows' first and last places, the ids between them, and d_y once.
extern "C" __global__ void __launch_bounds__(256)
    embedding_gradient_f32(i64 parts, int slices, i64 dimensions, const int* __restrict__ rows_of,
                           const int* __restrict__ first, const int* __restrict__ last,
                           const float* __restrict__ d_y, float* __restrict__ d_table) {
  const i64 part = global_thread() / talus::kWarp;
  if (part >= parts) {
    return;
  }
  const int row = static_cast<int>(part / slices), slice = static_cast<int>(part % slices);
  const int lane = threadIdx.x % talus::kWarp;
  const i64 left = static_cast<i64>(slice) * talus::kColumnsOfALane * talus::kWarp + lane;
  talus::OrderedSum sums[talus::kColumnsOfALane];
  const int end = last[row];
  int terms = 0;
  // Not beyond `end`, so that no place overflows: end is below 2^31 - 1.
  for (i64 from = first[row]; from <= end; from += talus::kWarp) {
    const i64 place = from + lane;
    unsigned found = __ballot_sync(talus::kAllLanes, place <= end && rows_of[place] == row);
    for (; found != 0; found &= found - 1) {
      const float* its = d_y + (from + __ffs(found) - 1) * dimensions;
#pragma unroll
      for (int k = 0; k < talus::kColumnsOfALane; k++) {
        const i64 column = left + k * talus::kWarp;
        sums[k].part += column < dimensions ? its[column] : 0.0f;
      }
      if (++terms == talus::kTerms) {
        terms = 0;
#pragma unroll
        for (int k = 0; k < talus::kColumnsOfALane; k++) {
          sums[k].join();
        }
      }
    }
  }
#pragma unroll
  for (int k = 0; k < talus::kColumnsOfALane; k++) {
    const i64 column = left + k * talus::kWarp;
    if (column < dimensions) {
      sums[k].join();
      d_table[static_cast<i64>(row) * dimensions + column] = static_cast<float>(sums[k].total);
    }
  }
}
