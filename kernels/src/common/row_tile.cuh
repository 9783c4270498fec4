// A row of a matrix in the registers of the threads that share it: read once, written once.
#pragma once

#include <float.h>

#include "reduce.cuh"

namespace talus {

// What the exponentials of a row add up to. total = 1 + excess is the sum of exp(x - max); excess
// has full relative accuracy where one element dominates. Both are NaN where the row holds NaN or
// +infinity, or nothing but -infinity.
struct RowSums {
  float max, excess;
  __device__ __forceinline__ float total() const { return 1.0f + excess; }
};

// A warp's part of `excess`: the sum of all exponentials less one of those that are 1 because their
// element is the maximum; `holds` where there is such a one.
struct WarpExcess {
  float sum;
  bool holds;
};

// others: a lane's sum of exponentials below the maximum; ones: how many of its elements are it.
__device__ __forceinline__ WarpExcess warp_excess(float others, float ones) {
  unsigned holders = __ballot_sync(kAllLanes, ones > 0);
  bool leads = holders != 0 && threadIdx.x % kWarp == __ffs(holders) - 1;
  return {warp_all<Sum>(others + (ones - (leads ? 1.0f : 0.0f))), holders != 0};
}

// The threads that share a row: a warp.
struct WarpGroup {
  __device__ __forceinline__ int thread() const { return threadIdx.x % kWarp; }
  __device__ __forceinline__ int threads() const { return kWarp; }

  template <typename Combine>
  __device__ __forceinline__ float all(float value) {
    return warp_all<Combine>(value);
  }

  __device__ __forceinline__ float excess(float others, float ones) {
    WarpExcess part = warp_excess(others, ones);
    return part.holds ? part.sum : NAN;
  }
};

// The threads that share a row: a block. `shared` has 32 elements for each of its reductions, which
// take one part after the other, so that one barrier each is enough; excess() takes two.
struct BlockGroup {
  float* shared;

  __device__ __forceinline__ int thread() const { return threadIdx.x; }
  __device__ __forceinline__ int threads() const { return blockDim.x; }

  template <typename Combine>
  __device__ __forceinline__ float all(float value) {
    value = block_all<Combine>(value, shared);
    shared += kWarp;
    return value;
  }

  __device__ __forceinline__ float excess(float others, float ones) {
    WarpExcess part = warp_excess(others, ones);
    int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
    if (lane == 0) {
      shared[warp] = part.sum;
      shared[kWarp + warp] = part.holds ? 1.0f : 0.0f;
    }
    __syncthreads();
    bool used = lane < blockDim.x / kWarp;
    float sum = warp_all<Sum>(used ? shared[lane] : 0.0f);
    unsigned holders = __ballot_sync(kAllLanes, used && shared[kWarp + lane] != 0);
    shared += 2 * kWarp;
    return holders == 0 ? NAN : sum + static_cast<float>(__popc(holders) - 1);
  }
};

// How many elements lie between the start of the sector of 8 and this one: to begin there lets
// every load but the first begin at a sector.
__device__ __forceinline__ int sector_shift(const float* row) {
  return static_cast<int>(reinterpret_cast<unsigned long long>(row) / sizeof(float) % 8);
}

// `Elements` values a thread; piece i of a thread, four values (Vector; row and columns are then
// multiples of four) or one, lies i * step columns behind its first. Columns count from `origin`,
// which is up to seven elements before the row without Vector, where nothing is read.
template <int Elements, bool Vector>
struct RowTile {
  static constexpr int kWide = Vector ? 4 : 1;
  float values[Elements];
  int first, step;
  int begin, columns;  // where the row begins, and how much of it there is

  // Columns a tile of that many threads has room for.
  static __device__ __forceinline__ i64 room(int threads) {
    return static_cast<i64>(Elements) * threads;
  }

  __device__ __forceinline__ int column(int element) const {
    return first + element / kWide * step;
  }

  __device__ __forceinline__ bool holds(int element) const {
    return static_cast<unsigned>(column(element) - (Vector ? 0 : begin)) <
           static_cast<unsigned>(columns);
  }

  // Elements beyond the row are -infinity, which changes neither maximum nor sum.
  __device__ __forceinline__ void load(const float* origin) {
#pragma unroll
    for (int i = 0; i < Elements; i += kWide) {
      if constexpr (Vector) {
        float4 piece = make_float4(-INFINITY, -INFINITY, -INFINITY, -INFINITY);
        if (holds(i)) {
          piece = *reinterpret_cast<const float4*>(origin + column(i));
        }
        values[i] = piece.x, values[i + 1] = piece.y;
        values[i + 2] = piece.z, values[i + 3] = piece.w;
      } else {
        values[i] = holds(i) ? origin[column(i)] : -INFINITY;
      }
    }
  }

  __device__ __forceinline__ void store(float* origin) const {
#pragma unroll
    for (int i = 0; i < Elements; i += kWide) {
      if (holds(i)) {
        if constexpr (Vector) {
          *reinterpret_cast<float4*>(origin + column(i)) =
              make_float4(values[i], values[i + 1], values[i + 2], values[i + 3]);
        } else {
          origin[column(i)] = values[i];
        }
      }
    }
  }

  // The largest that is not NaN, at least -FLT_MAX: so -infinity less the maximum is -infinity even
  // where the row has nothing else.
  __device__ __forceinline__ float max() const {
    float largest = -FLT_MAX;
#pragma unroll
    for (int i = 0; i < Elements; i++) {
      largest = fmaxf(largest, values[i]);
    }
    return largest;
  }

  // Whether the element at `place` is this thread's; if so, puts it into *value.
  __device__ __forceinline__ bool find(int place, float* value) const {
    bool found = false;
#pragma unroll
    for (int i = 0; i < Elements; i += kWide) {
      int behind = place - column(i);
      if (static_cast<unsigned>(behind) < kWide) {
        found = true;
#pragma unroll
        for (int j = 0; j < kWide; j++) {
          *value = behind == j ? values[i + j] : *value;
        }
      }
    }
    return found;
  }

  // Puts `value` at `place` if that is this thread's.
  __device__ __forceinline__ void replace(int place, float value) {
#pragma unroll
    for (int i = 0; i < Elements; i += kWide) {
      int behind = place - column(i);
      if (static_cast<unsigned>(behind) < kWide) {
#pragma unroll
        for (int j = 0; j < kWide; j++) {
          values[i + j] = behind == j ? value : values[i + j];
        }
      }
    }
  }
};

// The tile that holds all of a row: *origin is where its columns count from.
template <int Elements, bool Vector, typename Group>
__device__ __forceinline__ RowTile<Elements, Vector> tile_of_row(const Group& group,
                                                                 const float* row, int columns,
                                                                 const float** origin) {
  RowTile<Elements, Vector> tile;
  tile.first = group.thread() * tile.kWide;
  tile.step = group.threads() * tile.kWide;
  tile.begin = Vector ? 0 : sector_shift(row);
  tile.columns = columns;
  *origin = row - tile.begin;
  return tile;
}

}  // namespace talus
