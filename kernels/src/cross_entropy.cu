// Softmax cross-entropy of rows of logits, and its gradient: one read of the logits and one write
// of the gradients; softmax.cu's table of variants and launches holds here too. Losses are added in
// double, in a fixed order: those of a block, or of a sliced row, where they are found; those of
// all blocks or rows by cross_entropy_sum_f32; where one block has all of a narrow problem, it does
// that itself, and counts the rows too. Next idea: several lanes a row where narrow rows are few.
#include "common/cross_entropy.cuh"

using talus::i64;
using talus::Layout;

namespace talus {

__device__ __forceinline__ void losses_narrow(const CrossEntropy& p) {
  extern __shared__ float cells[];
  __shared__ double shared[kWarp];
  NarrowRows rows(cells, p.rows, static_cast<int>(p.classes));
  rows.load(p.logits);
  i64 row = rows.first_row() + threadIdx.x;
  int target = rows.has_row() ? p.targets[row] : p.ignored;
  bool counts = rows.has_row() && target != p.ignored;
  i64 count = p.counted;
  if (count < 0) {
    count = p.counts == nullptr ? __syncthreads_count(counts) : *p.counts;
  }
  __syncthreads();
  float loss = 0;
  if (rows.has_row()) {
    loss = cross_entropy_narrow(p, rows, target, p.coefficient(count));
    if (p.per_row) {
      p.loss[row] = loss;
    }
  }
  __syncthreads();
  if (p.d_logits != nullptr) {
    rows.store(p.d_logits);
  }
  if (!p.per_row) {
    double sum = block_all<Sum>(static_cast<double>(loss), shared);
    if (threadIdx.x == 0) {
      if (p.partials != nullptr) {
        p.partials[blockIdx.x] = sum;
      } else {
        *p.loss = count == 0 ? 0 : static_cast<float>(sum / static_cast<double>(count));
      }
    }
  }
}

template <int Elements, Layout kLayout>
__device__ __forceinline__ void losses_warp(const CrossEntropy& p) {
  constexpr int kRows = 4;  // of a block
  __shared__ float losses[kRows];
  i64 row = global_thread() / kWarp;
  if (threadIdx.x < kRows) {
    losses[threadIdx.x] = 0;
  }
  __syncthreads();
  float loss;
  if (row < p.rows && cross_entropy_row<Elements, kLayout>(p, WarpGroup{}, row, &loss)) {
    losses[threadIdx.x / kWarp] = loss;
    if (p.per_row) {
      p.loss[row] = loss;
    }
  }
  if (!p.per_row) {
    __syncthreads();
    if (threadIdx.x == 0) {
      double sum = losses[0];
      for (int i = 1; i < kRows; i++) {
        sum += losses[i];
      }
      p.partials[blockIdx.x] = sum;
    }
  }
}

__device__ __forceinline__ void put_loss_of_row(const CrossEntropy& p, i64 row, float loss) {
  if (p.per_row) {
    p.loss[row] = loss;
  } else {
    p.partials[row] = loss;
  }
}

template <int Elements, Layout kLayout>
__device__ __forceinline__ void losses_block(const CrossEntropy& p) {
  __shared__ float shared[4 * kWarp];
  float loss;
  if (cross_entropy_row<Elements, kLayout>(p, BlockGroup{shared}, blockIdx.x, &loss)) {
    put_loss_of_row(p, blockIdx.x, loss);
  }
}

template <Layout kLayout>
__device__ __forceinline__ void losses_sliced(const CrossEntropy& p, const Slices& slices) {
  __shared__ float shared[4 * kWarp], found[3];
  __shared__ unsigned number;
  SlicedRow<kLayout> row(slices, &number);
  float loss;
  if (cross_entropy_slices(p, row, BlockGroup{shared}, found, &loss)) {
    put_loss_of_row(p, row.index, loss);
  }
}

}  // namespace talus

#define TALUS_LOSSES(name, threads, body)                                                          \
  extern "C" __global__ void __launch_bounds__(threads) softmax_cross_entropy_f32_##name(          \
      i64 rows, i64 classes, const float* logits, const int* targets, int ignored,                 \
      float smoothing, float scale, i64 counted, const i64* counts, int per_row, float* loss,      \
      double* partials, float* d_logits) {                                                         \
    talus::CrossEntropy problem = {rows,    classes, logits,  targets, ignored,  smoothing, scale, \
                                   counted, counts,  per_row, loss,    partials, d_logits};        \
    body;                                                                                          \
  }

TALUS_LOSSES(narrow, 128, (talus::losses_narrow(problem)))
TALUS_LOSSES(warp_4, 128, (talus::losses_warp<4, Layout::kSingles>(problem)))
TALUS_LOSSES(warp_4_quads, 128, (talus::losses_warp<4, Layout::kQuads>(problem)))
TALUS_LOSSES(warp_4_aligned, 128, (talus::losses_warp<4, Layout::kVector>(problem)))
TALUS_LOSSES(warp_8, 128, (talus::losses_warp<8, Layout::kSingles>(problem)))
TALUS_LOSSES(warp_8_quads, 128, (talus::losses_warp<8, Layout::kQuads>(problem)))
TALUS_LOSSES(warp_8_aligned, 128, (talus::losses_warp<8, Layout::kVector>(problem)))
TALUS_LOSSES(warp_16, 128, (talus::losses_warp<16, Layout::kSingles>(problem)))
TALUS_LOSSES(warp_16_quads, 128, (talus::losses_warp<16, Layout::kQuads>(problem)))
TALUS_LOSSES(warp_16_aligned, 128, (talus::losses_warp<16, Layout::kVector>(problem)))
TALUS_LOSSES(block_16, 768, (talus::losses_block<16, Layout::kSingles>(problem)))
TALUS_LOSSES(block_16_quads, 1024, (talus::losses_block<16, Layout::kQuads>(problem)))
TALUS_LOSSES(block_16_aligned, 1024, (talus::losses_block<16, Layout::kVector>(problem)))
TALUS_LOSSES(block_32_quads, 1024, (talus::losses_block<32, Layout::kQuads>(problem)))
TALUS_LOSSES(block_32_aligned, 1024, (talus::losses_block<32, Layout::kVector>(problem)))

#define TALUS_SLICED_LOSSES(name, layout)                                                          \
  extern "C" __global__ void __launch_bounds__(talus::kSliceThreads, 2)                            \
      softmax_cross_entropy_f32_##name(                                                            \
          i64 rows, i64 classes, const float* logits, const int* targets, int ignored,             \
          float smoothing, float scale, i64 counted, const i64* counts, int per_row, float* loss,  \
          double* partials, float* d_logits, int length, int count, int team,                      \
          talus::SliceSums* sums, unsigned* counters) {                                            \
    talus::CrossEntropy problem = {rows,    classes, logits,  targets, ignored,  smoothing, scale, \
                                   counted, counts,  per_row, loss,    partials, d_logits};        \
    talus::Slices slices = {classes, length, count, team, sums, counters};                         \
    talus::losses_sliced<layout>(problem, slices);                                                 \
  }

TALUS_SLICED_LOSSES(sliced, Layout::kSingles)
TALUS_SLICED_LOSSES(sliced_quads, Layout::kQuads)
TALUS_SLICED_LOSSES(sliced_aligned, Layout::kVector)

// The loss of all rows from those of blocks or rows. Launch: one block of 1024 threads. counted,
// counts: as in CrossEntropy; 1 for a sum.
extern "C" __global__ void __launch_bounds__(1024)
    cross_entropy_sum_f32(i64 count, const double* partials, i64 counted, const i64* counts,
                          float* loss) {
  __shared__ double shared[talus::kWarp];
  double sum = 0;
#pragma unroll 4
  for (i64 i = threadIdx.x; i < count; i += 1024) {
    sum += partials[i];
  }
  sum = talus::block_all<talus::Sum>(sum, shared);
  if (threadIdx.x == 0) {
    i64 rows = counted < 0 ? *counts : counted;
    *loss = rows == 0 ? 0 : static_cast<float>(sum / static_cast<double>(rows));
  }
}

// counts[block] = rows of the block's part whose target is not `ignored`. Launch: any number of
// blocks of 1024 threads.
extern "C" __global__ void __launch_bounds__(1024)
    count_targets_i32(i64 rows, const int* targets, int ignored, i64* counts) {
  __shared__ i64 shared[talus::kWarp];
  i64 count = 0;
#pragma unroll 4
  for (i64 i = talus::global_thread(); i < rows; i += talus::global_threads()) {
    count += targets[i] != ignored;
  }
  count = talus::block_all<talus::Sum>(count, shared);
  if (threadIdx.x == 0) {
    counts[blockIdx.x] = count;
  }
}

// *total = sum of counts. Launch: one block of 1024 threads.
extern "C" __global__ void __launch_bounds__(1024)
    add_counts_i64(i64 size, const i64* counts, i64* total) {
  __shared__ i64 shared[talus::kWarp];
  i64 sum = 0;
  for (i64 i = threadIdx.x; i < size; i += 1024) {
    sum += counts[i];
  }
  sum = talus::block_all<talus::Sum>(sum, shared);
  if (threadIdx.x == 0) {
    *total = sum;
  }
}
