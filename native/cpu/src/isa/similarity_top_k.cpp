// The k most similar rows of b for each row of a, without ever holding rows_a x rows_b scores.
//
// A task owns a block of rows of b and a run of blocks of a: it packs the one and multiplies it
// with each of the others, already packed, into a tile that stays in the second-level cache, and
// offers the tile to the lists of its rows (top_k.h). With a = b only tiles on and above the
// diagonal are computed, and each feeds the lists of its rows and of its columns; the two blocks of
// lists are locked meanwhile. Scratch: a packed, 8 * min(2k, 1024) bytes a row for the lists.
//
// Cosine top-20 of 20,000 x 128 on a busy machine, processor time against the bare product by
// oneDNN in blocks: 0.81 to 0.92 with a = b (18 MB of scratch), 1.26 to 1.51 otherwise. 55 % goes
// to the product, 8 % to the comparisons, 24 % to the lists: next, compress a vector's survivors
// into the row's newcomers at once.
#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "kernels.h"
#include "measures.h"
#include "similarity_blocks.h"
#include "top_k.h"

namespace talus::TALUS_ISA {
namespace {

struct Operands {
  int64_t rows_a, rows_b, columns;
  const float *a, *b;
  bool symmetric;  // a is b: only pairs with row <= column are computed, for the lists of both
  bool exclude_self;
};

// Memory that all tasks share: a packed, its terms, the lists.
struct Shared {
  float *packed_a, *terms_a;
};

// Memory of one task.
struct Local {
  float *packed_b, *staging, *tile, *terms_b;
  uint64_t* work;

  static int64_t carve(Local* local, void* memory, int64_t columns, int64_t work_keys) {
    Carver carver(memory);
    local->packed_b = carver.take<float>(packed_block_floats(columns));
    local->staging = carver.take<float>(kBlock * kChunk);
    local->tile = carver.take<float>(kBlock * kBlock);
    local->terms_b = carver.take<float>(kBlock + kLanes);
    local->work = carver.take<uint64_t>(work_keys);
    return carver.used();
  }

  bool acquire(int64_t columns, int64_t work_keys) {
    void* memory = scratch(kSimilarityLocal, carve(this, nullptr, columns, work_keys));
    if (memory == nullptr) return false;
    carve(this, memory, columns, work_keys);
    return true;
  }
};

// One task: block J of b with blocks first .. last-1 of a.
template <class Measure>
void multiply_run(const Measure& measure, const Operands& o, const Shared& shared, TopK& lists,
                  const Local& local, int64_t block_b, int64_t first, int64_t last) {
  int64_t first_column = block_b * kBlock, columns_of_tile = rows_in(block_b, o.rows_b);
  pack_block(measure, Side::kB, o.b + first_column * o.columns, columns_of_tile, o.columns,
             local.staging, local.packed_b, local.terms_b);
  auto distance = [&](int64_t row, int64_t column) {
    return squared_distance(o.a + row * o.columns, o.b + column * o.columns, o.columns);
  };
  for (int64_t block_a = first; block_a < last; block_a++) {
    int64_t first_row = block_a * kBlock, rows = rows_in(block_a, o.rows_a);
    multiply_blocks(rows, columns_of_tile, o.columns,
                    shared.packed_a + block_a * packed_block_floats(o.columns), local.packed_b,
                    local.tile);
    ScoreTile tile{local.tile,
                   kBlock,
                   rows,
                   columns_of_tile,
                   first_row,
                   first_column,
                   shared.terms_a + first_row,
                   local.terms_b,
                   o.symmetric,
                   o.exclude_self};
    bool two = o.symmetric && block_a != block_b;
    lists.lock(first_row);
    if (two) lists.lock(first_column);
    offer_tile(lists, measure, tile, distance, local.work);
    if (two) lists.unlock(first_column);
    lists.unlock(first_row);
  }
}

template <class Measure>
int top_k(const Measure& measure, const Operands& o, const Shared& shared, TopK& lists) {
  int64_t blocks_a = ceil_div(o.rows_a, kBlock), blocks_b = ceil_div(o.rows_b, kBlock);
  int64_t runs = ceil_div(blocks_a, kRun);
  int out_of_memory = 0;
  auto with_local = [&](const auto& body) {
    Local local;
    if (local.acquire(o.columns, lists.work_keys())) {
      body(local);
    } else {
      __atomic_store_n(&out_of_memory, 1, __ATOMIC_RELAXED);
    }
  };
  parallel_for(blocks_a, [&](int64_t block, int) {
    with_local([&](const Local& local) {
      pack_block(measure, Side::kA, o.a + block * kBlock * o.columns, rows_in(block, o.rows_a),
                 o.columns, local.staging, shared.packed_a + block * packed_block_floats(o.columns),
                 shared.terms_a + block * kBlock);
    });
  });
  // The last blocks of b have the most blocks of a before them: long tasks first.
  parallel_for(blocks_b * runs, [&](int64_t task, int) {
    int64_t block_b = blocks_b - 1 - task / runs, first = task % runs * kRun;
    int64_t last = first + kRun < blocks_a ? first + kRun : blocks_a;
    if (o.symmetric && last > block_b + 1) last = block_b + 1;
    if (first >= last) return;
    with_local([&](const Local& local) {
      multiply_run(measure, o, shared, lists, local, block_b, first, last);
    });
  });
  parallel_for(blocks_a, [&](int64_t block, int) {
    with_local([&](const Local& local) {
      int64_t end = block * kBlock + rows_in(block, o.rows_a);
      for (int64_t row = block * kBlock; row < end; row++) lists.finish(row, local.work);
    });
  });
  return out_of_memory ? TALUS_OUT_OF_MEMORY : TALUS_OK;
}

}  // namespace

int similarity_top_k_f32(int measure, int64_t rows_a, int64_t rows_b, int64_t columns,
                         const float* a, const float* b, int exclude_self, int64_t k,
                         int32_t* indices, float* scores) {
  if (rows_a == 0 || k == 0) return TALUS_OK;
  bool symmetric = a == b && rows_a == rows_b;
  TopK lists(rows_a, kBlock, k, rows_b, nullptr, indices, scores);
  Shared shared;
  float *copy_a = nullptr, *copy_b = nullptr;
  void* list_memory = nullptr;
  auto carve = [&](void* memory) {
    Carver carver(memory);
    shared.packed_a = carver.take<float>(ceil_div(rows_a, kBlock) * packed_block_floats(columns));
    shared.terms_a = carver.take<float>(rows_a + kLanes);
    list_memory = carver.take<char>(lists.bytes());
    // The lists live in the outputs from the start, so an input of the same memory must move.
    if (scores == a) copy_a = carver.take<float>(rows_a * columns);
    if (scores == b && !symmetric) copy_b = carver.take<float>(rows_b * columns);
    return carver.used();
  };
  void* memory = scratch(kSimilarityShared, carve(nullptr));
  if (memory == nullptr) return TALUS_OUT_OF_MEMORY;
  carve(memory);
  if (copy_a != nullptr) {
    a = static_cast<const float*>(memcpy(copy_a, a, rows_a * columns * sizeof(float)));
    if (symmetric) b = a;
  }
  if (copy_b != nullptr) {
    b = static_cast<const float*>(memcpy(copy_b, b, rows_b * columns * sizeof(float)));
  }
  lists.start(list_memory);
  Operands operands{rows_a, rows_b, columns, a, b, symmetric, exclude_self != 0};
  return with_dense_measure(
      measure, columns, [&](const auto& chosen) { return top_k(chosen, operands, shared, lists); });
}

}  // namespace talus::TALUS_ISA
