// Rows cut into blocks and packed for the product, shared by the dense similarity kernels.
//
// A block is kBlock rows; its product with another is a tile of kBlock x kBlock. Columns are taken
// kChunk at a time, so that two packed chunks and the tile stay in the second-level cache:
// 224 * 256 * 4 bytes twice and 224 * 224 * 4 bytes, 660 KB in all.
#pragma once

#include <stdint.h>
#include <string.h>

#include "../runtime/codes.h"
#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "gemm.h"
#include "kernels.h"
#include "measures.h"
#include "simd.h"

namespace talus::TALUS_ISA {

// A multiple of the rows (14) and of the columns (32) of the register tile of the product.
constexpr int64_t kBlock = 224;
constexpr int64_t kChunk = 256;

// Blocks of a that one task multiplies with its block of b: it packs that once for so many tiles.
constexpr int64_t kRun = 16;

inline int64_t rows_in(int64_t block, int64_t rows) {
  return rows - block * kBlock < kBlock ? rows - block * kBlock : kBlock;
}

inline int64_t whole_vectors(int64_t floats) { return (floats + 15) / 16 * 16; }
inline int64_t chunk_width(int64_t columns, int64_t first) {
  return columns - first < kChunk ? columns - first : kChunk;
}

// Hands out parts of one allocation, each aligned to 64 bytes. With null, only adds up sizes.
class Carver {
 public:
  explicit Carver(void* memory) : memory_(static_cast<char*>(memory)) {}
  template <class T>
  T* take(int64_t count) {
    char* part = memory_ + used_;
    used_ += (count * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 64;
    return memory_ == nullptr ? nullptr : reinterpret_cast<T*>(part);
  }
  int64_t used() const { return used_; }

 private:
  char* memory_;
  int64_t used_ = 0;
};

// Distance between packed chunks of one block, and between packed blocks.
inline int64_t packed_chunk_floats(int64_t columns) {
  int64_t width = columns < kChunk ? columns : kChunk;
  int64_t a = packed_a_floats(kBlock, width), b = packed_b_floats(kBlock, width);
  return whole_vectors(a > b ? a : b);
}
inline int64_t packed_block_floats(int64_t columns) {
  return (columns + kChunk - 1) / kChunk * packed_chunk_floats(columns);
}

enum class Side { kA, kB };

// Packs `rows` rows as `measure` wants them in the product. terms: one value a row, or null.
// staging: kBlock * kChunk floats.
template <class Measure>
void pack_block(const Measure& measure, Side side, const float* x, int64_t rows, int64_t columns,
                float* staging, float* packed, float* terms) {
  RowTerms of_row[kBlock];
  for (int64_t i = 0; i < rows; i++) {
    of_row[i] = measure.dense_row(x + i * columns, columns);
    if (terms != nullptr) terms[i] = of_row[i].term;
  }
  for (int64_t first = 0; first < columns;
       first += kChunk, packed += packed_chunk_floats(columns)) {
    int64_t width = chunk_width(columns, first), stride = columns;
    const float* from = x + first;
    if (!Measure::kRowsAsTheyAre) {
      for (int64_t i = 0; i < rows; i++) {
        const float* row = x + i * columns + first;
        for (int64_t p = 0; p < width; p++) {
          staging[i * width + p] = static_cast<float>((row[p] - of_row[i].shift) * of_row[i].scale);
        }
      }
      from = staging;
      stride = width;
    }
    if (side == Side::kA) {
      pack_a(0, rows, width, from, stride, packed);
    } else {
      pack_b(1, rows, width, from, stride, packed);
    }
  }
}

// tile (kBlock apart) = the dot products of the rows of two packed blocks.
inline void multiply_blocks(int64_t rows_a, int64_t rows_b, int64_t columns, const float* packed_a,
                            const float* packed_b, float* tile) {
  if (columns == 0) memset(tile, 0, rows_a * kBlock * sizeof(float));
  for (int64_t first = 0; first < columns; first += kChunk) {
    gemm_packed(rows_a, rows_b, chunk_width(columns, first), 1, packed_a, packed_b,
                first == 0 ? 0 : 1, tile, kBlock);
    packed_a += packed_chunk_floats(columns);
    packed_b += packed_chunk_floats(columns);
  }
}

// Memory of one task.
struct BlockLocal {
  float *packed_b, *staging, *tile, *terms_b;
  uint64_t* work;  // work_keys of them

  static int64_t carve(BlockLocal* local, void* memory, int64_t columns, int64_t work_keys) {
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

// Rows of a and b, and a packed by blocks. symmetric: a is b, and only pairs of blocks with that of
// a up to that of b are computed.
struct BlockRows {
  int64_t rows_a, rows_b, columns;
  const float *a, *b;
  bool symmetric;
  float *packed_a, *terms_a;

  void carve(Carver* carver) {
    packed_a = carver->take<float>(ceil_div(rows_a, kBlock) * packed_block_floats(columns));
    terms_a = carver->take<float>(rows_a + kLanes);
  }
};

// Tasks 0 .. tasks-1 in parallel, each with its thread's BlockLocal. Returns a TalusStatus.
template <class Task>
int parallel_with_local(int64_t tasks, int64_t columns, int64_t work_keys, const Task& run) {
  int status = TALUS_OK;
  parallel_for(tasks, [&](int64_t task, int) {
    BlockLocal local;
    if (local.acquire(columns, work_keys)) {
      run(task, local);
    } else {
      __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
    }
  });
  return status;
}

// Packs all blocks of a, then calls use(local, row, rows, column, columns) for every pair
// of blocks, with the dot products in local.tile and the terms of b's rows in local.terms_b.
template <class Measure, class Use>
int for_each_tile(const Measure& measure, const BlockRows& x, int64_t work_keys, const Use& use) {
  int64_t blocks_a = ceil_div(x.rows_a, kBlock), blocks_b = ceil_div(x.rows_b, kBlock);
  int64_t runs = ceil_div(blocks_a, kRun), packed_floats = packed_block_floats(x.columns);
  int status = parallel_with_local(
      blocks_a, x.columns, work_keys, [&](int64_t block, const BlockLocal& local) {
        pack_block(measure, Side::kA, x.a + block * kBlock * x.columns, rows_in(block, x.rows_a),
                   x.columns, local.staging, x.packed_a + block * packed_floats,
                   x.terms_a + block * kBlock);
      });
  if (status != TALUS_OK) return status;
  // The last blocks of b have the most blocks of a before them: long tasks first.
  return parallel_with_local(
      blocks_b * runs, x.columns, work_keys, [&](int64_t task, const BlockLocal& local) {
        int64_t block_b = blocks_b - 1 - task / runs, first = task % runs * kRun;
        int64_t last = first + kRun < blocks_a ? first + kRun : blocks_a;
        if (x.symmetric && last > block_b + 1) last = block_b + 1;
        if (first >= last) return;
        int64_t column = block_b * kBlock, columns = rows_in(block_b, x.rows_b);
        pack_block(measure, Side::kB, x.b + column * x.columns, columns, x.columns, local.staging,
                   local.packed_b, local.terms_b);
        for (int64_t block_a = first; block_a < last; block_a++) {
          int64_t rows = rows_in(block_a, x.rows_a);
          multiply_blocks(rows, columns, x.columns, x.packed_a + block_a * packed_floats,
                          local.packed_b, local.tile);
          use(local, block_a * kBlock, rows, column, columns);
        }
      });
}

// Calls use(measure) for the measure of dense rows with that code.
template <class Use>
int with_dense_measure(int measure, int64_t columns, const Use& use) {
  switch (measure) {
    case kDot:
      return use(Dot());
    case kCosine:
      return use(Cosine());
    case kPearson:
      return use(Pearson());
    default:
      return use(Euclidean(columns));
  }
}

}  // namespace talus::TALUS_ISA
