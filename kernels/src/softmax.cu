// Softmax and log-softmax of each row: one read and one write of device memory.
//
//   kernel   rows of           threads of a row       launch: blocks, threads, dynamic shared
//   narrow   at most 32        1                      rows / 128, 128, 128 (columns | 1) floats
//   warp_E   at most 32 E      32                     rows / 4, 128
//   block_E  at most E threads columns / E            rows, a multiple of 32 up to 1024
//                                                     (768: block_16, which finds each address)
//   sliced   any               320 of each block      rows times team, 320; common/sliced_row.cuh
//                                                     says when a row is read once
//
// E: elements of a thread; block_32 has a `_quads` and an `_aligned` kernel only. Blocks are
// rounded up. `_aligned` kernels move four elements at a time: x and y are multiples of 16 bytes
// and columns of 4; `_quads` kernels give the same bits for other x and y, and the rest is for
// other columns. y may be x.
#include "common/narrow_rows.cuh"
#include "common/sliced_row.cuh"

using talus::i64;
using talus::Layout;

namespace talus {

// What comes of an element once its row is summed. Of exp(x - max): exp(x - max) / total.
struct Softmax {
  static constexpr bool kWantsExp = true;
  float factor;
  __device__ __forceinline__ Softmax(float, float total) : factor(1.0f / total) {}
  // Of a slice, whose exponentials are below its own maximum.
  __device__ __forceinline__ Softmax(RowSums row, float max)
      : factor(expf(max - row.max) / row.total()) {}
  __device__ __forceinline__ float operator()(float e) const { return e * factor; }
};

// Of x itself: x - max - log(total).
struct LogSoftmax {
  static constexpr bool kWantsExp = false;
  float max, log_total;
  __device__ __forceinline__ LogSoftmax(float max, float total)
      : max(max), log_total(logf(total)) {}
  __device__ __forceinline__ LogSoftmax(RowSums row, float) : LogSoftmax(row.max, row.total()) {}
  __device__ __forceinline__ float operator()(float x) const { return (x - max) - log_total; }
};

template <typename Result>
__device__ __forceinline__ void softmax_narrow(i64 rows, int columns, const float* x, float* y) {
  extern __shared__ float cells[];
  NarrowRows block(cells, rows, columns);
  block.load(x);
  __syncthreads();
  if (block.has_row()) {
    float* row = block.row();
    float max = block.max(), total = 0;
#pragma unroll 4
    for (int c = 0; c < columns; c++) {
      float e = expf(row[c] - max);
      total += e;
      row[c] = Result::kWantsExp ? e : row[c];
    }
    Result result(max, total);
#pragma unroll 4
    for (int c = 0; c < columns; c++) {
      row[c] = result(row[c]);
    }
  }
  __syncthreads();
  block.store(y);
}

template <typename Result, int Elements, Layout kLayout, typename Group>
__device__ __forceinline__ void softmax_row(Group group, const float* x, float* y, int columns) {
  RowTile<Elements, kLayout> tile(group.thread(), group.threads(), columns);
  tile.load(x);
  float max = group.template all<Larger>(tile.max()), sum = 0;
#pragma unroll
  for (int i = 0; i < Elements; i++) {
    float e = expf(tile.values[i] - max);
    sum += e;
    tile.values[i] = Result::kWantsExp ? e : tile.values[i];
  }
  Result result(max, group.template all<Sum>(sum));
#pragma unroll
  for (int i = 0; i < Elements; i++) {
    tile.values[i] = result(tile.values[i]);
  }
  tile.store(y);
}

template <typename Result, int Elements, Layout kLayout>
__device__ __forceinline__ void softmax_warp(i64 rows, int columns, const float* x, float* y) {
  i64 row = global_thread() / kWarp;
  if (row < rows) {
    softmax_row<Result, Elements, kLayout>(WarpGroup{}, x + row * columns, y + row * columns,
                                           columns);
  }
}

template <typename Result, int Elements, Layout kLayout>
__device__ __forceinline__ void softmax_block(int columns, const float* x, float* y) {
  __shared__ float shared[2 * kWarp];
  i64 start = static_cast<i64>(blockIdx.x) * columns;
  softmax_row<Result, Elements, kLayout>(BlockGroup{shared}, x + start, y + start, columns);
}

template <typename Result, Layout kLayout>
__device__ __forceinline__ void softmax_sliced(const Slices& slices, const float* x, float* y) {
  constexpr bool kExp = Result::kWantsExp;
  __shared__ float shared[3 * kWarp], found[3];
  __shared__ unsigned number;
  SlicedRow<kLayout> row(slices, &number);
  x += row.index * slices.columns;
  y += row.index * slices.columns;
  auto tile = row.template sum<kExp>(x, BlockGroup{shared}, false);
  RowSums all = row.all(found).row;
  row.template for_each<kExp>(&tile, x, [&](auto* tile, int slice) {
    Result result(all, row.sums_of(slice).max);
#pragma unroll
    for (int i = 0; i < kSliceElements; i++) {
      tile->values[i] = result(tile->values[i]);
    }
    tile->store(y + row.start(slice));
  });
}

}  // namespace talus

// Each variant of both functions.
#define TALUS_ROWS(name, threads, body)                                         \
  extern "C" __global__ void __launch_bounds__(threads)                         \
      softmax_f32_##name(i64 rows, i64 columns, const float* x, float* y) {     \
    using Result = talus::Softmax;                                              \
    body;                                                                       \
  }                                                                             \
  extern "C" __global__ void __launch_bounds__(threads)                         \
      log_softmax_f32_##name(i64 rows, i64 columns, const float* x, float* y) { \
    using Result = talus::LogSoftmax;                                           \
    body;                                                                       \
  }

TALUS_ROWS(narrow, 128, talus::softmax_narrow<Result>(rows, columns, x, y))
TALUS_ROWS(warp_4, 128, (talus::softmax_warp<Result, 4, Layout::kSingles>(rows, columns, x, y)))
TALUS_ROWS(warp_4_quads, 128, (talus::softmax_warp<Result, 4, Layout::kQuads>(rows, columns, x, y)))
TALUS_ROWS(warp_4_aligned, 128,
           (talus::softmax_warp<Result, 4, Layout::kVector>(rows, columns, x, y)))
TALUS_ROWS(warp_8, 128, (talus::softmax_warp<Result, 8, Layout::kSingles>(rows, columns, x, y)))
TALUS_ROWS(warp_8_quads, 128, (talus::softmax_warp<Result, 8, Layout::kQuads>(rows, columns, x, y)))
TALUS_ROWS(warp_8_aligned, 128,
           (talus::softmax_warp<Result, 8, Layout::kVector>(rows, columns, x, y)))
TALUS_ROWS(warp_16, 128, (talus::softmax_warp<Result, 16, Layout::kSingles>(rows, columns, x, y)))
TALUS_ROWS(warp_16_quads, 128,
           (talus::softmax_warp<Result, 16, Layout::kQuads>(rows, columns, x, y)))
TALUS_ROWS(warp_16_aligned, 128,
           (talus::softmax_warp<Result, 16, Layout::kVector>(rows, columns, x, y)))
TALUS_ROWS(block_16, 768, (talus::softmax_block<Result, 16, Layout::kSingles>(columns, x, y)))
TALUS_ROWS(block_16_quads, 1024, (talus::softmax_block<Result, 16, Layout::kQuads>(columns, x, y)))
TALUS_ROWS(block_16_aligned, 1024,
           (talus::softmax_block<Result, 16, Layout::kVector>(columns, x, y)))
TALUS_ROWS(block_32_quads, 1024, (talus::softmax_block<Result, 32, Layout::kQuads>(columns, x, y)))
TALUS_ROWS(block_32_aligned, 1024,
           (talus::softmax_block<Result, 32, Layout::kVector>(columns, x, y)))

#define TALUS_SLICED_ROWS(name, layout)                                                          \
  extern "C" __global__ void __launch_bounds__(talus::kSliceThreads, 2)                          \
      softmax_f32_##name(i64 rows, i64 columns, const float* x, float* y, int length, int count, \
                         int team, talus::SliceSums* sums, unsigned* counters) {                 \
    talus::Slices slices = {columns, length, count, team, sums, counters};                       \
    talus::softmax_sliced<talus::Softmax, layout>(slices, x, y);                                 \
  }                                                                                              \
  extern "C" __global__ void __launch_bounds__(talus::kSliceThreads, 2)                          \
      log_softmax_f32_##name(i64 rows, i64 columns, const float* x, float* y, int length,        \
                             int count, int team, talus::SliceSums* sums, unsigned* counters) {  \
    talus::Slices slices = {columns, length, count, team, sums, counters};                       \
    talus::softmax_sliced<talus::LogSoftmax, layout>(slices, x, y);                              \
  }

TALUS_SLICED_ROWS(sliced, Layout::kSingles)
TALUS_SLICED_ROWS(sliced_quads, Layout::kQuads)
TALUS_SLICED_ROWS(sliced_aligned, Layout::kVector)
