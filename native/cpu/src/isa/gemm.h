// The matrix product for kernels of this folder, below the ABI: single-threaded blocks, to be
// called inside parallel_for.
#pragma once

#include <stdint.h>

namespace talus::TALUS_ISA {

// C(m x n) = alpha * op(A) * op(B) + beta * C on the calling thread, using that thread's scratch
// slots kGemmLocal*. Leading dimensions are as stored. Meant for blocks that fit the second-level
// cache. beta = 0 does not read C. Same bits for the same arguments always. Returns a TalusStatus.
int gemm_serial(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, float alpha,
                const float* a, int64_t lda, const float* b, int64_t ldb, float beta, float* c,
                int64_t ldc);

// The same from operands packed once and used many times: pack A by row blocks, B by column blocks,
// then multiply. Sizes are in floats; packed memory must be 64-byte aligned. Packed operands are
// private to this header's functions.
int64_t packed_a_floats(int64_t m, int64_t k);
int64_t packed_b_floats(int64_t n, int64_t k);
void pack_a(int trans_a, int64_t m, int64_t k, const float* a, int64_t lda, float* packed);
void pack_b(int trans_b, int64_t n, int64_t k, const float* b, int64_t ldb, float* packed);
void gemm_packed(int64_t m, int64_t n, int64_t k, float alpha, const float* packed_a,
                 const float* packed_b, float beta, float* c, int64_t ldc);

}  // namespace talus::TALUS_ISA
