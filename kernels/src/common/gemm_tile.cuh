// The float32 matrix product by tiles: C = activation(alpha op(A) op(B) + beta C + bias).
//
// A block owns a tile of C and walks along k by slabs, which lie in shared memory with k outside,
// kStages of them in turn: while one is multiplied the next are on their way. A thread owns rows
// and columns of the tile in fours: each step of k is 4-float loads of the operands (8 neighbouring
// lanes read 8 neighbouring fours, or the same) and an outer product in registers. Sums run along k
// in order.
#pragma once

#include "epilogue.cuh"
#include "gemm_slabs.cuh"

namespace talus {

// kFours: how many fours of rows and of columns a thread owns; kLanes: lanes of a warp along
// columns (32 / kLanes along rows); kWarps: warps of the block along rows and along columns.
template <int kFoursOfRows, int kFoursOfColumns, int kLanes, int kWarpsOfRows, int kWarpsOfColumns,
          int kSlabSize, int kStageCount>
struct Tile {
  static constexpr int kRowFours = kFoursOfRows;
  static constexpr int kColumnFours = kFoursOfColumns;
  static constexpr int kColumnLanes = kLanes;
  static constexpr int kRowLanes = 32 / kLanes;
  static constexpr int kColumnWarps = kWarpsOfColumns;
  static constexpr int kWarpRows = 4 * kFoursOfRows * kRowLanes;
  static constexpr int kWarpColumns = 4 * kFoursOfColumns * kColumnLanes;
  static constexpr int kRows = kWarpRows * kWarpsOfRows;
  static constexpr int kColumns = kWarpColumns * kWarpsOfColumns;
  static constexpr int kThreads = 32 * kWarpsOfRows * kWarpsOfColumns;
  static constexpr int kSlab = kSlabSize;
#ifdef TALUS_ASYNC_COPY
  static constexpr int kStages = kStageCount;
#else
  static constexpr int kStages = 2;
#endif
};

// Where a block's tile begins. Tiles that run at one time lie in 8 rows of tiles, so that they
// share what they read.
struct TilePlace {
  i64 row;
  i64 column;

  template <class T>
  static __device__ __forceinline__ TilePlace of_block(i64 m, i64 n) {
    constexpr unsigned kGroup = 8;
    const unsigned rows = static_cast<unsigned>((m + T::kRows - 1) / T::kRows);
    const unsigned columns = static_cast<unsigned>((n + T::kColumns - 1) / T::kColumns);
    const unsigned group = blockIdx.x / (kGroup * columns);
    const unsigned within = blockIdx.x - group * kGroup * columns;
    const unsigned height = min(kGroup, rows - group * kGroup);
    const unsigned column = within / height;
    const unsigned row = group * kGroup + within - column * height;
    return {static_cast<i64>(row) * T::kRows, static_cast<i64>(column) * T::kColumns};
  }
};

// The sums of a thread: 4 kRowFours rows of 4 kColumnFours columns.
template <class T>
struct Sums {
  static constexpr int kRows = 4 * T::kRowFours;
  static constexpr int kColumns = 4 * T::kColumnFours;

  float of[kRows][kColumns];

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (int i = 0; i < kRows; i++) {
#pragma unroll
      for (int j = 0; j < kColumns; j++) {
        of[i][j] = 0.0f;
      }
    }
  }

  // The thread's first row and column within the tile.
  static __device__ __forceinline__ int first_row() {
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    return warp / T::kColumnWarps * T::kWarpRows + lane / T::kColumnLanes * 4;
  }

  static __device__ __forceinline__ int first_column() {
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    return warp % T::kColumnWarps * T::kWarpColumns + lane % T::kColumnLanes * 4;
  }

  // Adds the products of a slab; a and b point to the thread's first row and column in it.
  template <int kPitchA, int kPitchB>
  __device__ __forceinline__ void add(const float* a, const float* b) {
#pragma unroll
    for (int k = 0; k < T::kSlab; k++) {
      float row[kRows], column[kColumns];
#pragma unroll
      for (int f = 0; f < T::kRowFours; f++) {
        load_four(row + 4 * f, a + k * kPitchA + f * 4 * T::kRowLanes);
      }
#pragma unroll
      for (int f = 0; f < T::kColumnFours; f++) {
        load_four(column + 4 * f, b + k * kPitchB + f * 4 * T::kColumnLanes);
      }
#pragma unroll
      for (int i = 0; i < kRows; i++) {
#pragma unroll
        for (int j = 0; j < kColumns; j++) {
          of[i][j] = fmaf(row[i], column[j], of[i][j]);
        }
      }
    }
  }

  // Finishes the sums, four after four. The rows move up meanwhile, so that the code for one four
  // serves all and no register is addressed by a variable.
  __device__ __forceinline__ void finish(const Epilogue& e, const TilePlace& at, i64 m, i64 n) {
    const int rows = static_cast<int>(min(m - at.row, static_cast<i64>(T::kRows)));
    const int columns = static_cast<int>(min(n - at.column, static_cast<i64>(T::kColumns)));
#pragma unroll 1
    for (int i = 0; i < kRows; i++) {
      const int row = first_row() + i / 4 * (4 * T::kRowLanes) + i % 4;
      static_assert(T::kColumnFours <= 2, "the first four and the last");
#pragma unroll 1
      for (int f = 0; f < T::kColumnFours; f++) {
        const int column = first_column() + f * 4 * T::kColumnLanes;
        float value[4];
#pragma unroll
        for (int j = 0; j < 4; j++) {
          value[j] = f == 0 ? of[0][j] : of[0][kColumns - 4 + j];
        }
        if (row < rows && column < columns) {
          finish_4(e, value, at.row + row, at.column + column, min(columns - column, 4));
        }
      }
      move_up();
    }
  }

 private:
  static __device__ __forceinline__ void load_four(float* to, const float* from) {
    const float4 four = *reinterpret_cast<const float4*>(from);
    to[0] = four.x;
    to[1] = four.y;
    to[2] = four.z;
    to[3] = four.w;
  }

  __device__ __forceinline__ void move_up() {
#pragma unroll
    for (int i = 1; i < kRows; i++) {
#pragma unroll
      for (int j = 0; j < kColumns; j++) {
        of[i - 1][j] = of[i][j];
      }
    }
  }
};

// Walks the block's share of k.
template <class T, K kOfA, K kOfB>
__device__ __forceinline__ void multiply_tile(const Product& p, const TilePlace& at,
                                              Sums<T>& sums) {
  using TileSlabs = Slabs<T, kOfA, kOfB>;
  __shared__ __align__(16) float shared[T::kStages][TileSlabs::kStageFloats];
  TileSlabs slabs(p, at.row, at.column);
  int row = Sums<T>::first_row();
  int column = TileSlabs::kStartOfB + Sums<T>::first_column();
  keep(row);
  keep(column);
  auto add = [&](int stage) {
    sums.template add<TileSlabs::kPitchA, TileSlabs::kPitchB>(shared[stage] + row,
                                                              shared[stage] + column);
  };
  int now = 0;
#ifdef TALUS_ASYNC_COPY
#pragma unroll
  for (int i = 0; i < T::kStages - 1; i++) {
    slabs.start(shared[i]);
  }
  while (slabs.left() > (1 - T::kStages) * T::kSlab) {
    wait_for_copies<T::kStages - 2>();
    __syncthreads();
    slabs.start(shared[now == 0 ? T::kStages - 1 : now - 1]);
    add(now);
    now = now + 1 == T::kStages ? 0 : now + 1;
  }
#else
  slabs.start();
  slabs.finish(shared[0]);
  while (slabs.left() > -T::kSlab) {
    __syncthreads();
    slabs.start();
    add(now);
    now = 1 - now;
    slabs.finish(shared[now]);
  }
#endif
}

template <class T, K kOfA, K kOfB>
__device__ __forceinline__ void gemm_block(const Product& p, Epilogue e, i64 split_stride) {
  const TilePlace at = TilePlace::of_block<T>(p.m, p.n);
  Sums<T> sums;
  sums.clear();
  multiply_tile<T, kOfA, kOfB>(p, at, sums);
  e.c += blockIdx.y * split_stride;
  sums.finish(e, at, p.m, p.n);
}

}  // namespace talus
