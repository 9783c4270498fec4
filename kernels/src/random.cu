// Uniform and normal random numbers and dropout, from Philox (common/philox.cuh).
//
// Launch, all: any grid and block in one dimension; threads stride over the blocks of Philox, which
// give four elements each. `quads` as in elementwise.cu: size / 4, or 0 where an array is not
// aligned to 16 bytes; then the elements of a thread go through memory one by one. `step` is one
// value, or null.
//
// A block of Philox is 20 wide products and 40 to 60 other integer instructions for 16 bytes
// written: on a card with few multiprocessors for its bandwidth about as long as the write takes.
// Next idea: where arrays are not aligned, a shuffle among neighbours, so that a warp still writes
// side by side.
#include "common/philox.cuh"

using talus::global_thread;
using talus::global_threads;
using talus::i64;
using talus::Pack;
using talus::Philox;
using talus::Quad;

namespace {

// Calls four(i, block) -> Pack<4> for each block, whose first element is i, and stores what counts
// of it.
template <typename Four>
__device__ __forceinline__ void each_block(i64 size, i64 quads, float* y, const Four& four) {
  i64 blocks = (size + 3) / 4;
  for (i64 block = global_thread(); block < blocks; block += global_threads()) {
    i64 i = 4 * block;
    Pack<4> values = four(i, block);
    if (block < quads) {
      Quad::store(y + i, values);
    } else {
#pragma unroll
      for (int k = 0; k < 4; k++) {
        if (i + k < size) {
          y[i + k] = values.value[k];
        }
      }
    }
  }
}

}  // namespace

// y = low + width u, at most `largest`; u uniform. One write.
extern "C" __global__ void random_uniform_f32(i64 size, i64 quads, i64 seed, int stream,
                                              const int* __restrict__ step, float low, float width,
                                              float largest, float* __restrict__ y) {
  Philox philox(seed, stream, step);
  each_block(size, quads, y, [=](i64, i64 block) {
    return map(draw_uniform(philox, block),
               [=](float u) { return fminf(talus::multiply_then_add(width, u, low), largest); });
  });
}

// y = mean + deviation n; n standard normal. One write.
extern "C" __global__ void random_normal_f32(i64 size, i64 quads, i64 seed, int stream,
                                             const int* __restrict__ step, float mean,
                                             float deviation, float* __restrict__ y) {
  Philox philox(seed, stream, step);
  each_block(size, quads, y, [=](i64, i64 block) {
    return map(draw_normal(philox, block),
               [=](float n) { return talus::multiply_then_add(deviation, n, mean); });
  });
}

// y = scale x where u >= rate, else 0 whatever x is; y may be x. One read and one write.
extern "C" __global__ void dropout_f32(i64 size, i64 quads, i64 seed, int stream,
                                       const int* __restrict__ step, float rate, float scale,
                                       const float* x, float* y) {
  Philox philox(seed, stream, step);
  each_block(size, quads, y, [=](i64 i, i64 block) {
    Pack<4> before = {};
    if (block < quads) {
      before = Quad::load(x + i);
    } else {
#pragma unroll
      for (int k = 0; k < 4; k++) {
        if (i + k < size) {
          before.value[k] = x[i + k];
        }
      }
    }
    return map(draw_uniform(philox, block), before,
               [=](float u, float value) { return u >= rate ? __fmul_rn(value, scale) : 0.0f; });
  });
}
