// The matrix product by tiles on tensor cores, with inputs rounded to a shorter format and float32
// sums: C = activation(alpha op(A) op(B) + beta C + bias).
//
// A block owns a tile of C and walks along k by slabs of 64 bytes a row, two of them in shared
// memory: while one is multiplied, the next is on its way to registers, from which it is rounded
// once and stored. A warp owns fragments of 16 rows and 8 columns; sums run along k in order.
#pragma once

#include "gemm_tile.cuh"
#include "tensor_copy.cuh"

namespace talus {

// kRowFragmentCount: fragments of 16 rows that a warp owns; kColumnPairCount: pairs of fragments of
// 8 columns; kWarps: warps of the block along rows and along columns.
template <class FormatOfInputs, int kRowFragmentCount, int kColumnPairCount, int kWarpsOfRows,
          int kWarpsOfColumns>
struct TensorTile {
  using Format = FormatOfInputs;
  static constexpr int kRowFragments = kRowFragmentCount;
  static constexpr int kColumnPairs = kColumnPairCount;
  static constexpr int kColumnWarps = kWarpsOfColumns;
  static constexpr int kWarpRows = 16 * kRowFragments;
  static constexpr int kWarpColumns = 16 * kColumnPairs;
  static constexpr int kRows = kWarpRows * kWarpsOfRows;
  static constexpr int kColumns = kWarpColumns * kWarpsOfColumns;
  static constexpr int kThreads = 32 * kWarpsOfRows * kWarpsOfColumns;
  static constexpr int kStepBytes = 32;  // of a slab's row: what one instruction multiplies
  static constexpr int kSteps = TensorSlab::kRowBytes / kStepBytes;

  // The warp's first row and column within the tile.
  static __device__ __forceinline__ int first_row() {
    return threadIdx.x / 32 / kColumnWarps * kWarpRows;
  }

  static __device__ __forceinline__ int first_column() {
    return threadIdx.x / 32 % kColumnWarps * kWarpColumns;
  }
};

// The sums of a warp. Of each fragment a lane holds rows lane / 4 and 8 more, columns 2 (lane % 4)
// and the next of both.
template <class T>
struct TensorSums {
  float of[T::kRowFragments][2 * T::kColumnPairs][4];

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (int i = 0; i < T::kRowFragments; i++) {
#pragma unroll
      for (int j = 0; j < 2 * T::kColumnPairs; j++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
          of[i][j][e] = 0.0f;
        }
      }
    }
  }

  // Adds the products of one step of a slab; a and b: where the lane's first row of the warp's
  // share begins.
  __device__ __forceinline__ void add(unsigned a, unsigned b, int step) {
    unsigned rows[4], columns[T::kColumnPairs][4];
#pragma unroll
    for (int j = 0; j < T::kColumnPairs; j++) {
      load_matrices(columns[j],
                    TensorSlab::rows_on(TensorSlab::bytes_on(b, step * T::kStepBytes), 16 * j));
    }
#pragma unroll
    for (int i = 0; i < T::kRowFragments; i++) {
      load_matrices(rows,
                    TensorSlab::rows_on(TensorSlab::bytes_on(a, step * T::kStepBytes), 16 * i));
#pragma unroll
      for (int j = 0; j < 2 * T::kColumnPairs; j++) {
        T::Format::multiply(of[i][j], rows, columns[j / 2][j % 2], columns[j / 2][j % 2 + 2]);
      }
    }
  }

  // Finishes the sums, 16 rows after 16 rows. The rows move up meanwhile, so that the code for one
  // fragment serves all and no register is addressed by a variable.
  __device__ __forceinline__ void finish(const Epilogue& e, const TilePlace& at, i64 m, i64 n) {
    const int lane = threadIdx.x % 32;
    i64 row = at.row + T::first_row() + lane / 4 + lane % 2 * 8;
    const i64 column = at.column + T::first_column() + lane % 4 / 2 * 4;
#pragma unroll 1
    for (int i = 0; i < T::kRowFragments; i++, row += 16) {
#pragma unroll
      for (int j = 0; j < 2 * T::kColumnPairs; j++) {
        float four[4];
        exchange(four, of[0][j]);
        const i64 left = n - (column + 8 * j);
        if (row < m && left > 0) {
          finish_4(e, four, row, column + 8 * j, left < 4 ? left : 4);
        }
      }
      move_up();
    }
  }

 private:
  // Two lanes side by side hold two columns each of two rows: afterwards four of one row each.
  static __device__ __forceinline__ void exchange(float (&four)[4], const float (&sum)[4]) {
    const bool odd = threadIdx.x % 2 != 0;
    const float first = __shfl_xor_sync(0xffffffff, odd ? sum[0] : sum[2], 1);
    const float second = __shfl_xor_sync(0xffffffff, odd ? sum[1] : sum[3], 1);
    four[0] = odd ? first : sum[0];
    four[1] = odd ? second : sum[1];
    four[2] = odd ? sum[2] : first;
    four[3] = odd ? sum[3] : second;
  }

  __device__ __forceinline__ void move_up() {
#pragma unroll
    for (int i = 1; i < T::kRowFragments; i++) {
#pragma unroll
      for (int j = 0; j < 2 * T::kColumnPairs; j++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
          of[i - 1][j][e] = of[i][j][e];
        }
      }
    }
  }
};

// Walks the block's share of k. Each part of the next slab is loaded while a part of this one is
// multiplied, so that a thread never holds more than one square.
template <class T>
__device__ __forceinline__ void multiply_on_tensor_cores(const TensorOperand& a,
                                                         const TensorOperand& b, i64 begin,
                                                         i64 share, TensorSums<T>& sums) {
  using Copy = TensorCopy<typename T::Format, T::kRows>;
  static_assert(T::kRows == T::kColumns && T::kThreads == Copy::kThreads, "as TensorCopy shares");
  constexpr int kPart = Copy::kSlab / Copy::kParts;
  constexpr int kStepsOfPart = T::kSteps / Copy::kParts;
  __shared__ __align__(128) char stages[2][Copy::kSlabBytes];
  const int lane = threadIdx.x % 32;
  unsigned rows =
      shared_address(stages[0]) + TensorSlab::offset(T::first_row() + lane % 16, lane / 16);
  unsigned columns = shared_address(stages[0]) + Copy::kOperandBytes +
                     TensorSlab::offset(T::first_column() + lane % 16, lane / 16);
  Copy copy(a, b, begin);
#pragma unroll
  for (int part = 0; part < Copy::kParts; part++) {
    copy.load(min(share, static_cast<i64>(Copy::kSlab)) - part * kPart);
    copy.store(stages[0], part);
  }
  for (int next = 1; share > 0; next = 1 - next) {
    __syncthreads();
    share -= Copy::kSlab;
    const int left = static_cast<int>(min(share, static_cast<i64>(Copy::kSlab)));
#pragma unroll
    for (int part = 0; part < Copy::kParts; part++) {
      if (left > 0) {
        copy.load(left - part * kPart);
      }
#pragma unroll
      for (int step = part * kStepsOfPart; step < (part + 1) * kStepsOfPart; step++) {
        sums.add(rows, columns, step);
      }
      if (left > 0) {
        copy.store(stages[next], part);
      }
    }
    rows += next == 1 ? sizeof(stages[0]) : -sizeof(stages[0]);
    columns += next == 1 ? sizeof(stages[0]) : -sizeof(stages[0]);
  }
}

template <class T>
__device__ __forceinline__ void tensor_gemm_block(const Product& p, bool transpose_a,
                                                  bool transpose_b, Epilogue e, i64 split_stride) {
  const TilePlace at = TilePlace::of_block<T>(p.m, p.n);
  const i64 begin = blockIdx.y * p.split;
  TensorSums<T> sums;
  sums.clear();
  multiply_on_tensor_cores<T>({p.a, p.a_stride, at.row, p.m, transpose_a, p.a_vector},
                              {p.b, p.b_stride, at.column, p.n, !transpose_b, p.b_vector}, begin,
                              min(p.k - begin, p.split), sums);
  e.c += blockIdx.y * split_stride;
  sums.finish(e, at, p.m, p.n);
}

}  // namespace talus
