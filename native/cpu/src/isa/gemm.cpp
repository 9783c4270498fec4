#include "gemm.h"

#include "kernels.h"
#include "simd.h"

namespace talus::TALUS_ISA {

int64_t packed_a_floats(int64_t m, int64_t k) { return m * k; }
int64_t packed_b_floats(int64_t n, int64_t k) { return n * k; }

void pack_a(int trans_a, int64_t m, int64_t k, const float* a, int64_t lda, float* packed) {
  for (int64_t i = 0; i < m; i++)
    for (int64_t p = 0; p < k; p++) packed[i * k + p] = trans_a ? a[p * lda + i] : a[i * lda + p];
}

void pack_b(int trans_b, int64_t n, int64_t k, const float* b, int64_t ldb, float* packed) {
  for (int64_t p = 0; p < k; p++)
    for (int64_t j = 0; j < n; j++) packed[p * n + j] = trans_b ? b[j * ldb + p] : b[p * ldb + j];
}

static void multiply(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a,
                     int64_t lda, const float* b, int64_t ldb, float beta, float* c, int64_t ldc) {
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      float sum = 0;
      for (int64_t p = 0; p < k; p++) {
        sum += (trans_a ? a[p * lda + i] : a[i * lda + p]) * (trans_b ? b[j * ldb + p] : b[p * ldb + j]);
      }
      c[i * ldc + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j]);
    }
  }
}

void gemm_packed(int64_t m, int64_t n, int64_t k, float alpha, const float* packed_a, const float* packed_b, float beta,
                 float* c, int64_t ldc) {
  multiply(0, 0, m, n, k, alpha, packed_a, k, packed_b, n, beta, c, ldc);
}

int gemm_serial(int trans_a, int trans_b, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
                const float* b, int64_t ldb, float beta, float* c, int64_t ldc) {
  multiply(trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
