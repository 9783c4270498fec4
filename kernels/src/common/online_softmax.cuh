// Rows that no block's registers hold: the first reading keeps a running maximum and the sum of
// exponentials below it (Milakov and Gimelshein, 2018), a second one writes the results. It goes
// from the row's end to its start, so that it begins with what the second-level cache still has.
#pragma once

#include "row_tile.cuh"

namespace talus {

constexpr int kWideElements = 16;

// A row as a sequence of tiles of all the block's threads.
template <Layout kLayout>
struct WideRow {
  i64 columns, room, tiles;

  __device__ __forceinline__ explicit WideRow(i64 columns)
      : columns(columns), room(static_cast<i64>(kWideElements) * blockDim.x) {
    tiles = (columns + room - 1) / room;
  }

  // Elements from the row's start to a tile.
  __device__ __forceinline__ i64 start(i64 tile) const { return tile * room; }

  __device__ __forceinline__ RowTile<kWideElements, kLayout> tile(i64 index) const {
    return {static_cast<int>(threadIdx.x), static_cast<int>(blockDim.x), columns - start(index)};
  }
};

// What a thread has seen of a row; see RowSums and warp_excess.
struct OnlineSums {
  float max = -FLT_MAX;
  float others = 0, ones = 0;
  float below = 0, count = 0;  // sum of x - max, and how many

  __device__ __forceinline__ void move_to(float larger) {
    if (larger > max) {
      others = (others + ones) * expf(max - larger);
      ones = 0;
      below = count > 0 ? below + count * (max - larger) : 0;
      max = larger;
    }
  }

  template <bool WantBelow, typename Tile>
  __device__ __forceinline__ void add(const Tile& tile) {
    move_to(fmaxf(max, tile.max()));
    float sum = 0;
#pragma unroll
    for (int i = 0; i < kWideElements; i++) {
      float less = tile.values[i] - max, e = expf(less);
      ones += less == 0 ? 1.0f : 0.0f;
      sum += less == 0 ? 0.0f : e;
      if (WantBelow && tile.holds(i)) {
        below += less;
        count += 1;
      }
    }
    others += sum;
  }

  // Those of all threads.
  __device__ __forceinline__ RowSums all(BlockGroup& group) {
    move_to(group.all<Larger>(max));
    return {max, group.excess(others, ones)};
  }
};

}  // namespace talus
