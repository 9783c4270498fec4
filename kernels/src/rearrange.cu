// The transpose of a matrix, of single values or of whole rows, and rows of a table by their
// numbers.
//
// Next idea: for the transpose of matrices less than a tile wide, several rows side by side in a
// tile; here most lanes of a warp then idle, though the lines of memory are shared in the cache.
#include "common/pack.cuh"

using talus::global_thread;
using talus::global_threads;
using talus::i64;
using talus::Position;
using talus::Quad;
using talus::Single;

namespace {

constexpr int kTile = 32;
constexpr int kTileRows = 8;

// y[r, :] = x[source(r), :] for rows of `columns`, `size` elements of y.
template <typename Source, typename At>
__device__ __forceinline__ void copy_rows(i64 size, i64 columns, const float* __restrict__ x,
                                          float* __restrict__ y, const Source& source, At at) {
  i64 first = global_thread() * At::kSize, stride = global_threads() * At::kSize;
  if (first >= size) {
    return;
  }
  Position position(first, columns), step(stride, columns);
  for (i64 i = first; i < size; i += stride) {
    at.store(y + i, at.load(x + source(position.row) * columns + position.column));
    position.advance(step, columns);
  }
}

template <typename Source>
__device__ __forceinline__ void copy_rows(i64 size, i64 quads, i64 columns,
                                          const float* __restrict__ x, float* __restrict__ y,
                                          const Source& source) {
  if (quads > 0) {
    copy_rows(size, columns, x, y, source, Quad{});
  } else {
    copy_rows(size, columns, x, y, source, Single{});
  }
}

}  // namespace

// y = x transposed, x rows x columns. A block moves a tile of 32 x 32 through shared memory, a
// column wider than the tile so that reading it along columns meets every bank once; a warp reads
// and writes 32 elements side by side. Launch: 256 threads, one block for each tile, `across` tiles
// side by side; less than 2^31 tiles.
extern "C" __global__ void transpose_f32(i64 rows, i64 columns, int across,
                                         const float* __restrict__ x, float* __restrict__ y) {
  __shared__ float tile[kTile][kTile + 1];
  int lane = threadIdx.x % kTile, line = threadIdx.x / kTile;
  i64 top = static_cast<i64>(blockIdx.x / across) * kTile;
  i64 left = static_cast<i64>(blockIdx.x % across) * kTile;
#pragma unroll
  for (int r = 0; r < kTile; r += kTileRows) {
    i64 row = top + line + r;
    if (row < rows && left + lane < columns) {
      tile[line + r][lane] = x[row * columns + left + lane];
    }
  }
  __syncthreads();
#pragma unroll
  for (int r = 0; r < kTile; r += kTileRows) {
    i64 column = left + line + r;
    if (column < columns && top + lane < rows) {
      y[column * rows + top + lane] = tile[lane][line + r];
    }
  }
}

// y[i, :] = table[indices[i], :], `size` elements of y. The indices are in range. Launch: any grid
// and block in one dimension; `quads` is size / 4 where columns is a multiple of 4 and table and y
// lie at multiples of 16 bytes, else 0. One read and one write of the rows taken.
extern "C" __global__ void gather_rows_f32(i64 size, i64 quads, i64 columns,
                                           const float* __restrict__ table,
                                           const int* __restrict__ indices, float* __restrict__ y) {
  copy_rows(size, quads, columns, table, y, [=](i64 row) -> i64 { return indices[row]; });
}

// y[j, i, :] = x[i, j, :] with x outer x inner x width; launched as gather_rows_f32.
extern "C" __global__ void swap_axes_f32(i64 size, i64 quads, i64 width, i64 outer, i64 inner,
                                         const float* __restrict__ x, float* __restrict__ y) {
  copy_rows(size, quads, width, x, y,
            [=](i64 row) -> i64 { return row % outer * inner + row / outer; });
}
