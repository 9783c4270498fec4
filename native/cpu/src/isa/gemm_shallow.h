// Products that sum over few steps, such as the gradient of a classifier's last hidden layer, whose
// k is the number of classes.
#pragma once

#include <stdint.h>

#include "gemm_tile.h"

namespace talus::TALUS_ISA {

bool is_shallow(int trans_a, int64_t m, int64_t n, int64_t k);

// C = act(alpha * A * op(B) + beta * C + bias) where is_shallow.
void multiply_shallow(int trans_b, int64_t m, int64_t n, int64_t k, const float* a, int64_t lda,
                      const float* b, int64_t ldb, const Epilogue& epilogue);

}  // namespace talus::TALUS_ISA
