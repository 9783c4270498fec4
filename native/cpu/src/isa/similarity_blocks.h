// Rows cut into blocks and packed for the product, shared by the dense similarity kernels.
//
// A block is kBlock rows; its product with another is a tile of kBlock x kBlock. Columns are taken
// kChunk at a time, so that two packed chunks and the tile stay in the second-level cache:
// 224 * 256 * 4 bytes twice and 224 * 224 * 4 bytes, 660 KB in all.
#pragma once

#include <stdint.h>
#include <string.h>

#include "../runtime/codes.h"
#include "gemm.h"
#include "measures.h"

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
