// Similarity of the rows of a sparse matrix (CSR), a slab of rows against all: products through the
// columns, then scores; the k best are selected by similarity_top_k.cu.
//
// The matrix is transposed on the device once an operation, in ranges of its rows. A block owns a
// row and a range of the others, whose sums with it lie in shared memory: for each of its stored
// elements, in order, its threads walk what the range has in that column, elements of different
// rows, so that every sum is taken in the order of the row's columns: no float atomics, the same
// bits run after run, though the order within a column is any. Where the ranges would have next to
// nothing in a column, there is one of all rows, whose sums are in device memory. Measures of
// common columns keep several sums for each pair, in the same order.
//
// On a card, each visit of a column waits for two loads one after the other; next: those of the
// following column asked for before.
#include "common/common_measures.cuh"
#include "common/index.cuh"
#include "common/measures.cuh"
#include "common/reduce.cuh"
#include "common/row_sums.cuh"

using talus::i64;

namespace talus {
namespace {

struct Csr {
  const i64* offsets;
  const int* columns;
  const float* values;
};

// |u - v|^2 from the rows themselves, whose columns ascend.
struct RowDistance {
  Csr rows;
  i64 u, v;

  __device__ float operator()() const {
    i64 p = rows.offsets[u], p_end = rows.offsets[u + 1];
    i64 q = rows.offsets[v], q_end = rows.offsets[v + 1];
    double sum = 0;
    while (p < p_end || q < q_end) {
      int at_p = p < p_end ? rows.columns[p] : 0x7fffffff;
      int at_q = q < q_end ? rows.columns[q] : 0x7fffffff;
      double difference =
          (at_p <= at_q ? rows.values[p] : 0.0f) - (at_q <= at_p ? rows.values[q] : 0.0f);
      sum += difference * difference;
      p += at_p <= at_q;
      q += at_q <= at_p;
    }
    return static_cast<float>(sum);
  }
};

template <class Measure>
__device__ __forceinline__ void row_form(i64 rows, i64 columns, const Csr& matrix, float* scaled,
                                         float* terms) {
  i64 row = global_thread() / kWarp;
  if (row >= rows) {
    return;
  }
  i64 first = matrix.offsets[row];
  i64 count = matrix.offsets[row + 1] - first;
  RowForm form = Measure::sparse_row(WarpRow{matrix.values + first, count, columns});
  for (i64 p = threadIdx.x % kWarp; p < count; p += kWarp) {
    scaled[first + p] = static_cast<float>((matrix.values[first + p] - form.shift) * form.scale);
  }
  if (threadIdx.x % kWarp == 0) {
    terms[row] = form.term;
  }
}

template <class Measure>
__device__ __forceinline__ void score_row(i64 all_rows, i64 first_row, const Csr& matrix,
                                          const float* terms, float* sums) {
  i64 row = first_row + blockIdx.x;
  float* its = sums + static_cast<i64>(blockIdx.x) * all_rows;
  for (i64 other = threadIdx.x; other < all_rows; other += blockDim.x) {
    float value = Measure::value(its[other], terms[row], terms[other]);
    its[other] = Measure::score(value, terms[row], terms[other], RowDistance{matrix, row, other});
  }
}

// A range of rows, which begins at `first`: its elements by column, as sparse_transpose leaves
// them.
struct Range {
  i64 first, rows;
  const i64* offsets;
  const int* row_of;
  const float* value_of;
};

// The range of the block, blockIdx.y: `rows` each, but for the last.
__device__ __forceinline__ Range range_of(i64 all_rows, i64 rows, i64 columns, const i64* offsets,
                                          const int* row_of, const float* value_of) {
  i64 first = blockIdx.y * rows;
  return {first, min(rows, all_rows - first), offsets + blockIdx.y * columns, row_of, value_of};
}

// For each stored element of `row`, in order: add(its value, value, place) for all elements of the
// range in its column, which are at different places: rows less the range's first.
template <class Add>
__device__ __forceinline__ void walk(const Csr& matrix, i64 row, const Range& range,
                                     const Add& add) {
  i64 end = matrix.offsets[row + 1];
  for (i64 at = matrix.offsets[row]; at < end; at += kWarp) {
    // A lane looks one column up, so that 32 of them are waited for once.
    i64 mine = at + threadIdx.x % kWarp;
    float value = 0;
    i64 begin = 0;
    int count = 0;
    if (mine < end) {
      int column = matrix.columns[mine];
      value = matrix.values[mine];
      begin = range.offsets[column];
      count = static_cast<int>(range.offsets[column + 1] - begin);
    }
    int columns = static_cast<int>(min(static_cast<i64>(kWarp), end - at));
    for (int j = 0; j < columns; j++) {
      float u = __shfl_sync(kAllLanes, value, j);
      i64 first = __shfl_sync(kAllLanes, begin, j);
      int all = __shfl_sync(kAllLanes, count, j);
      __syncthreads();
      for (int k = threadIdx.x; k < all; k += blockDim.x) {
        add(u, range.value_of[first + k], range.row_of[first + k] - range.first);
      }
    }
  }
  __syncthreads();
}

// finish(row of the range less its first, sums) for each, with Sums::kSums sums over the columns of
// `row`, kept at `its`.
template <class Sums, class Finish>
__device__ __forceinline__ void meet(const Csr& matrix, i64 row, const Range& range, float* its,
                                     const Finish& finish) {
  constexpr int kSums = Sums::kSums;
  i64 stride = range.rows;
  for (i64 at = threadIdx.x; at < stride * kSums; at += blockDim.x) {
    its[at] = 0;
  }
  walk(matrix, row, range, [=](float u, float v, i64 place) {
    float sums[kSums];
#pragma unroll
    for (int s = 0; s < kSums; s++) {
      sums[s] = its[s * stride + place];
    }
    Sums::add(u, v, sums);
#pragma unroll
    for (int s = 0; s < kSums; s++) {
      its[s * stride + place] = sums[s];
    }
  });
  for (i64 place = threadIdx.x; place < stride; place += blockDim.x) {
    float sums[kSums];
#pragma unroll
    for (int s = 0; s < kSums; s++) {
      sums[s] = its[s * stride + place];
    }
    finish(place, sums);
  }
}

// Rows whose sums fit the shared memory of a block.
template <class Sums>
constexpr int kRangeRows = Sums::kSums == 1   ? 4096
                           : Sums::kSums == 2 ? 2048
                                              : 1024;

// meet() in shared memory, or, of a longer range, at `sums`: kSums floats for each row of the slab
// and of the range.
template <class Sums, class Finish>
__device__ __forceinline__ void meet_in_memory(const Csr& matrix, i64 row, const Range& range,
                                               float* sums, const Finish& finish) {
  __shared__ float shared[Sums::kSums * kRangeRows<Sums>];
  if (range.rows <= kRangeRows<Sums>) {
    meet<Sums>(matrix, row, range, shared, finish);
  } else {
    float* its = sums + static_cast<i64>(blockIdx.x) * range.rows * Sums::kSums;
    meet<Sums>(matrix, row, range, its, finish);
  }
}

// Scores of `row` with the rows of the range.
template <class Measure>
__device__ __forceinline__ void common_row(const Csr& matrix, i64 row, const Range& range,
                                           const float* terms, const Support& support, float* sums,
                                           float* scores) {
  meet_in_memory<Measure>(matrix, row, range, sums, [=](i64 place, const float* pair) {
    i64 other = range.first + place;
    float similarity =
        Measure::similarity(pair, terms[row], terms[other], RowDistance{matrix, row, other});
    scores[place] = support.of(similarity, pair[0]);
  });
}

struct Product {
  static constexpr int kSums = 1;

  static __device__ __forceinline__ void add(float u, float v, float* sums) {
    sums[0] = __fmaf_rn(u, v, sums[0]);
  }
};

}  // namespace
}  // namespace talus

// counts[r, c] = elements of column c stored in range r of the rows, from 0. Launch: a warp for
// each row.
extern "C" __global__ void sparse_count_columns(i64 rows, i64 range_rows, i64 columns,
                                                const i64* __restrict__ row_offsets,
                                                const int* __restrict__ column_indices,
                                                unsigned* counts) {
  i64 row = talus::global_thread() / talus::kWarp;
  if (row >= rows) {
    return;
  }
  unsigned* its = counts + row / range_rows * columns;
  i64 end = row_offsets[row + 1];
  for (i64 p = row_offsets[row] + threadIdx.x % talus::kWarp; p < end; p += talus::kWarp) {
    atomicAdd(&its[column_indices[p]], 1u);
  }
}

// offsets[c] = the sum of counts before c, for c = 0 .. columns; counts become 0. Launch: one block
// of 1024 threads.
extern "C" __global__ void sparse_column_offsets(i64 columns, unsigned* counts, i64* offsets) {
  __shared__ i64 shared[1024];
  i64 each = (columns + 1023) / 1024;
  i64 first = min(columns, each * threadIdx.x), end = min(columns, first + each);
  i64 sum = 0;
  for (i64 c = first; c < end; c++) {
    sum += counts[c];
  }
  shared[threadIdx.x] = sum;
  __syncthreads();
  for (int distance = 1; distance < 1024; distance *= 2) {
    i64 before = threadIdx.x >= distance ? shared[threadIdx.x - distance] : 0;
    __syncthreads();
    shared[threadIdx.x] += before;
    __syncthreads();
  }
  i64 at = shared[threadIdx.x] - sum;
  for (i64 c = first; c < end; c++) {
    offsets[c] = at;
    at += counts[c];
    counts[c] = 0;
  }
  if (threadIdx.x == 1023) {
    offsets[columns] = shared[1023];
  }
}

// The elements of each column in each range of the rows, in any order: the row of each, and its
// scaled value. counts: zeros, used up. Launch: a warp for each row.
extern "C" __global__ void sparse_transpose(i64 rows, i64 range_rows, i64 columns,
                                            const i64* __restrict__ row_offsets,
                                            const int* __restrict__ column_indices,
                                            const float* __restrict__ scaled,
                                            const i64* __restrict__ offsets, unsigned* counts,
                                            int* row_of, float* value_of) {
  i64 row = talus::global_thread() / talus::kWarp;
  if (row >= rows) {
    return;
  }
  i64 range = row / range_rows * columns;
  i64 end = row_offsets[row + 1];
  for (i64 p = row_offsets[row] + threadIdx.x % talus::kWarp; p < end; p += talus::kWarp) {
    i64 column = range + column_indices[p];
    i64 place = offsets[column] + atomicAdd(&counts[column], 1u);
    row_of[place] = static_cast<int>(row);
    value_of[place] = scaled[p];
  }
}

// sums[i, j] = row (first_row + i) times row j, for all j. Launch: a block of whole warps for each
// i and, in y, for each range of range_rows rows: at most 4096, or one of all.
extern "C" __global__ void sparse_products(i64 all_rows, i64 first_row, i64 range_rows, i64 columns,
                                           const i64* __restrict__ row_offsets,
                                           const int* __restrict__ column_indices,
                                           const float* __restrict__ scaled,
                                           const i64* __restrict__ offsets,
                                           const int* __restrict__ row_of,
                                           const float* __restrict__ value_of, float* sums) {
  talus::Range range = talus::range_of(all_rows, range_rows, columns, offsets, row_of, value_of);
  float* its = sums + static_cast<i64>(blockIdx.x) * all_rows + range.first;
  talus::meet_in_memory<talus::Product>({row_offsets, column_indices, scaled},
                                        first_row + blockIdx.x, range, sums,
                                        [=](i64 place, const float* sum) { its[place] = sum[0]; });
}

// For each measure: `sparse_rows_f32_<measure>` makes the form in which a row enters the product
// (launch: a warp for each row); `sparse_scores_f32_<measure>` turns the sums of a slab into scores
// in place (launch: a block for each row of the slab).
#define TALUS_SPARSE(name, Measure)                                                               \
  extern "C" __global__ void sparse_rows_f32_##name(                                              \
      i64 rows, i64 columns, const i64* row_offsets, const int* column_indices,                   \
      const float* values, float* scaled, float* terms) {                                         \
    talus::row_form<talus::Measure::Sparse>(rows, columns, {row_offsets, column_indices, values}, \
                                            scaled, terms);                                       \
  }                                                                                               \
  extern "C" __global__ void sparse_scores_f32_##name(                                            \
      i64 all_rows, i64 first_row, const i64* row_offsets, const int* column_indices,             \
      const float* values, const float* terms, float* sums) {                                     \
    talus::score_row<talus::Measure::Sparse>(all_rows, first_row,                                 \
                                             {row_offsets, column_indices, values}, terms, sums); \
  }

TALUS_FOR_EACH_MEASURE(TALUS_SPARSE)
TALUS_SPARSE(tanimoto, Tanimoto)

// For each measure of common columns: the form of the rows as above, and `sparse_common_f32_
// <measure>`, sums and scores in one: scores[i, j] of row (first_row + i) and row j, NaN where they
// have too little in common. Launch: as sparse_products, with at most 2048 rows in a range where a
// pair has two sums, else 1024; with one range of all, kSums floats for each pair at `sums`.
#define TALUS_SPARSE_COMMON(name, Measure)                                                        \
  extern "C" __global__ void sparse_rows_f32_##name(                                              \
      i64 rows, i64 columns, const i64* row_offsets, const int* column_indices,                   \
      const float* values, float* scaled, float* terms) {                                         \
    talus::row_form<talus::Measure>(rows, columns, {row_offsets, column_indices, values}, scaled, \
                                    terms);                                                       \
  }                                                                                               \
  TALUS_SPARSE_PAIRS(sparse_common_f32_##name, talus::OfSums<talus::Measure>)

// The same for a measure of whole rows, of which pairs with too little in common are no candidates.
#define TALUS_SPARSE_SUPPORTED(name, Measure) \
  TALUS_SPARSE_PAIRS(sparse_supported_f32_##name, talus::OfWholeRows<talus::Measure::Sparse>)

#define TALUS_SPARSE_PAIRS(kernel, Pairs)                                                          \
  extern "C" __global__ void kernel(                                                               \
      i64 all_rows, i64 first_row, i64 range_rows, i64 columns,                                    \
      const i64* __restrict__ row_offsets, const int* __restrict__ column_indices,                 \
      const float* __restrict__ scaled, const i64* __restrict__ offsets,                           \
      const int* __restrict__ row_of, const float* __restrict__ value_of,                          \
      const float* __restrict__ terms, float least, float shrinkage, float free, float* sums,      \
      float* scores) {                                                                             \
    talus::Range range =                                                                           \
        talus::range_of(all_rows, range_rows, columns, offsets, row_of, value_of);                 \
    talus::common_row<Pairs>({row_offsets, column_indices, scaled}, first_row + blockIdx.x, range, \
                             terms, {least, shrinkage, free}, sums,                                \
                             scores + static_cast<i64>(blockIdx.x) * all_rows + range.first);      \
  }

TALUS_FOR_EACH_COMMON_MEASURE(TALUS_SPARSE_COMMON)
TALUS_FOR_EACH_MEASURE(TALUS_SPARSE_SUPPORTED)
TALUS_SPARSE_SUPPORTED(tanimoto, Tanimoto)
