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
    WarpExcess all = all_excess(others, ones);
    return all.holds ? all.sum : NAN;
  }

  // The block's `WarpExcess`.
  __device__ __forceinline__ WarpExcess all_excess(float others, float ones) {
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
    return {holders == 0 ? sum : sum + static_cast<float>(__popc(holders) - 1), holders != 0};
  }
};

// How the elements of a row are dealt to threads: four side by side, moved as one (rows are
// multiples of 16 bytes and of four columns); four side by side, moved one by one, for any
// alignment and the same order of additions, hence the same bits; or one by one, for columns that
// are no multiple of four.
enum class Layout { kVector, kQuads, kSingles };

// One store of 16 bytes, to a multiple of them. The compiler makes four of a float4's where it
// computes the parts as late as it can.
__device__ __forceinline__ void store_four(float* to, const float* values) {
  asm volatile("st.global.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(__cvta_generic_to_global(to)),
               "f"(values[0]), "f"(values[1]), "f"(values[2]), "f"(values[3])
               : "memory");
}

// `Elements` values a thread.
template <int Elements, Layout kLayout>
struct RowTile {
  static constexpr int kWide = kLayout == Layout::kSingles ? 1 : 4;
  float values[Elements];
  int first, step;  // column of the first value; from kWide values to the next
  int columns;

  // The first columns of a row, as many as there is room for.
  __device__ __forceinline__ RowTile(int thread, int threads, i64 left)
      : first(kWide * thread), step(kWide * threads) {
    i64 room = static_cast<i64>(Elements) * threads;
    columns = static_cast<int>(left < room ? left : room);
  }

  // Of a piece of kWide values that begins with this one, all or none are in the row.
  __device__ __forceinline__ int column(int element) const {
    return first + element / kWide * step + element % kWide;
  }

  __device__ __forceinline__ bool holds(int element) const {
    return first + element / kWide * step < columns;
  }

  // Elements beyond the row are -infinity, which changes neither maximum nor sum.
  __device__ __forceinline__ void load(const float* row) {
#pragma unroll
    for (int i = 0; i < Elements; i += kWide) {
      if constexpr (kLayout == Layout::kVector) {
        float4 piece = make_float4(-INFINITY, -INFINITY, -INFINITY, -INFINITY);
        if (holds(i)) {
          piece = *reinterpret_cast<const float4*>(row + column(i));
        }
        values[i] = piece.x, values[i + 1] = piece.y;
        values[i + 2] = piece.z, values[i + 3] = piece.w;
      } else {
#pragma unroll
        for (int j = i; j < i + kWide; j++) {
          values[j] = holds(i) ? row[column(j)] : -INFINITY;
        }
      }
    }
  }

  __device__ __forceinline__ void store(float* row) const {
#pragma unroll
    for (int i = 0; i < Elements; i += kWide) {
      if (holds(i)) {
        if constexpr (kLayout == Layout::kVector) {
          store_four(row + column(i), &values[i]);
        } else {
#pragma unroll
          for (int j = i; j < i + kWide; j++) {
            row[column(j)] = values[j];
          }
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

}  // namespace talus
