// Sums of columns over a slice of rows, in blocks of 256 threads in one dimension: a grid of
// (columns / 32 rounded up) * slices, where block s * width + w takes the rows [s * rows_each, ...)
// of 32 columns.
#pragma once

#include "index.cuh"

namespace talus {

constexpr int kSliceColumns = 32;
constexpr int kSliceRows = 8;

// Rows first .. end of 32 columns, a column for the 8 threads that share threadIdx.x % 32.
struct ColumnSlice {
  i64 number, column, first, end;
  int y;
  bool is_inside;

  __device__ __forceinline__ ColumnSlice(i64 rows, i64 columns, i64 rows_each) {
    const i64 width = (columns + kSliceColumns - 1) / kSliceColumns;
    number = blockIdx.x / width;
    column = (blockIdx.x - number * width) * kSliceColumns + threadIdx.x % kSliceColumns;
    y = threadIdx.x / kSliceColumns;
    first = number * rows_each;
    end = min(rows, first + rows_each);
    is_inside = column < columns;
  }

  // The sum of a column's `value(row)` over the slice, in every thread of the column.
  template <typename Value>
  __device__ __forceinline__ float sum(float (&shared)[kSliceRows][kSliceColumns],
                                       const Value& value) const {
    float sum = 0.0f;
    if (is_inside) {
#pragma unroll 4
      for (i64 row = first + y; row < end; row += kSliceRows) {
        sum += value(row);
      }
    }
    __syncthreads();
    shared[y][threadIdx.x % kSliceColumns] = sum;
    __syncthreads();
    sum = 0.0f;
#pragma unroll
    for (int other = 0; other < kSliceRows; other++) {
      sum += shared[other][threadIdx.x % kSliceColumns];
    }
    return sum;
  }
};

}  // namespace talus
