// The float32 matrix product by tiles: C = activation(alpha op(A) op(B) + beta C + bias).
//
// A block owns a tile of C and walks along k by slabs, which lie in shared memory with k outside,
// kStages of them in turn: while one is multiplied the next are on their way. A thread owns rows
// and columns of the tile in fours: each step of k is 4-float loads of the operands (8 neighbouring
// lanes read 8 neighbouring fours, or the same) and an outer product in registers. Sums run along k
// in order.
#pragma once

#include "epilogue.cuh"
#include "gemm_copy.cuh"

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

// A product as a kernel gets it. Block (x, y) makes tile x from k = y * split on; with several y,
// bare sums go to C + y * split_stride.
struct Product {
  i64 m;
  i64 n;
  i64 k;
  const float* a;
  i64 a_stride;
  bool a_vector;
  const float* b;
  i64 b_stride;
  bool b_vector;
  i64 split;
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

  // Finishes the sums, row after row. The rows move up meanwhile, so that the code for one serves
  // all and no register is addressed by a variable.
  __device__ __forceinline__ void finish(const Epilogue& e, const TilePlace& at, i64 m, i64 n) {
    const i64 column = at.column + first_column();
#pragma unroll 1
    for (int i = 0; i < kRows; i++) {
      const i64 row = at.row + first_row() + i / 4 * (4 * T::kRowLanes) + i % 4;
#pragma unroll
      for (int f = 0; f < T::kColumnFours; f++) {
        float value[4] = {of[0][4 * f], of[0][4 * f + 1], of[0][4 * f + 2], of[0][4 * f + 3]};
        const i64 left = n - (column + f * 4 * T::kColumnLanes);
        if (row < m && left > 0) {
          finish_4(e, value, row, column + f * 4 * T::kColumnLanes, left < 4 ? left : 4);
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
  using CopyA = OperandCopy<T::kRows, T::kSlab, T::kThreads, kOfA>;
  using CopyB = OperandCopy<T::kColumns, T::kSlab, T::kThreads, kOfB>;
  __shared__ __align__(16) float shared_a[T::kStages][CopyA::kStageFloats];
  __shared__ __align__(16) float shared_b[T::kStages][CopyB::kStageFloats];

  const i64 begin = blockIdx.y * p.split;
  const i64 share = min(p.k - begin, p.split);
  int steps = static_cast<int>((share + T::kSlab - 1) / T::kSlab);
  const int last = static_cast<int>(share - static_cast<i64>(steps - 1) * T::kSlab);
  CopyA copy_a(p.a, p.a_stride, at.row, p.m, begin, p.a_vector);
  CopyB copy_b(p.b, p.b_stride, at.column, p.n, begin, p.b_vector);
  const int row = Sums<T>::first_row(), column = Sums<T>::first_column();
  int now = 0;
#ifdef TALUS_ASYNC_COPY
  // Begins to copy the slab that is the last but `after`.
  auto start = [&](int stage, int after) {
    if (after >= 0) {
      copy_a.start(shared_a[stage], after == 0 ? last : T::kSlab);
      copy_b.start(shared_b[stage], after == 0 ? last : T::kSlab);
    }
    commit_copies();
  };
#pragma unroll
  for (int i = 0; i < T::kStages - 1; i++) {
    start(i, steps - 1 - i);
  }
  int next = T::kStages - 1;
  for (; steps > 0; steps--) {
    wait_for_copies<T::kStages - 2>();
    __syncthreads();
    start(next, steps - T::kStages);
    sums.template add<CopyA::kPitch, CopyB::kPitch>(shared_a[now] + row, shared_b[now] + column);
    next = now;
    now = now + 1 == T::kStages ? 0 : now + 1;
  }
#else
  auto start = [&](int left) {
    copy_a.start(left);
    copy_b.start(left);
  };
  auto finish = [&](int stage) {
    copy_a.finish(shared_a[stage]);
    copy_b.finish(shared_b[stage]);
  };
  start(steps == 1 ? last : T::kSlab);
  finish(0);
  for (; steps > 0; steps--) {
    __syncthreads();
    if (steps > 1) {
      start(steps == 2 ? last : T::kSlab);
    }
    sums.template add<CopyA::kPitch, CopyB::kPitch>(shared_a[now] + row, shared_b[now] + column);
    now = 1 - now;
    if (steps > 1) {
      finish(now);
    }
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
