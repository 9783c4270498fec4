// Products with one short side, where a tile of 14 x 32 would be mostly padding.
//
// Few columns, and A's rows along k (a narrow layer forward) or along m (the gradient of its
// weights). Vectors run along A's rows, so that no lane is idle: 128 x 10 x 512 takes 40,960 vector
// multiply-adds where tiles 16 columns wide take 65,536.
#pragma once

#include <stdint.h>

#include "gemm_tile.h"

namespace talus::TALUS_ISA {

// Columns at most: accumulators and operands must fit the registers.
#if defined(__AVX512F__)
constexpr int kSkinnyColumns = 16;
#elif defined(__AVX2__)
constexpr int kSkinnyColumns = 12;
#else
constexpr int kSkinnyColumns = 8;
#endif

bool is_skinny(int trans_a, int64_t m, int64_t n, int64_t k);

// C = act(alpha * op(A) * op(B) + beta * C + bias) where is_skinny. Returns a TalusStatus.
int multiply_skinny(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, const float* a,
                    int64_t lda, const float* b, int64_t ldb, const Epilogue& epilogue);

}  // namespace talus::TALUS_ISA
