// The k most similar rows, without ever holding all scores.
//
// Candidates come a slab of columns at a time. The first slabs are written out as scores
// (similarity.cu), and each row's k best are selected from them. Then each row has a bound, and the
// filter writes only what exceeds it: of the columns c .. 2c of a random order about k in a row. So
// of n columns all but the first few times k cost one comparison each, in registers.
#include "common/index.cuh"
#include "common/measures.cuh"
#include "common/pair_tile.cuh"
#include "common/top_k.cuh"

using talus::i64;
using talus::TopKState;
using talus::u64;

namespace talus {
namespace {

// Candidates of each row: a slab's keys that exceed the row's bound, in any order.
struct Survivors {
  u64* keys;  // rows x stride
  i64 stride;
  int* counts;
};

template <class Measure, int R>
__device__ __forceinline__ void filter_tile(i64 rows_a, i64 rows_b, i64 steps, const float* a,
                                            const float* b, const float* bounds, i64 first_column,
                                            const Survivors& survivors) {
  using Tile = PairTile<Measure, R>;
  __shared__ __align__(16) typename Tile::Shared shared;
  TilePlace place((rows_a + Tile::kSide - 1) / Tile::kSide,
                  (rows_b + Tile::kSide - 1) / Tile::kSide);
  i64 first_row = place.down * Tile::kSide, first = place.across * Tile::kSide;
  Tile tile;
  tile.multiply(packed_row(a, first_row, steps), packed_row(b, first, steps), steps, shared);
#pragma unroll
  for (int i = 0; i < 4 * R; i++) {
    i64 row = first_row + tile.row(i);
    float bound = row < rows_a ? bounds[row] : INFINITY;
    unsigned pass = 0;
#pragma unroll
    for (int j = 0; j < 4 * R; j++) {
      tile.sums[i][j] = Measure::score(tile.sums[i][j]);
      // NaN on either side passes here; key_of sorts it out.
      pass |= !(tile.sums[i][j] <= bound) && first + tile.column(j) < rows_b ? 1u << j : 0;
    }
    if (pass == 0 || row >= rows_a) {
      continue;
    }
    u64* to =
        survivors.keys + row * survivors.stride + atomicAdd(survivors.counts + row, __popc(pass));
#pragma unroll
    for (int j = 0; j < 4 * R; j++) {
      if (pass >> j & 1) {
        *to++ = key_of(tile.sums[i][j], static_cast<int>(first_column + first + tile.column(j)));
      }
    }
  }
}

// One row's candidates of a slab, as scores or as survivors.
struct Candidates {
  const float* scores;
  const u64* keys;
  i64 count;
  int first_column;
  int excluded;  // an index, or -1

  __device__ __forceinline__ u64 key(i64 i) const {
    if (i >= count) {
      return 0;
    }
    u64 key = keys != nullptr ? keys[i] : key_of(scores[i], first_column + static_cast<int>(i));
    return index_of(key) == excluded ? 0 : key;
  }
};

template <int Threads, int Room>
__device__ __forceinline__ void select_row(typename TopKList<Threads, Room>::Shared* shared,
                                           const Candidates& candidates, u64* lists, int k,
                                           TopKState* state, float* bound, int is_first) {
  constexpr int kAtOnce = 4;
  using List = TopKList<Threads, Room>;
  List list(shared, lists, k, is_first ? TopKState{0, 0} : *state);
  for (i64 base = 0; base < candidates.count; base += kAtOnce * Threads) {
    u64 keys[kAtOnce];
#pragma unroll
    for (int i = 0; i < kAtOnce; i++) {
      keys[i] = candidates.key(base + i * Threads + List::rank());
    }
#pragma unroll
    for (int i = 0; i < kAtOnce; i++) {
      list.offer(keys[i]);
    }
  }
  list.finish();
  if (List::rank() == 0) {
    *state = list.state();
    *bound = list.bound();
  }
}

template <int Threads, int Room>
__device__ __forceinline__ void select(i64 rows, i64 width, i64 first_row, i64 first_column,
                                       int exclude_self, const float* scores, i64 stride,
                                       const u64* keys, int* counts, int k, int is_first,
                                       u64* lists, TopKState* states, float* bounds) {
  constexpr int kTeams = 256 / Threads;
  using List = TopKList<Threads, Room>;
  __shared__ typename List::Shared shared[kTeams];
  int team = threadIdx.x / Threads;
  i64 row = static_cast<i64>(blockIdx.x) * kTeams + team;
  if (row >= rows) {
    return;
  }
  Candidates candidates{scores + row * stride, nullptr, width, static_cast<int>(first_column),
                        exclude_self ? static_cast<int>(first_row + row) : -1};
  if (keys != nullptr) {
    candidates.keys = keys + row * stride;
    candidates.count = counts[row];
  }
  select_row<Threads, Room>(&shared[team], candidates, lists + row * 2 * k, k, states + row,
                            bounds + row, is_first);
  if (List::rank() == 0) {
    counts[row] = 0;
  }
}

}  // namespace
}  // namespace talus

// Appends the keys of row i of a with those rows of b whose score exceeds bounds[i] to
// keys[i * stride ...] and counts them in counts[i]. a, b: packed, b from row first_column of the
// whole on. wide, narrow and launch: as the tiles of similarity.cu. stride: at least rows_b.
#define TALUS_FILTERS(name, Measure)                                                               \
  extern "C" __global__ __launch_bounds__(256, 2) void similarity_top_k_f32_filter_wide_##name(    \
      i64 rows_a, i64 rows_b, i64 steps, const float* __restrict__ a, const float* __restrict__ b, \
      const float* __restrict__ bounds, i64 first_column, u64* keys, i64 stride, int* counts) {    \
    talus::filter_tile<talus::Measure, 2>(rows_a, rows_b, steps, a, b, bounds, first_column,       \
                                          {keys, stride, counts});                                 \
  }                                                                                                \
  extern "C" __global__ __launch_bounds__(256) void similarity_top_k_f32_filter_narrow_##name(     \
      i64 rows_a, i64 rows_b, i64 steps, const float* __restrict__ a, const float* __restrict__ b, \
      const float* __restrict__ bounds, i64 first_column, u64* keys, i64 stride, int* counts) {    \
    talus::filter_tile<talus::Measure, 1>(rows_a, rows_b, steps, a, b, bounds, first_column,       \
                                          {keys, stride, counts});                                 \
  }
TALUS_FOR_EACH_MEASURE(TALUS_FILTERS)
#undef TALUS_FILTERS

// Merges a slab's candidates of each row into its k best so far: width scores (rows `stride`
// apart), or where keys is not null, counts[row] keys. Then counts[row] is 0, states[row] says
// where in lists (rows x 2 x k keys) they are, and bounds[row] what a later one must exceed.
// is_first: nothing is there yet, states and counts may hold anything. k: at least 1.

// A warp owns a row: for small k. Launch: 256 threads, 8 rows a block.
extern "C" __global__ __launch_bounds__(256, 4) void similarity_top_k_f32_select_warp(
    i64 rows, i64 width, i64 first_row, i64 first_column, int exclude_self, const float* scores,
    i64 stride, const u64* keys, int* counts, int k, int is_first, u64* lists, TopKState* states,
    float* bounds) {
  talus::select<32, 256>(rows, width, first_row, first_column, exclude_self, scores, stride, keys,
                         counts, k, is_first, lists, states, bounds);
}

// A block owns a row. Launch: 256 threads, a row a block.
extern "C" __global__ __launch_bounds__(256, 4) void similarity_top_k_f32_select_block(
    i64 rows, i64 width, i64 first_row, i64 first_column, int exclude_self, const float* scores,
    i64 stride, const u64* keys, int* counts, int k, int is_first, u64* lists, TopKState* states,
    float* bounds) {
  talus::select<256, 2048>(rows, width, first_row, first_column, exclude_self, scores, stride, keys,
                           counts, k, is_first, lists, states, bounds);
}

// indices, scores (rows x places) = the kept, then -1 and NaN. Launch: any grid and block in one
// dimension; threads stride over the places.
extern "C" __global__ void top_k_f32_write(i64 rows, i64 places, int k,
                                           const u64* __restrict__ lists,
                                           const TopKState* __restrict__ states,
                                           int* __restrict__ indices, float* __restrict__ scores) {
  for (i64 i = talus::global_thread(); i < rows * places; i += talus::global_threads()) {
    i64 row = i / places, place = i - row * places;
    TopKState state = states[row];
    bool is_kept = place < state.kept;
    u64 key = is_kept ? lists[(row * 2 + state.side) * k + place] : 0;
    indices[i] = is_kept ? talus::index_of(key) : -1;
    scores[i] = is_kept ? talus::score_of(key) : NAN;
  }
}
