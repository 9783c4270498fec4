// Rows that no block's registers hold: the first reading keeps a running maximum and the sum of
// exponentials below it (Milakov and Gimelshein, 2018), a second one writes the results. It goes
// from the row's end to its start, so that it begins with what the second-level cache still has.
#pragma once

#include "row_tile.cuh"

namespace talus {

constexpr int kWideElements = 16;

// A row as a sequence of tiles of all the block's threads.
template <bool Vector>
struct WideRow {
  using Tile = RowTile<kWideElements, Vector>;
  i64 columns, room, tiles;
  int begin;  // elements between the origin of the first tile and the row

  __device__ __forceinline__ WideRow(const float* row, i64 columns)
      : columns(columns), room(Tile::room(blockDim.x)), begin(Vector ? 0 : sector_shift(row)) {
    tiles = (columns + begin + room - 1) / room;
  }

  // Elements from the row's start to the origin of a tile.
  __device__ __forceinline__ i64 origin(i64 tile) const { return tile * room - begin; }

  __device__ __forceinline__ Tile tile(i64 index) const {
    Tile tile;
    tile.first = threadIdx.x * Tile::kWide;
    tile.step = blockDim.x * Tile::kWide;
    tile.begin = index == 0 ? begin : 0;
    i64 end = columns - origin(index);
    tile.columns = static_cast<int>(end < room ? end : room) - tile.begin;
    return tile;
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
