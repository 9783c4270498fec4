// Which elements a thread works on. Counts and offsets are 64-bit throughout.
#pragma once

namespace talus {

using i64 = long long;

// The thread's number in the grid, and the number of threads in it: the start and stride of a
// grid-stride loop.
__device__ __forceinline__ i64 global_thread() {
  return static_cast<i64>(blockIdx.x) * blockDim.x + threadIdx.x;
}

__device__ __forceinline__ i64 global_threads() { return static_cast<i64>(gridDim.x) * blockDim.x; }

// Row and column of an element of a matrix, moved on by a constant stride without a division.
struct Position {
  i64 row, column;

  __device__ __forceinline__ Position(i64 element, i64 columns)
      : row(element / columns), column(element - row * columns) {}

  // `step` is the position of the stride itself.
  __device__ __forceinline__ void advance(const Position& step, i64 columns) {
    row += step.row;
    column += step.column;
    if (column >= columns) {
      column -= columns;
      row++;
    }
  }
};

}  // namespace talus
