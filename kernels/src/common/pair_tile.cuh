// A square tile of sums over all pairs of packed rows, in registers.
//
// A block of 256 threads owns 64 R x 64 R pairs, a thread 4 R x 4 R of them: R runs of 4 rows, 16
// apart, by R runs of 4 columns, 32 apart. Warps lie 4 down and 2 across, lanes 4 down and 8
// across, so that a warp's float4 loads of either operand from shared memory meet no bank twice,
// and its stores of scores are whole sectors both along rows and along columns.
//
// Packed rows (pack in similarity.cu): panels of kPanel rows, each [column][row], padded with zeros
// to whole panels and to a multiple of kDepth columns. So a step of kDepth columns is copied as it
// is, 16 bytes a thread at a time, and no loop looks at a bound.
#pragma once

#include "index.cuh"

namespace talus {

constexpr int kPanel = 128;
constexpr int kDepth = 8;
constexpr int kTileThreads = 256;

template <class Measure, int R>
class PairTile {
 public:
  static constexpr int kSide = 64 * R;
  static constexpr int kRun = 4;
  using Shared = float[2][2][kDepth][kSide];  // stage, operand

  float sums[R * kRun][R * kRun];

  // Of the tile: the thread's row number i and column number j.
  static __device__ __forceinline__ int row(int i) {
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    return warp / 2 * 16 * R + i / kRun * 16 + lane / 8 * kRun + i % kRun;
  }
  static __device__ __forceinline__ int column(int j) {
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    return warp % 2 * 32 * R + j / kRun * 32 + lane % 8 * kRun + j % kRun;
  }

  // a, b: where the tile's first row lies in its panel.
  __device__ __forceinline__ void multiply(const float* a, const float* b, i64 steps,
                                           Shared& shared) {
#pragma unroll
    for (int i = 0; i < R * kRun; i++) {
#pragma unroll
      for (int j = 0; j < R * kRun; j++) {
        sums[i][j] = 0;
      }
    }
    if (steps == 0) {
      return;
    }
    Feed feed(a, b);
    feed.begin(shared[0]);
    feed.end(shared[0]);
    __syncthreads();
    int stage = 0;
    for (i64 step = 1; step < steps; step++) {
      feed.begin(shared[1 - stage]);
      multiply_step(shared[stage]);
      feed.end(shared[1 - stage]);
      __syncthreads();
      stage = 1 - stage;
    }
    multiply_step(shared[stage]);
  }

 private:
  using Stage = float[2][kDepth][kSide];

  // Brings the next step of both operands to shared memory: begin asks, end waits.
  class Feed {
   public:
    __device__ __forceinline__ Feed(const float* a, const float* b) {
#pragma unroll
      for (int i = 0; i < R; i++) {
        const float* operand = slot(i) < kSlots ? a : b;
        from_[i] = operand + slot(i) % kSlots / (kSide / 4) * kPanel + slot(i) % (kSide / 4) * 4;
      }
    }

    __device__ __forceinline__ void begin(Stage& stage) {
#pragma unroll
      for (int i = 0; i < R; i++) {
#if __CUDA_ARCH__ >= 800
        unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(&stage[0][0][0])) +
                      static_cast<unsigned>(slot(i)) * 16;
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(from_[i])
                     : "memory");
#else
        held_[i] = *reinterpret_cast<const float4*>(from_[i]);
#endif
        from_[i] += kDepth * kPanel;
      }
#if __CUDA_ARCH__ >= 800
      asm volatile("cp.async.commit_group;" ::: "memory");
#endif
    }

    __device__ __forceinline__ void end(Stage& stage) {
#if __CUDA_ARCH__ >= 800
      asm volatile("cp.async.wait_group 0;" ::: "memory");
#else
#pragma unroll
      for (int i = 0; i < R; i++) {
        reinterpret_cast<float4*>(&stage[0][0][0])[slot(i)] = held_[i];
      }
#endif
    }

   private:
    static constexpr int kSlots = kDepth * kSide / 4;  // float4 of one operand
    static __device__ __forceinline__ int slot(int i) { return threadIdx.x + i * kTileThreads; }

    const float* from_[R];
#if __CUDA_ARCH__ < 800
    float4 held_[R];
#endif
  };

  __device__ __forceinline__ void multiply_step(const Stage& stage) {
#pragma unroll
    for (int p = 0; p < kDepth; p++) {
      float u[R * kRun], v[R * kRun];
#pragma unroll
      for (int i = 0; i < R; i++) {
        *reinterpret_cast<float4*>(u + i * kRun) =
            *reinterpret_cast<const float4*>(&stage[0][p][row(i * kRun)]);
        *reinterpret_cast<float4*>(v + i * kRun) =
            *reinterpret_cast<const float4*>(&stage[1][p][column(i * kRun)]);
      }
#pragma unroll
      for (int i = 0; i < R * kRun; i++) {
#pragma unroll
        for (int j = 0; j < R * kRun; j++) {
          sums[i][j] = Measure::add(sums[i][j], u[i], v[j]);
        }
      }
    }
  }
};

// Which tile of tiles_down x tiles_across the block has: kBand tiles high bands are walked column
// by column, so that blocks at work together share operands in the second-level cache.
struct TilePlace {
  i64 down;
  i64 across;

  __device__ __forceinline__ TilePlace(i64 tiles_down, i64 tiles_across) {
    constexpr i64 kBand = 8;
    i64 band = blockIdx.x / (kBand * tiles_across);
    i64 inside = blockIdx.x - band * kBand * tiles_across;
    i64 left = tiles_down - band * kBand;
    i64 height = left < kBand ? left : kBand;
    across = inside / height;
    down = band * kBand + inside - across * height;
  }
};

// Where packed row `row` begins; a multiple of the tile's side.
__device__ __forceinline__ const float* packed_row(const float* packed, i64 row, i64 steps) {
  return packed + row / kPanel * (steps * kDepth * kPanel) + row % kPanel;
}

}  // namespace talus
