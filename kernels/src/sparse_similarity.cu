// Similarity of the rows of a sparse matrix (CSR), a slab of rows against all: products through the
// columns, then scores; the k best are selected by similarity_top_k.cu.
//
// The matrix is transposed on the device once an operation. A block owns a row: for each of its
// stored elements, in order, its threads walk that column's elements, which belong to different
// rows, so that every sum is taken in the order of the row's columns: no float atomics, the same
// bits run after run, though the order within a column is any. Next: several rows a block for short
// columns, and accumulators in shared memory, a range of rows at a time. Measures of common columns
// keep several sums for each pair, in the same order.
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

// The elements of each column, as sparse_transpose leaves them.
struct Columns {
  const i64* offsets;
  const int* row_of;
  const float* value_of;
};

// Sums and then scores of row (first_row + the block's number) with all rows.
template <class Measure>
__device__ __forceinline__ void common_row(i64 all_rows, i64 first_row, const Csr& matrix,
                                           const Columns& columns, const float* terms,
                                           const Support& support, float* sums, float* scores) {
  i64 row = first_row + blockIdx.x;
  float* its = sums + static_cast<i64>(blockIdx.x) * all_rows * Measure::kSums;
  for (i64 at = threadIdx.x; at < all_rows * Measure::kSums; at += blockDim.x) {
    its[at] = 0;
  }
  i64 end = matrix.offsets[row + 1];
  for (i64 p = matrix.offsets[row]; p < end; p++) {
    __syncthreads();
    float value = matrix.values[p];
    i64 last = columns.offsets[matrix.columns[p] + 1];
    for (i64 q = columns.offsets[matrix.columns[p]] + threadIdx.x; q < last; q += blockDim.x) {
      i64 other = columns.row_of[q];
      Measure::add(value, columns.value_of[q], its + other * Measure::kSums);
    }
  }
  __syncthreads();
  float* its_scores = scores + static_cast<i64>(blockIdx.x) * all_rows;
  for (i64 other = threadIdx.x; other < all_rows; other += blockDim.x) {
    const float* pair = its + other * Measure::kSums;
    float score = support.of(Measure::similarity(pair), pair[0]);
    its_scores[other] = score + (terms[row] + terms[other]);
  }
}

}  // namespace
}  // namespace talus

// counts[c] = stored elements of column c, from 0. Launch: any grid and block in one dimension.
extern "C" __global__ void sparse_count_columns(i64 stored, const int* __restrict__ columns,
                                                unsigned* counts) {
  for (i64 p = talus::global_thread(); p < stored; p += talus::global_threads()) {
    atomicAdd(&counts[columns[p]], 1u);
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

// The elements of each column, in any order: the row of each, and its scaled value. counts: zeros,
// used up. Launch: a warp for each row.
extern "C" __global__ void sparse_transpose(i64 rows, const i64* __restrict__ row_offsets,
                                            const int* __restrict__ columns,
                                            const float* __restrict__ scaled,
                                            const i64* __restrict__ offsets, unsigned* counts,
                                            int* row_of, float* value_of) {
  i64 row = talus::global_thread() / talus::kWarp;
  if (row >= rows) {
    return;
  }
  i64 end = row_offsets[row + 1];
  for (i64 p = row_offsets[row] + threadIdx.x % talus::kWarp; p < end; p += talus::kWarp) {
    int column = columns[p];
    i64 place = offsets[column] + atomicAdd(&counts[column], 1u);
    row_of[place] = static_cast<int>(row);
    value_of[place] = scaled[p];
  }
}

// sums[i, j] = row (first_row + i) times row j, for all j. Launch: a block for each i, of any
// number of threads.
extern "C" __global__ void sparse_products(i64 all_rows, i64 first_row,
                                           const i64* __restrict__ row_offsets,
                                           const int* __restrict__ columns,
                                           const float* __restrict__ scaled,
                                           const i64* __restrict__ offsets,
                                           const int* __restrict__ row_of,
                                           const float* __restrict__ value_of, float* sums) {
  float* its = sums + static_cast<i64>(blockIdx.x) * all_rows;
  for (i64 other = threadIdx.x; other < all_rows; other += blockDim.x) {
    its[other] = 0;
  }
  i64 end = row_offsets[first_row + blockIdx.x + 1];
  for (i64 p = row_offsets[first_row + blockIdx.x]; p < end; p++) {
    __syncthreads();
    float value = scaled[p];
    i64 last = offsets[columns[p] + 1];
    for (i64 q = offsets[columns[p]] + threadIdx.x; q < last; q += blockDim.x) {
      int other = row_of[q];
      its[other] = __fmaf_rn(value, value_of[q], its[other]);
    }
  }
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
// have too little in common; sums: kSums floats for each of them. Launch: a block for each i, of
// any number of threads.
#define TALUS_SPARSE_COMMON(name, Measure)                                                        \
  extern "C" __global__ void sparse_rows_f32_##name(                                              \
      i64 rows, i64 columns, const i64* row_offsets, const int* column_indices,                   \
      const float* values, float* scaled, float* terms) {                                         \
    talus::row_form<talus::Measure>(rows, columns, {row_offsets, column_indices, values}, scaled, \
                                    terms);                                                       \
  }                                                                                               \
  extern "C" __global__ void sparse_common_f32_##name(                                            \
      i64 all_rows, i64 first_row, const i64* __restrict__ row_offsets,                           \
      const int* __restrict__ columns, const float* __restrict__ scaled,                          \
      const i64* __restrict__ offsets, const int* __restrict__ row_of,                            \
      const float* __restrict__ value_of, const float* __restrict__ terms, float least,           \
      float shrinkage, float free, float* sums, float* scores) {                                  \
    talus::common_row<talus::Measure>(all_rows, first_row, {row_offsets, columns, scaled},        \
                                      {offsets, row_of, value_of}, terms,                         \
                                      {least, shrinkage, free}, sums, scores);                    \
  }

TALUS_FOR_EACH_COMMON_MEASURE(TALUS_SPARSE_COMMON)
