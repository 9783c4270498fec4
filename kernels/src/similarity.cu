// Dense similarity: rows are packed, then tiles of pairs are summed and scored.
#include "common/index.cuh"
#include "common/measures.cuh"
#include "common/pair_tile.cuh"
#include "common/reduce.cuh"
#include "common/row_sums.cuh"

using talus::i64;
using talus::kPanel;

namespace talus {
namespace {

struct DenseForm {
  double shift;
  double scale;
};

// A warp owns a row.
template <class Measure>
__device__ __forceinline__ void find_row_forms(i64 rows, i64 columns, const float* x,
                                               DenseForm* forms) {
  i64 row = global_thread() / kWarp;
  if (row >= rows) {
    return;
  }
  RowForm form = Measure::dense_row(WarpRow{x + row * columns, columns, columns});
  if (threadIdx.x % kWarp == 0) {
    forms[row] = {form.shift, form.scale};
  }
}

// Where a tile goes: y[row][column], and where mirrored also y[column][row].
struct ScoreTarget {
  float* y;
  i64 stride;
  i64 rows;
  i64 columns;

  // scores[4]: of one row, from `column` on.
  __device__ __forceinline__ void put(i64 row, i64 column, const float* scores,
                                      bool vectors) const {
    float* to = y + row * stride + column;
    if (row >= rows) {
      return;
    }
    if (vectors && column + 4 <= columns) {
      *reinterpret_cast<float4*>(to) = make_float4(scores[0], scores[1], scores[2], scores[3]);
      return;
    }
#pragma unroll
    for (int j = 0; j < 4; j++) {
      if (column + j < columns) {
        to[j] = scores[j];
      }
    }
  }

  __device__ __forceinline__ bool aligned() const {
    return (reinterpret_cast<size_t>(y) % 16 | stride % 4) == 0;
  }
};

template <class Measure, int R>
__device__ __forceinline__ void score_tile(i64 rows_a, i64 rows_b, i64 steps, const float* a,
                                           const float* b, i64 stride, float* y, float* mirror,
                                           i64 ahead) {
  using Tile = PairTile<Measure, R>;
  __shared__ __align__(16) typename Tile::Shared shared;
  TilePlace place((rows_a + Tile::kSide - 1) / Tile::kSide,
                  (rows_b + Tile::kSide - 1) / Tile::kSide);
  i64 row = place.down * Tile::kSide, column = place.across * Tile::kSide;
  // Below the diagonal is what the mirror of another tile writes.
  if (mirror != nullptr && column + ahead < row) {
    return;
  }
  Tile tile;
  tile.multiply(packed_row(a, row, steps), packed_row(b, column, steps), steps, shared);
#pragma unroll
  for (int i = 0; i < 4 * R; i++) {
#pragma unroll
    for (int j = 0; j < 4 * R; j++) {
      tile.sums[i][j] = Measure::score(tile.sums[i][j]);
    }
  }
  ScoreTarget target{y, stride, rows_a, rows_b};
  bool vectors = target.aligned();
#pragma unroll
  for (int i = 0; i < 4 * R; i++) {
#pragma unroll
    for (int j = 0; j < 4 * R; j += 4) {
      target.put(row + tile.row(i), column + tile.column(j), &tile.sums[i][j], vectors);
    }
  }
  if (mirror == nullptr || column + ahead == row) {
    return;
  }
  ScoreTarget mirrored{mirror, stride, rows_b, rows_a};
  vectors = mirrored.aligned();
#pragma unroll
  for (int j = 0; j < 4 * R; j++) {
#pragma unroll
    for (int i = 0; i < 4 * R; i += 4) {
      float scores[4] = {tile.sums[i][j], tile.sums[i + 1][j], tile.sums[i + 2][j],
                         tile.sums[i + 3][j]};
      mirrored.put(column + tile.column(j), row + tile.row(i), scores, vectors);
    }
  }
}

}  // namespace
}  // namespace talus

// forms[row] = shift and scale of each row of x. Launch: 256 threads, 8 rows a block.
#define TALUS_ROWS(name, Measure)                                                                 \
  extern "C" __global__ __launch_bounds__(256) void similarity_f32_rows_##name(                   \
      i64 rows, i64 columns, const float* __restrict__ x, talus::DenseForm* __restrict__ forms) { \
    talus::find_row_forms<talus::Measure>(rows, columns, x, forms);                               \
  }
TALUS_FOR_EACH_MEASURE(TALUS_ROWS)
#undef TALUS_ROWS

// packed = rows of x as PairTile wants them, (x - shift) * scale where there are forms. A block
// owns a panel of 128 rows and 32 columns: it reads along rows, turns them in shared memory and
// writes 16 KB that lie together. Launch: 256 threads, ceil(rows / 128) x ceil(padded columns / 32)
// blocks, the columns first.
extern "C" __global__ __launch_bounds__(256) void similarity_f32_pack(
    i64 rows, i64 columns, i64 steps, const float* __restrict__ x,
    const talus::DenseForm* __restrict__ forms, float* __restrict__ packed) {
  constexpr int kColumns = 32, kWarps = 8;
  __shared__ float turned[kPanel][kColumns + 1];
  i64 pieces = (steps * talus::kDepth + kColumns - 1) / kColumns;
  i64 panel = blockIdx.x / pieces, first = (blockIdx.x - panel * pieces) * kColumns;
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  i64 column = first + lane;
#pragma unroll 4
  for (int r = warp; r < kPanel; r += kWarps) {
    i64 row = panel * kPanel + r;
    float value = row < rows && column < columns ? x[row * columns + column] : 0;
    if (forms != nullptr && row < rows && column < columns) {
      value = static_cast<float>((value - forms[row].shift) * forms[row].scale);
    }
    turned[r][lane] = value;
  }
  __syncthreads();
  float* to = packed + (panel * steps * talus::kDepth + first) * kPanel;
#pragma unroll 4
  for (int i = threadIdx.x; i < kColumns * kPanel; i += 256) {
    if (first + i / kPanel < steps * talus::kDepth) {
      to[i] = turned[i % kPanel][i / kPanel];
    }
  }
}

// y[i, j] = the similarity of row i of a and row j of b, both packed; rows of y are `stride` apart.
// mirror, where not null: y's transpose is written there too, and tiles below the diagonal are left
// out; a's row 0 is then row 0 of the whole and b's row 0 row `ahead`. wide: tiles of 128 x 128,
// for results that fill the device with them; narrow: 64 x 64. Launch: 256 threads, a block for
// each tile; packed operands aligned to 16 bytes; y at any address, fastest where it and 4 * stride
// are multiples of 16.
#define TALUS_TILES(name, Measure)                                                                 \
  extern "C" __global__ __launch_bounds__(256, 2) void similarity_f32_wide_##name(                 \
      i64 rows_a, i64 rows_b, i64 steps, const float* __restrict__ a, const float* __restrict__ b, \
      i64 stride, float* __restrict__ y, float* __restrict__ mirror, i64 ahead) {                  \
    talus::score_tile<talus::Measure, 2>(rows_a, rows_b, steps, a, b, stride, y, mirror, ahead);   \
  }                                                                                                \
  extern "C" __global__ __launch_bounds__(256) void similarity_f32_narrow_##name(                  \
      i64 rows_a, i64 rows_b, i64 steps, const float* __restrict__ a, const float* __restrict__ b, \
      i64 stride, float* __restrict__ y, float* __restrict__ mirror, i64 ahead) {                  \
    talus::score_tile<talus::Measure, 1>(rows_a, rows_b, steps, a, b, stride, y, mirror, ahead);   \
  }
TALUS_FOR_EACH_MEASURE(TALUS_TILES)
#undef TALUS_TILES
