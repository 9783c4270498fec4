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

}  // namespace talus
