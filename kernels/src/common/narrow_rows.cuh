// Rows of at most 32 columns, one a thread, staged through shared memory: device memory sees whole
// sectors whatever the width, and no thread needs another for its row.
#pragma once

#include "row_tile.cuh"

namespace talus {

// How many elements lie between the start of the sector of 8 and this one: to begin there lets
// every load but the first begin at a sector.
__device__ __forceinline__ int sector_shift(const float* row) {
  return static_cast<int>(reinterpret_cast<unsigned long long>(row) / sizeof(float) % 8);
}

// The rows of a block, at most one a thread. `cells` is dynamic shared memory: (columns | 1) floats
// a thread; the odd distance between rows keeps the threads on different banks.
struct NarrowRows {
  float* cells;
  int columns, count;
  unsigned reciprocal;  // 2^32 / columns, rounded up, where rows are padded; else 0

  __device__ __forceinline__ NarrowRows(float* cells, i64 rows, int columns)
      : cells(cells), columns(columns) {
    i64 left = (rows - first_row()) * columns;
    i64 most = static_cast<i64>(blockDim.x) * columns;
    count = static_cast<int>(left < most ? left : most);
    reciprocal = columns % 2 == 0 ? 0xffffffffu / columns + 1 : 0;
  }

  static __device__ __forceinline__ i64 first_row() {
    return static_cast<i64>(blockIdx.x) * blockDim.x;
  }

  __device__ __forceinline__ bool has_row() const { return threadIdx.x * columns < count; }

  __device__ __forceinline__ float* row() const { return cells + threadIdx.x * (columns | 1); }

  // Element i of the block in its cell: exact for i < 2^27, as i / columns is then.
  __device__ __forceinline__ float& cell(int i) const { return cells[i + __umulhi(i, reciprocal)]; }

  // All of the block's rows of x, the matrix; a barrier must follow.
  __device__ __forceinline__ void load(const float* x) const {
    const float* block = x + first_row() * columns;
    int i = static_cast<int>(threadIdx.x) - sector_shift(block);
    if (i >= 0 && i < count) {
      cell(i) = block[i];
    }
#pragma unroll 8
    for (i += blockDim.x; i < count; i += blockDim.x) {
      cell(i) = block[i];
    }
  }

  // A barrier must come before.
  __device__ __forceinline__ void store(float* y) const {
    float* block = y + first_row() * columns;
    int i = static_cast<int>(threadIdx.x) - sector_shift(block);
    if (i >= 0 && i < count) {
      block[i] = cell(i);
    }
#pragma unroll 8
    for (i += blockDim.x; i < count; i += blockDim.x) {
      block[i] = cell(i);
    }
  }

  // The largest element of the thread's row; see RowTile::max.
  __device__ __forceinline__ float max() const {
    const float* from = row();
    float largest = -FLT_MAX;
#pragma unroll 4
    for (int c = 0; c < columns; c++) {
      largest = fmaxf(largest, from[c]);
    }
    return largest;
  }
};

}  // namespace talus
