// Sums, extremes and their places, of each row (all elements are one row) and of each column.
//
// The order of every combination depends on the shape alone: rows of which each could begin at a
// multiple of 16 bytes are taken in fours wherever they lie. `divisor` is what a sum is divided by:
// the number of elements for their mean, else 1. Rows:
//   narrow_rows  1 to 32 columns; a thread owns a row, staged through shared memory
//   warp_rows    a warp owns a row
//   long_rows    a block owns `span` columns of a row; where a row has several `parts`, their keys
//                go to `partial`, and
//   parts        combines those of a row, by a warp
// Columns, in `parts` of `span` rows each, whose keys the same kernel then reduces as a matrix:
//   narrow_columns  at most 128; a block reads its rows as one, each thread always in one column
//   columns         a warp owns 32 columns, or 128 where rows are aligned
//
// One read of x, in whole sectors where rows are aligned. Next idea: two packs a thread in flight
// in `columns` on cards whose memory is far away.
#include "common/narrow_rows.cuh"
#include "common/pack.cuh"
#include "common/reducers.cuh"

using namespace talus;

namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarp;
constexpr int kUnflushed = 8;

// How rows are read: see the launch.
constexpr int kQuads = 1;
constexpr int kLooseQuads = 2;

// Takes columns from .. to of a row, every `step`-th pack from the `index`-th on.
template <typename Reducer, typename At>
__device__ __forceinline__ void take_row(Reducer& reducer, const float* row, i64 from, i64 to,
                                         int index, int step, At at) {
  i64 packed = from + (to - from) / At::kSize * At::kSize;
  for (i64 c = from + index * At::kSize; c < packed;) {
#pragma unroll(At::kUnroll)
    for (int n = 0; n < kUnflushed; n++) {
      if (c < packed) {
        Pack<At::kSize> pack = at.load(row + c);
#pragma unroll
        for (int k = 0; k < At::kSize; k++) {
          reducer.take(pack.value[k], static_cast<int>(c) + k);
        }
        c += step * At::kSize;
      }
    }
    reducer.flush();
  }
  if (packed + index < to) {
    reducer.take(row[packed + index], static_cast<int>(packed) + index);
  }
  reducer.flush();
}

// The same in packs of the kind that `packs` names.
template <typename Reducer>
__device__ __forceinline__ void take_row(Reducer& reducer, const float* row, i64 from, i64 to,
                                         int index, int step, int packs) {
  if (packs == kQuads) {
    take_row(reducer, row, from, to, index, step, Quad{});
  } else if (packs == kLooseQuads) {
    take_row(reducer, row, from, to, index, step, LooseQuad{});
  } else {
    take_row(reducer, row, from, to, index, step, Single{});
  }
}

template <typename Reducer>
__device__ __forceinline__ void narrow_rows(i64 rows, int columns, float divisor, const float* x,
                                            typename Reducer::Result* y) {
  extern __shared__ float cells[];
  NarrowRows own(cells, rows, columns);
  own.load(x);
  __syncthreads();
  if (!own.has_row()) {
    return;
  }
  const float* row = own.row();
  Reducer reducer;
  for (int c = 0; c < columns; c++) {
    reducer.take(row[c], c);
  }
  reducer.flush();
  y[NarrowRows::first_row() + threadIdx.x] = Reducer::result(reducer.key(), divisor);
}

template <typename Reducer>
__device__ __forceinline__ void warp_rows(i64 rows, i64 columns, int packs, float divisor,
                                          const float* x, typename Reducer::Result* y) {
  i64 row = global_thread() / kWarp;
  int lane = threadIdx.x % kWarp;
  if (row >= rows) {
    return;
  }
  Reducer reducer;
  take_row(reducer, x + row * columns, 0, columns, lane, kWarp, packs);
  typename Reducer::Key key = warp_all<Reducer>(reducer.key());
  if (lane == 0) {
    y[row] = Reducer::result(key, divisor);
  }
}

template <typename Reducer>
__device__ __forceinline__ void long_rows(i64 columns, int packs, int parts, i64 span,
                                          float divisor, const float* x,
                                          typename Reducer::Key* partial,
                                          typename Reducer::Result* y) {
  __shared__ typename Reducer::Key keys[kWarps];
  i64 row = blockIdx.x / parts, from = blockIdx.x % parts * span;
  i64 to = from + span < columns ? from + span : columns;
  Reducer reducer;
  take_row(reducer, x + row * columns, from, to, threadIdx.x, kThreads, packs);
  typename Reducer::Key key = warp_all<Reducer>(reducer.key());
  if (threadIdx.x % kWarp == 0) {
    keys[threadIdx.x / kWarp] = key;
  }
  __syncthreads();
  if (threadIdx.x > 0) {
    return;
  }
  for (int warp = 1; warp < kWarps; warp++) {
    key = Reducer::combine(key, keys[warp]);
  }
  if (parts == 1) {
    y[row] = Reducer::result(key, divisor);
  } else {
    partial[blockIdx.x] = key;
  }
}

template <typename Reducer>
__device__ __forceinline__ void combine_parts(i64 rows, int parts, float divisor,
                                              const typename Reducer::Key* partial,
                                              typename Reducer::Result* y) {
  i64 row = global_thread() / kWarp;
  int lane = threadIdx.x % kWarp;
  if (row >= rows) {
    return;
  }
  Reducer reducer;
  for (int part = lane; part < parts; part += kWarp) {
    reducer.absorb(partial[row * parts + part]);
  }
  typename Reducer::Key key = warp_all<Reducer>(reducer.key());
  if (lane == 0) {
    y[row] = Reducer::result(key, divisor);
  }
}

template <typename Reducer>
__device__ __forceinline__ void narrow_columns(i64 rows, int columns, i64 span, float divisor,
                                               const float* x, float* y) {
  __shared__ float keys[kThreads];
  // Whole sectors a step, where several rows fit: with `span` a multiple of 8 too, all are whole.
  int groups = kThreads / columns, thread = threadIdx.x;
  groups -= groups > 8 ? groups % 8 : 0;
  int active = groups * columns;
  i64 from = blockIdx.x * span, to = from + span < rows ? from + span : rows;
  Reducer reducer;
  if (thread < active) {
    i64 i = from * columns + thread;
    while (i < to * columns) {
#pragma unroll
      for (int n = 0; n < kUnflushed; n++) {
        if (i < to * columns) {
          reducer.take(x[i], 0);
          i += active;
        }
      }
      reducer.flush();
    }
    keys[thread] = reducer.key();
  }
  __syncthreads();
  if (thread < columns) {
    for (int group = 1; group < groups; group++) {
      reducer.absorb(keys[thread + group * columns]);
    }
    y[blockIdx.x * static_cast<i64>(columns) + thread] = Reducer::result(reducer.key(), divisor);
  }
}

// A tile's columns over rows from .. to; row_lanes warps, 1 or 8, share them, and meet at the end.
template <typename Reducer, typename At>
__device__ __forceinline__ void tile_columns(i64 from, i64 to, i64 columns, i64 tile, int row_lanes,
                                             float divisor, const float* x, float* y, At at) {
  __shared__ float keys[kWarps][kWarp * At::kSize];
  int warp = threadIdx.x / kWarp, lane = threadIdx.x % kWarp;
  i64 c = ((tile * kWarps + warp) / row_lanes * kWarp + lane) * At::kSize;
  Reducer reducers[At::kSize];
  if (c < columns) {
    for (i64 row = from + warp % row_lanes; row < to;) {
#pragma unroll
      for (int n = 0; n < kUnflushed; n++) {
        if (row < to) {
          Pack<At::kSize> pack = at.load(x + row * columns + c);
#pragma unroll
          for (int k = 0; k < At::kSize; k++) {
            reducers[k].take(pack.value[k], 0);
          }
          row += row_lanes;
        }
      }
#pragma unroll
      for (int k = 0; k < At::kSize; k++) {
        reducers[k].flush();
      }
    }
  }
#pragma unroll
  for (int k = 0; k < At::kSize; k++) {
    keys[warp][k * kWarp + lane] = reducers[k].key();
  }
  __syncthreads();
  if (c >= columns || warp % row_lanes > 0) {
    return;
  }
  Pack<At::kSize> results;
#pragma unroll
  for (int k = 0; k < At::kSize; k++) {
    for (int other = 1; other < row_lanes; other++) {
      reducers[k].absorb(keys[other][k * kWarp + lane]);
    }
    results.value[k] = Reducer::result(reducers[k].key(), divisor);
  }
  at.store(y + c, results);
}

template <typename Reducer>
__device__ __forceinline__ void wide_columns(i64 rows, i64 columns, int aligned, int row_lanes,
                                             int tiles, i64 span, float divisor, const float* x,
                                             float* y) {
  int part = blockIdx.x / tiles, tile = blockIdx.x % tiles;
  i64 from = part * span, to = from + span < rows ? from + span : rows;
  float* own = y + part * columns;
  if (aligned) {
    tile_columns<Reducer>(from, to, columns, tile, row_lanes, divisor, x, own, Quad{});
  } else {
    tile_columns<Reducer>(from, to, columns, tile, row_lanes, divisor, x, own, Single{});
  }
}

}  // namespace

// Launch of narrow_rows: any whole warps, a thread for each row, (columns | 1) floats of dynamic
// shared memory a thread. warp_rows and parts: any whole warps, one a row. long_rows: 256 threads,
// rows x parts blocks; span a multiple of 4. `packs`: 1 where x and each row lie at a multiple of
// 16 bytes, 2 where they would if x did, else 0.
#define TALUS_ROWS(prefix, suffix, Reducer)                                                     \
  extern "C" __global__ void prefix##_narrow_rows##suffix(i64 rows, int columns, float divisor, \
                                                          const float* __restrict__ x,          \
                                                          Reducer::Result* __restrict__ y) {    \
    narrow_rows<Reducer>(rows, columns, divisor, x, y);                                         \
  }                                                                                             \
  extern "C" __global__ void prefix##_warp_rows##suffix(                                        \
      i64 rows, i64 columns, int packs, float divisor, const float* __restrict__ x,             \
      Reducer::Result* __restrict__ y) {                                                        \
    warp_rows<Reducer>(rows, columns, packs, divisor, x, y);                                    \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(kThreads, 4) prefix##_long_rows##suffix(         \
      i64 columns, int packs, int parts, i64 span, float divisor, const float* __restrict__ x,  \
      Reducer::Key* __restrict__ partial, Reducer::Result* __restrict__ y) {                    \
    long_rows<Reducer>(columns, packs, parts, span, divisor, x, partial, y);                    \
  }
#define TALUS_PARTS(prefix, suffix, Reducer)                                                  \
  extern "C" __global__ void prefix##_parts##suffix(i64 rows, int parts, float divisor,       \
                                                    const Reducer::Key* __restrict__ partial, \
                                                    Reducer::Result* __restrict__ y) {        \
    combine_parts<Reducer>(rows, parts, divisor, partial, y);                                 \
  }

// Launch: 256 threads; narrow_columns parts blocks, columns tiles x parts blocks. y has a row for
// each part. `row_lanes`: warps that share the rows of a tile, 1 or 8; a tile is then
// 32 x 8 / row_lanes columns, four times as many where `aligned`, which y is then too.
#define TALUS_COLUMNS(suffix, Reducer)                                                        \
  extern "C" __global__ void __launch_bounds__(kThreads)                                      \
      reduce_f32_narrow_columns##suffix(i64 rows, int columns, i64 span, float divisor,       \
                                        const float* __restrict__ x, float* __restrict__ y) { \
    narrow_columns<Reducer>(rows, columns, span, divisor, x, y);                              \
  }                                                                                           \
  extern "C" __global__ void __launch_bounds__(kThreads) reduce_f32_columns##suffix(          \
      i64 rows, i64 columns, int aligned, int row_lanes, int tiles, i64 span, float divisor,  \
      const float* __restrict__ x, float* __restrict__ y) {                                   \
    wide_columns<Reducer>(rows, columns, aligned, row_lanes, tiles, span, divisor, x, y);     \
  }

TALUS_ROWS(reduce_f32, _sum, SumReducer<false>)
TALUS_ROWS(reduce_f32, _sum_of_squares, SumReducer<true>)
TALUS_ROWS(reduce_f32, _max, ExtremeReducer<true>)
TALUS_ROWS(reduce_f32, _min, ExtremeReducer<false>)
TALUS_ROWS(arg_max_f32, , ArgMaxReducer)
TALUS_PARTS(reduce_f32, _sum, SumReducer<false>)
TALUS_PARTS(reduce_f32, _max, ExtremeReducer<true>)
TALUS_PARTS(reduce_f32, _min, ExtremeReducer<false>)
TALUS_PARTS(arg_max_f32, , ArgMaxReducer)
TALUS_COLUMNS(_sum, SumReducer<false>)
TALUS_COLUMNS(_sum_of_squares, SumReducer<true>)
TALUS_COLUMNS(_max, ExtremeReducer<true>)
TALUS_COLUMNS(_min, ExtremeReducer<false>)
