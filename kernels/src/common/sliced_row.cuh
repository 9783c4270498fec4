// Rows that no block's registers hold, in slices that do. Several blocks share a row, a team: each
// sums its slice, leaves what it found where the others see it, waits for theirs, and writes its
// results from its registers. So a row is read once and written once. Where there are fewer blocks
// than slices, each takes several, one after the other, and reads all but its last one twice.
//
// How a row is cut, and in which order its slices are added up, depends on its length alone: the
// bits are the same for every number of blocks.
//
// Launch: rows times team blocks of kSliceThreads threads. A block takes a number when it begins,
// and a team has numbers that follow each other: those of a team that wait, wait for blocks that
// have begun, or that are the next to begin. So there must be room for one more block beside all
// that wait, of which each launch under way has at most team - 1. Two of these blocks fit on a
// multiprocessor, and CudaContext.grantWaiting lets at most one for each wait, in all streams.
#pragma once

#include "row_tile.cuh"

namespace talus {

constexpr int kSliceThreads = 320;
constexpr int kSliceElements = 32;  // of a thread

// What a slice adds to its row. excess: the sum of exp(x - max), less 1 if `holds`: if an element
// is the maximum. In a slice of nothing but -infinity none is, and in one with NaN or +infinity
// excess is NaN. below: the sum of x - max, if wanted.
struct alignas(16) SliceSums {
  float max, excess, holds, below;
};

// How rows are cut and shared.
struct Slices {
  i64 columns;
  int length;       // columns of a slice; the last one of a row may have fewer
  int count;        // slices of a row
  int team;         // blocks of a row, at most as many
  SliceSums* sums;  // of each slice of each row
  // Zeros at first: blocks that have begun; of each row, blocks that have left their sums. Not for
  // teams of one.
  unsigned* counters;
};

struct SlicedSums {
  RowSums row;
  float below;
};

// A block's part of a row: the slices place, place + team, ...
template <Layout kLayout>
struct SlicedRow {
  using Tile = RowTile<kSliceElements, kLayout>;
  const Slices& slices;
  i64 index;  // of the row
  int place;
  SliceSums* sums;  // of the row

  // All threads of the block; *number is shared, and for this alone.
  __device__ __forceinline__ SlicedRow(const Slices& slices, unsigned* number)
      : slices(slices), index(blockIdx.x), place(0) {
    if (slices.team > 1) {
      if (threadIdx.x == 0) {
        *number = atomicAdd(slices.counters, 1u);
      }
      __syncthreads();
      unsigned team = static_cast<unsigned>(slices.team);
      index = *number / team;
      place = static_cast<int>(*number % team);
    }
    sums = slices.sums + index * slices.count;
  }

  // Columns before a slice.
  __device__ __forceinline__ i64 start(int slice) const {
    return static_cast<i64>(slice) * slices.length;
  }

  __device__ __forceinline__ i64 length(int slice) const {
    i64 left = slices.columns - start(slice);
    return left < slices.length ? left : slices.length;
  }

  // The block's last slice.
  __device__ __forceinline__ int last() const {
    return place + (slices.count - 1 - place) / slices.team * slices.team;
  }

  // Whether the block has that column.
  __device__ __forceinline__ bool has(int column) const {
    return column / slices.length % slices.team == place;
  }

  // Whether the thread has it.
  __device__ __forceinline__ bool owns(int column) const {
    int inside = column % slices.length;
    return has(column) && inside / Tile::kWide % kSliceThreads == static_cast<int>(threadIdx.x);
  }

  __device__ __forceinline__ Tile tile(int slice) const {
    return {static_cast<int>(threadIdx.x), kSliceThreads, length(slice)};
  }

  __device__ __forceinline__ Tile read(int slice, const float* x) const {
    Tile read = tile(slice);
    read.load(x + start(slice));
    return read;
  }

  __device__ __forceinline__ void fill(float* y, float value) const {
    for (int slice = place; slice < slices.count; slice += slices.team) {
      Tile filled = tile(slice);
#pragma unroll
      for (int i = 0; i < kSliceElements; i++) {
        filled.values[i] = value;
      }
      filled.store(y + start(slice));
    }
  }

  // Sums up the block's slices of a row that begins at x. Gives the last of them; with kExp,
  // exp(x - the slice's maximum) in the place of x. `group` has room for four reductions, for three
  // where `below` is not wanted.
  template <bool kExp>
  __device__ __forceinline__ Tile sum(const float* x, BlockGroup group, bool want_below) const {
    for (int slice = place; slice < last(); slice += slices.team) {
      Tile passing = read(slice, x);
      leave(slice, sum_tile<false>(&passing, group, want_below));
    }
    Tile kept = read(last(), x);
    leave(last(), sum_tile<kExp>(&kept, group, want_below));
    return kept;
  }

  __device__ __forceinline__ void leave(int slice, const SliceSums& found) const {
    if (threadIdx.x == 0) {
      sums[slice] = found;
    }
  }

  template <bool kExp>
  static __device__ __forceinline__ SliceSums sum_tile(Tile* tile, BlockGroup group,
                                                       bool want_below) {
    float max = group.all<Larger>(tile->max()), others = 0, ones = 0, below = 0;
    if (want_below) {
#pragma unroll
      for (int i = 0; i < kSliceElements; i++) {
        below += tile->holds(i) ? tile->values[i] - max : 0.0f;
      }
      below = group.all<Sum>(below);
    }
#pragma unroll
    for (int i = 0; i < kSliceElements; i++) {
      float e = expf(tile->values[i] - max);
      ones += e == 1 ? 1.0f : 0.0f;
      others += e == 1 ? 0.0f : e;
      tile->values[i] = kExp ? e : tile->values[i];
    }
    WarpExcess all = group.all_excess(others, ones);
    return {max, all.sum, all.holds ? 1.0f : 0.0f, below};
  }

  // Calls finish(&tile, slice) for the block's slices: for the last one with the tile that `sum`
  // has given, then for the others, which are read anew.
  template <bool kExp, typename Finish>
  __device__ __forceinline__ void for_each(Tile* kept, const float* x, const Finish& finish) const {
    finish(kept, last());
    for (int slice = last() - slices.team; slice >= 0; slice -= slices.team) {
      Tile again = read(slice, x);
      if (kExp) {
        float max = sums_of(slice).max;
#pragma unroll
        for (int i = 0; i < kSliceElements; i++) {
          again.values[i] = expf(again.values[i] - max);
        }
      }
      finish(&again, slice);
    }
  }

  // Lets the team know that the block's sums are there.
  __device__ __forceinline__ void arrive() const {
    if (threadIdx.x == 0 && slices.team > 1) {
      __threadfence();
      atomicAdd(slices.counters + 1 + index, 1u);
    }
  }

  // The row's sums, once the team has arrived. All threads of the block; `found` is shared, three
  // elements for this alone.
  __device__ __forceinline__ SlicedSums all(float* found) const {
    arrive();
    if (threadIdx.x < kWarp) {
      if (threadIdx.x == 0 && slices.team > 1) {
        wait();
      }
      __syncwarp();
      SlicedSums all = add();
      if (threadIdx.x == 0) {
        found[0] = all.row.max, found[1] = all.row.excess, found[2] = all.below;
      }
    }
    __syncthreads();
    return {{found[0], found[1]}, found[2]};
  }

  __device__ __forceinline__ void wait() const {
    const volatile unsigned* arrived = slices.counters + 1 + index;
    while (*arrived < static_cast<unsigned>(slices.team)) {
      __nanosleep(64);
    }
    __threadfence();
  }

  // By a warp, whose lanes take every 32nd slice.
  __device__ __forceinline__ SlicedSums add() const {
    float max = -FLT_MAX, others = 0, ones = 0, below = 0;
    for (int slice = threadIdx.x; slice < slices.count; slice += kWarp) {
      max = fmaxf(max, sums_of(slice).max);
    }
    max = warp_all<Larger>(max);
    for (int slice = threadIdx.x; slice < slices.count; slice += kWarp) {
      SliceSums part = sums_of(slice);
      float less = part.max - max;
      bool leads = part.holds != 0 && less == 0;
      ones += leads ? 1.0f : 0.0f;
      others += leads ? part.excess : (part.excess + part.holds) * expf(less);
      below += part.below + static_cast<float>(length(slice)) * less;
    }
    return {{max, WarpGroup{}.excess(others, ones)}, warp_all<Sum>(below)};
  }

  // Not from the first-level cache, which knows nothing of what other multiprocessors write.
  __device__ __forceinline__ SliceSums sums_of(int slice) const {
    float4 found = __ldcg(reinterpret_cast<const float4*>(sums + slice));
    return {found.x, found.y, found.z, found.w};
  }
};

}  // namespace talus
