// Sums and maxima over a warp and over a block, in a fixed order: the same bits run after run.
#pragma once

#include "index.cuh"

namespace talus {

constexpr unsigned kAllLanes = 0xffffffffu;
constexpr int kWarp = 32;

struct Sum {
  static constexpr float kIdentity = 0.0f;
  template <typename Value>
  static __device__ __forceinline__ Value combine(Value a, Value b) {
    return a + b;
  }
};

// A NaN on either side is the result.
struct Max {
  static constexpr float kIdentity = -INFINITY;
  static __device__ __forceinline__ float combine(float a, float b) {
    return a != a ? a : (a > b ? a : b);
  }
};

// The larger of those that are not NaN: one instruction.
struct Larger {
  static constexpr float kIdentity = -INFINITY;
  static __device__ __forceinline__ float combine(float a, float b) { return fmaxf(a, b); }
};

// The value combined over all 32 lanes, in every lane.
template <typename Combine, typename Value>
__device__ __forceinline__ Value warp_all(Value value) {
#pragma unroll
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    value = Combine::combine(value, __shfl_xor_sync(kAllLanes, value, distance));
  }
  return value;
}

// The value combined over all threads of a block of `Threads`, a multiple of 32, in every thread.
// `shared` has Threads / 32 elements; the block may use them again after its next barrier.
template <typename Combine, int Threads>
__device__ __forceinline__ float block_all(float value, float* shared) {
  constexpr int kWarps = Threads / kWarp;
  value = warp_all<Combine>(value);
  if (kWarps == 1) {
    return value;
  }
  if (threadIdx.x % kWarp == 0) {
    shared[threadIdx.x / kWarp] = value;
  }
  __syncthreads();
  value = shared[0];
#pragma unroll
  for (int warp = 1; warp < kWarps; warp++) {
    value = Combine::combine(value, shared[warp]);
  }
  return value;
}

// The same over a block of any number of whole warps, in one dimension. `shared` has 32 elements.
template <typename Combine, typename Value>
__device__ __forceinline__ Value block_all(Value value, Value* shared) {
  int lane = threadIdx.x % kWarp;
  value = warp_all<Combine>(value);
  if (lane == 0) {
    shared[threadIdx.x / kWarp] = value;
  }
  __syncthreads();
  value = lane < blockDim.x / kWarp ? shared[lane] : static_cast<Value>(Combine::kIdentity);
  return warp_all<Combine>(value);
}

}  // namespace talus
