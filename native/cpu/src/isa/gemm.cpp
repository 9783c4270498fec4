#include "gemm.h"

#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "gemm_plan.h"
#include "gemm_shallow.h"
#include "gemm_skinny.h"
#include "kernels.h"

namespace talus::TALUS_ISA {
namespace {

// Up to this many floats are packed by the caller alone.
constexpr int64_t kSerialPack = 8 * 1024;

// Multiply-adds of one task: at most few enough for the end to come evenly, at least about four
// microseconds'. Another thread takes one to arrive, and as much for each cache line of the last
// result that the other one wrote.
constexpr int64_t kTaskWork = 1 << 24, kLeastTaskWork = 320 * 1024;
constexpr int64_t kTasks = 16;

// Row panels whose depth of A stays in the second-level cache while columns go by; the same where
// each step is in another page. Fewer rows would copy B more often: 3 % on squares of 512.
constexpr int64_t kRowBlockFloats = 128 * 1024, kStepBlockFloats = 48 * 1024;

// The same where each task packs its rows for itself: a cache of 1 MiB with AVX-512. Such tasks are
// few for each thread and at least so many column panels wide, so that their packing pays.
constexpr int64_t kOwnRowBlockFloats = kLanes * 12 * 1024;
constexpr int64_t kOwnTasksPerThread = 4, kOwnColumnPanels = 16;

// With so few row groups each thread's share of the tasks is one of columns. All products of a
// training step then cut activations, weights and their gradients in the same places, and what a
// thread reads is what it wrote: a step of 784-512-10 at batch 128 takes three quarters of the time
// that it takes with shares of rows. With more row groups, tasks in a row share their rows of A.
constexpr int64_t kRowGroupsByColumns = 4;

// Whether each task packs its rows for itself; else that is done beforehand, or once.
bool tasks_pack_rows(const Product& x) {
  return wants_packed_rows(x) && !packs_rows_once(x) && row_panels(x.rows.count) >= kRowPanelsToOwn;
}

// The row panels that lie packed in this thread's scratch memory, of which call of
// multiply_in_parallel.
struct HeldRows {
  int64_t call, first;
};
thread_local HeldRows held_rows{0, 0};
int64_t calls = 0;

// Points the sides that are packed beforehand into `memory`.
void place_packed(Product* x, bool rows, float* memory) {
  if (wants_packed_columns(*x)) {
    x->columns.packed = memory;
    memory += packed_column_floats(*x);
  }
  if (rows) x->rows.packed = memory;
}

int64_t packed_floats(const Product& x, bool rows) {
  return (wants_packed_columns(x) ? packed_column_floats(x) : 0) +
         (rows ? packed_row_floats(x) : 0);
}

int multiply_serially(Product x) {
  int64_t rows = row_panels(x.rows.count), columns = column_panels(x.columns.count);
  int64_t block = block_floats(x, rows);
  float* scratch = scratch_floats(kGemmLocalPack, block + packed_floats(x, false));
  if (scratch == nullptr) return TALUS_OUT_OF_MEMORY;
  place_packed(&x, false, scratch + block);
  if (x.columns.packed != nullptr) {
    for (int64_t q = 0; q < columns; q++) pack_columns(x, q);
  }
  multiply_block(x, 0, rows, 0, columns, scratch);
  return TALUS_OK;
}

// The panels of one task: row_groups x column_groups tasks.
struct Groups {
  int64_t rows, columns;
};

Groups group(const Product& x) {
  int64_t rows = row_panels(x.rows.count), columns = column_panels(x.columns.count);
  bool packs_rows = tasks_pack_rows(x);
  bool packs_columns = x.columns.k_adjoins && x.columns.packed == nullptr;
  int64_t floats = packs_rows || packs_rows_once(x) ? kOwnRowBlockFloats
                   : x.rows.k_adjoins               ? kRowBlockFloats
                                                    : kStepBlockFloats;
  int64_t most_rows = packs_columns ? kRowPanelsToPack : floats / (x.depth * kTileRows + 1) + 1;
  int64_t row_groups = ceil_div(rows, most_rows);
  int64_t wide;
  if (packs_rows) {
    // As many for each thread.
    row_groups = ceil_div(row_groups, max_workers()) * max_workers();
    wide = ceil_div(row_groups * columns, kOwnTasksPerThread * max_workers());
    if (wide < kOwnColumnPanels) wide = kOwnColumnPanels;
  } else {
    int64_t panel_work = ceil_div(rows, row_groups) * kTileRows * kTileColumns * x.k + 1;
    wide = ceil_div(row_groups * columns, kTasks);
    if (wide * panel_work > kTaskWork) wide = kTaskWork / panel_work;
    if (wide * panel_work < kLeastTaskWork) wide = ceil_div(kLeastTaskWork, panel_work);
    if (wide > columns) wide = columns;
    if (wide < 1) wide = 1;
  }
  return {row_groups, ceil_div(columns, wide)};
}

int multiply_in_parallel(Product x) {
  int64_t rows = row_panels(x.rows.count), columns = column_panels(x.columns.count);
  const bool packs_once = packs_rows_once(x);
  const bool packs_rows = wants_packed_rows(x) && !tasks_pack_rows(x) && !packs_once;
  int64_t floats = packed_floats(x, packs_rows);
  if (floats > 0) {
    float* memory = scratch_floats(kGemmSharedPack, floats);
    if (memory == nullptr) return TALUS_OUT_OF_MEMORY;
    place_packed(&x, packs_rows, memory);
    int64_t packed_columns = x.columns.packed == nullptr ? 0 : columns;
    int64_t packed_rows = x.rows.packed == nullptr ? 0 : rows;
    auto pack = [&](int64_t task, int) {
      if (task < packed_columns) {
        pack_columns(x, task);
      } else {
        pack_rows(x, task - packed_columns);
      }
    };
    if (floats > kSerialPack) {
      parallel_for(packed_columns + packed_rows, pack);
    } else {
      for (int64_t task = 0; task < packed_columns + packed_rows; task++) pack(task, 0);
    }
  }
  Groups groups = group(x);
  int64_t block = block_floats(x, ceil_div(rows, groups.rows));
  const bool by_columns = groups.rows <= (packs_once ? 1 : kRowGroupsByColumns);
  const int64_t call = __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
  int status = TALUS_OK;
  parallel_for(groups.rows * groups.columns, [&](int64_t task, int) {
    float* scratch = scratch_floats(kGemmLocalPack, block);
    if (scratch == nullptr) {
      __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
      return;
    }
    int64_t r = by_columns ? task % groups.rows : task / groups.columns;
    int64_t q = by_columns ? task / groups.rows : task % groups.columns;
    const int64_t first = r * rows / groups.rows, last = (r + 1) * rows / groups.rows;
    const bool holds_rows = packs_once && held_rows.call == call && held_rows.first == first;
    multiply_block(x, first, last, q * columns / groups.columns, (q + 1) * columns / groups.columns,
                   scratch, holds_rows);
    held_rows = {call, first};
  });
  return status;
}

}  // namespace

int64_t packed_a_floats(int64_t m, int64_t k) { return m * k; }
int64_t packed_b_floats(int64_t n, int64_t k) { return column_panels(n) * kTileColumns * k; }

void pack_a(int trans_a, int64_t m, int64_t k, const float* a, int64_t lda, float* packed) {
  Product x{{m, a, lda, trans_a == 0, packed}, {}, k, k, false, {}};
  for (int64_t r = 0; r < (m == 0 ? 0 : row_panels(m)); r++) pack_rows(x, r);
}

void pack_b(int trans_b, int64_t n, int64_t k, const float* b, int64_t ldb, float* packed) {
  Product x{{}, {n, b, ldb, trans_b != 0, packed}, k, k, false, {}};
  for (int64_t q = 0; q < column_panels(n); q++) pack_columns(x, q);
}

void gemm_packed(int64_t m, int64_t n, int64_t k, float alpha, const float* packed_a,
                 const float* packed_b, float beta, float* c, int64_t ldc) {
  if (m == 0 || n == 0) return;
  // Read only; a Side's packed copy is not const because packing writes it.
  Product x{{m, nullptr, 0, false, const_cast<float*>(packed_a)},
            {n, nullptr, 0, false, const_cast<float*>(packed_b)},
            k,
            k,
            false,
            {alpha, beta, c, ldc, nullptr, kIdentity, nullptr, false}};
  multiply_block(x, 0, row_panels(m), 0, column_panels(n), nullptr);
}

int gemm_serial(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, float alpha,
                const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c,
                int64_t ldc) {
  if (m == 0 || n == 0) return TALUS_OK;
  Epilogue e{alpha, beta, c, ldc, nullptr, kIdentity, nullptr, false};
  return multiply_serially(
      plan_product(trans_a, trans_b, m, n, alpha == 0 ? 0 : k, a, lda, b, ldb, e));
}

int gemm_f32(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a,
             int64_t lda, const float* b, int64_t ldb, float beta, float* c, int64_t ldc,
             const float* bias, int activation, float* pre_activation) {
  if (m == 0 || n == 0) return TALUS_OK;
  if (alpha == 0) k = 0;
  Epilogue e{alpha, beta, c, ldc, bias, activation, pre_activation, false};
  if (is_skinny(trans_a, m, n, k)) {
    return multiply_skinny(trans_a, trans_b, m, n, k, a, lda, b, ldb, e);
  }
  if (is_shallow(trans_a, m, n, k)) {
    multiply_shallow(trans_b, m, n, k, a, lda, b, ldb, e);
    return TALUS_OK;
  }
  Product x = plan_product(trans_a, trans_b, m, n, k, a, lda, b, ldb, e);
  return m * n * k < 2 * kLeastTaskWork ? multiply_serially(x) : multiply_in_parallel(x);
}

}  // namespace talus::TALUS_ISA
