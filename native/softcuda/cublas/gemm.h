// C <- alpha * op(A) * op(B) + beta * C, column-major, on device memory.
#ifndef SOFTCUDA_CUBLAS_GEMM_H
#define SOFTCUDA_CUBLAS_GEMM_H

#include <cstdint>

namespace softcuda {

// cudaDataType's numbers.
enum class Type : int { kFloat = 0, kHalf = 2, kBfloat16 = 14 };
int typeBytes(Type type);  // 0: not supported

// What the inputs are rounded to before they are multiplied.
enum class Rounding { kNone, kTf32, kBfloat16, kHalf };

struct Matrix {
  uint64_t address = 0;
  Type type = Type::kFloat;
  int64_t stride = 0;   // elements from one column to the next
  int64_t between = 0;  // elements from one matrix of a batch to the next
};

struct Gemm {
  const char* name = "";
  bool transpose_a = false, transpose_b = false;
  int64_t m = 0, n = 0, k = 0;  // op(A) is m x k, op(B) k x n, C m x n
  Matrix a, b, c;
  int64_t batch = 1;
  Rounding rounding = Rounding::kNone;
  bool device_scalars = false;
  float alpha = 1, beta = 0;
  uint64_t alpha_address = 0, beta_address = 0;  // where device_scalars
};

// Does it make sense: sizes, strides, types? Addresses are checked when it runs.
bool isValid(const Gemm& gemm);
int runGemm(const void* gemm);  // CUDA's code

}  // namespace softcuda

#endif
