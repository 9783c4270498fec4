// Elements side by side that a thread reads and writes in one access: four where all operands lie
// at multiples of 16 bytes, one elsewhere.
#pragma once

#include "index.cuh"

namespace talus {

template <int N>
struct Pack {
  static constexpr int kSize = N;
  float value[N];
};

// How a pack goes through memory: at.load(x), at.store(y, pack). kUnroll: packs a thread should
// have in flight, where registers count.
struct Single {
  static constexpr int kSize = 1;
  static constexpr int kUnroll = 8;

  static __device__ __forceinline__ Pack<1> load(const float* x) { return {{*x}}; }

  static __device__ __forceinline__ void store(float* y, const Pack<1>& pack) {
    *y = pack.value[0];
  }
};

struct Quad {
  static constexpr int kSize = 4;
  static constexpr int kUnroll = 8;

  static __device__ __forceinline__ Pack<4> load(const float* x) {
    float4 v = *reinterpret_cast<const float4*>(x);
    return {{v.x, v.y, v.z, v.w}};
  }

  static __device__ __forceinline__ void store(float* y, const Pack<4>& pack) {
    *reinterpret_cast<float4*>(y) =
        make_float4(pack.value[0], pack.value[1], pack.value[2], pack.value[3]);
  }
};

// The elements of a Quad one by one, where they do not lie at a multiple of 16 bytes: rare.
struct LooseQuad {
  static constexpr int kSize = 4;
  static constexpr int kUnroll = 1;

  static __device__ __forceinline__ Pack<4> load(const float* x) {
    return {{x[0], x[1], x[2], x[3]}};
  }
};

template <int N, typename Function>
__device__ __forceinline__ Pack<N> map(const Pack<N>& a, const Function& f) {
  Pack<N> result;
#pragma unroll
  for (int k = 0; k < N; k++) {
    result.value[k] = f(a.value[k]);
  }
  return result;
}

template <int N, typename Function>
__device__ __forceinline__ Pack<N> map(const Pack<N>& a, const Pack<N>& b, const Function& f) {
  Pack<N> result;
#pragma unroll
  for (int k = 0; k < N; k++) {
    result.value[k] = f(a.value[k], b.value[k]);
  }
  return result;
}

// Calls body(i, at) so that the packs from i on are all `size` elements: first `quads` packs of
// four, then the others one by one, both shared among the threads of the grid. `quads` is 0 where
// an operand is not aligned.
template <typename Body>
__device__ __forceinline__ void each_pack(i64 size, i64 quads, const Body& body) {
  for (i64 quad = global_thread(); quad < quads; quad += global_threads()) {
    body(4 * quad, Quad{});
  }
  for (i64 i = 4 * quads + global_thread(); i < size; i += global_threads()) {
    body(i, Single{});
  }
}

}  // namespace talus
