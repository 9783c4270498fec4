// The calls of cuBLAS that a user of its matrix products makes. Every other name is a generated
// stub.
#include <map>
#include <memory>
#include <mutex>

#include "bridge.h"
#include "gemm.h"

#define SOFTCUDA_CUBLAS extern "C" __attribute__((visibility("default"))) int

extern "C" int cuCtxGetCurrent(void** context);

namespace softcuda {

enum Status : int {  // cublasStatus_t's numbers
  kBlasSuccess = 0,
  kBlasNotInitialized = 1,
  kBlasInvalidValue = 7,
  kBlasExecutionFailed = 13,
  kBlasInternalError = 14,
  kBlasNotSupported = 15,
};

int notImplemented(const char* name) {  // called by the generated stubs
  const int code = softcudaInjected(name);
  return code ? code : static_cast<int>(kBlasNotSupported);
}

}  // namespace softcuda

using namespace softcuda;

namespace {

struct Handle {
  void* stream = nullptr;
  int math_mode = 0, atomics_mode = 0;
  bool device_scalars = false;
};

struct Handles {
  std::mutex mutex;
  uint64_t next = uint64_t{0x61} << 40;
  std::map<void*, Handle> live;
};

Handles& handles() {
  static auto* only = new Handles;
  return *only;
}

template <class Body>
int handleCall(const char* name, void* handle, Body body) {
  if (const int code = softcudaInjected(name)) return code;
  std::lock_guard<std::mutex> lock(handles().mutex);
  const auto found = handles().live.find(handle);
  return found == handles().live.end() ? kBlasNotInitialized : body(found->second);
}

Rounding roundingOf(int math_mode) { return math_mode == 3 ? Rounding::kTf32 : Rounding::kNone; }

uint64_t addressOf(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }

bool isOperation(int operation) { return operation >= 0 && operation <= 2; }

// Fills in what all products share, and queues them.
int product(const Handle& handle, Gemm gemm, int transpose_a, int transpose_b, const void* alpha,
            const void* beta) {
  if (!isOperation(transpose_a) || !isOperation(transpose_b) || !alpha || !beta)
    return kBlasInvalidValue;
  gemm.transpose_a = transpose_a != 0;
  gemm.transpose_b = transpose_b != 0;
  if (!isValid(gemm)) return kBlasInvalidValue;
  if (!typeBytes(gemm.a.type) || gemm.a.type != gemm.b.type || !typeBytes(gemm.c.type))
    return kBlasNotSupported;
  gemm.device_scalars = handle.device_scalars;
  if (handle.device_scalars) {
    gemm.alpha_address = addressOf(alpha);
    gemm.beta_address = addressOf(beta);
  } else {
    gemm.alpha = *static_cast<const float*>(alpha);
    gemm.beta = *static_cast<const float*>(beta);
  }
  const int code = softcudaSubmit(handle.stream, gemm.name, runGemm, &gemm, sizeof gemm);
  return code ? kBlasExecutionFailed : kBlasSuccess;
}

// cublasComputeType_t's numbers for products summed in single precision.
bool readComputeType(int type, int math_mode, Rounding& rounding) {
  switch (type) {
    case 68:  // 32F
      rounding = roundingOf(math_mode);
      return true;
    case 69:  // 32F, pedantic
      rounding = Rounding::kNone;
      return true;
    case 74:
      rounding = Rounding::kHalf;
      return true;
    case 75:
      rounding = Rounding::kBfloat16;
      return true;
    case 77:
      rounding = Rounding::kTf32;
      return true;
    default:
      return false;
  }
}

Matrix matrix(const void* pointer, int type, int64_t stride, int64_t between = 0) {
  return {addressOf(pointer), static_cast<Type>(type), stride, between};
}

}  // namespace

SOFTCUDA_CUBLAS cublasCreate_v2(void** handle) {
  if (const int code = softcudaInjected("cublasCreate_v2")) return code;
  void* context = nullptr;
  if (cuCtxGetCurrent(&context) != 0 || !context) return kBlasNotInitialized;
  if (!handle) return kBlasInvalidValue;
  std::lock_guard<std::mutex> lock(handles().mutex);
  *handle = reinterpret_cast<void*>(handles().next += 0x10);
  handles().live[*handle] = {};
  return kBlasSuccess;
}

SOFTCUDA_CUBLAS cublasDestroy_v2(void* handle) {
  if (const int code = softcudaInjected("cublasDestroy_v2")) return code;
  std::lock_guard<std::mutex> lock(handles().mutex);
  return handles().live.erase(handle) ? kBlasSuccess : kBlasNotInitialized;
}

SOFTCUDA_CUBLAS cublasSetStream_v2(void* handle, void* stream) {
  return handleCall("cublasSetStream_v2", handle, [&](Handle& state) -> int {
    state.stream = stream;
    return kBlasSuccess;
  });
}

SOFTCUDA_CUBLAS cublasGetStream_v2(void* handle, void** stream) {
  return handleCall("cublasGetStream_v2", handle, [&](Handle& state) -> int {
    if (!stream) return kBlasInvalidValue;
    *stream = state.stream;
    return kBlasSuccess;
  });
}

// Its own scratch memory is the host's.
SOFTCUDA_CUBLAS cublasSetWorkspace_v2(void* handle, void*, size_t) {
  return handleCall("cublasSetWorkspace_v2", handle, [](Handle&) -> int { return kBlasSuccess; });
}

SOFTCUDA_CUBLAS cublasGetVersion_v2(void*, int* version) {
  if (!version) return kBlasInvalidValue;
  *version = 120000;
  return kBlasSuccess;
}

SOFTCUDA_CUBLAS cublasSetMathMode(void* handle, int mode) {
  return handleCall("cublasSetMathMode", handle, [&](Handle& state) -> int {
    if (mode < 0) return kBlasInvalidValue;
    state.math_mode = mode & 15;
    return kBlasSuccess;
  });
}

SOFTCUDA_CUBLAS cublasGetMathMode(void* handle, int* mode) {
  return handleCall("cublasGetMathMode", handle, [&](Handle& state) -> int {
    if (!mode) return kBlasInvalidValue;
    *mode = state.math_mode;
    return kBlasSuccess;
  });
}

SOFTCUDA_CUBLAS cublasSetPointerMode_v2(void* handle, int mode) {
  return handleCall("cublasSetPointerMode_v2", handle, [&](Handle& state) -> int {
    if (mode < 0 || mode > 1) return kBlasInvalidValue;
    state.device_scalars = mode == 1;
    return kBlasSuccess;
  });
}

SOFTCUDA_CUBLAS cublasGetPointerMode_v2(void* handle, int* mode) {
  return handleCall("cublasGetPointerMode_v2", handle, [&](Handle& state) -> int {
    if (!mode) return kBlasInvalidValue;
    *mode = state.device_scalars;
    return kBlasSuccess;
  });
}

SOFTCUDA_CUBLAS cublasSetAtomicsMode(void* handle, int mode) {
  return handleCall("cublasSetAtomicsMode", handle, [&](Handle& state) -> int {
    state.atomics_mode = mode;
    return kBlasSuccess;
  });
}

SOFTCUDA_CUBLAS cublasGetAtomicsMode(void* handle, int* mode) {
  return handleCall("cublasGetAtomicsMode", handle, [&](Handle& state) -> int {
    if (!mode) return kBlasInvalidValue;
    *mode = state.atomics_mode;
    return kBlasSuccess;
  });
}

SOFTCUDA_CUBLAS cublasSgemm_v2(void* handle, int ta, int tb, int m, int n, int k,
                               const float* alpha, const void* a, int lda, const void* b, int ldb,
                               const float* beta, void* c, int ldc) {
  return handleCall("cublasSgemm_v2", handle, [&](Handle& state) -> int {
    Gemm gemm;
    gemm.name = "cublasSgemm_v2";
    gemm.m = m, gemm.n = n, gemm.k = k;
    gemm.a = matrix(a, 0, lda), gemm.b = matrix(b, 0, ldb), gemm.c = matrix(c, 0, ldc);
    gemm.rounding = roundingOf(state.math_mode);
    return product(state, gemm, ta, tb, alpha, beta);
  });
}

SOFTCUDA_CUBLAS cublasSgemmEx(void* handle, int ta, int tb, int m, int n, int k, const float* alpha,
                              const void* a, int a_type, int lda, const void* b, int b_type,
                              int ldb, const float* beta, void* c, int c_type, int ldc) {
  return handleCall("cublasSgemmEx", handle, [&](Handle& state) -> int {
    Gemm gemm;
    gemm.name = "cublasSgemmEx";
    gemm.m = m, gemm.n = n, gemm.k = k;
    gemm.a = matrix(a, a_type, lda), gemm.b = matrix(b, b_type, ldb);
    gemm.c = matrix(c, c_type, ldc);
    gemm.rounding = roundingOf(state.math_mode);
    return product(state, gemm, ta, tb, alpha, beta);
  });
}

SOFTCUDA_CUBLAS cublasSgemmStridedBatched(void* handle, int ta, int tb, int m, int n, int k,
                                          const float* alpha, const void* a, int lda,
                                          long long a_between, const void* b, int ldb,
                                          long long b_between, const float* beta, void* c, int ldc,
                                          long long c_between, int batch) {
  return handleCall("cublasSgemmStridedBatched", handle, [&](Handle& state) -> int {
    Gemm gemm;
    gemm.name = "cublasSgemmStridedBatched";
    gemm.m = m, gemm.n = n, gemm.k = k, gemm.batch = batch;
    gemm.a = matrix(a, 0, lda, a_between), gemm.b = matrix(b, 0, ldb, b_between);
    gemm.c = matrix(c, 0, ldc, c_between);
    gemm.rounding = roundingOf(state.math_mode);
    return product(state, gemm, ta, tb, alpha, beta);
  });
}

SOFTCUDA_CUBLAS cublasGemmStridedBatchedEx(void* handle, int ta, int tb, int m, int n, int k,
                                           const void* alpha, const void* a, int a_type, int lda,
                                           long long a_between, const void* b, int b_type, int ldb,
                                           long long b_between, const void* beta, void* c,
                                           int c_type, int ldc, long long c_between, int batch,
                                           int compute, int) {
  return handleCall("cublasGemmStridedBatchedEx", handle, [&](Handle& state) -> int {
    Gemm gemm;
    gemm.name = "cublasGemmStridedBatchedEx";
    if (!readComputeType(compute, state.math_mode, gemm.rounding)) return kBlasNotSupported;
    gemm.m = m, gemm.n = n, gemm.k = k, gemm.batch = batch;
    gemm.a = matrix(a, a_type, lda, a_between), gemm.b = matrix(b, b_type, ldb, b_between);
    gemm.c = matrix(c, c_type, ldc, c_between);
    return product(state, gemm, ta, tb, alpha, beta);
  });
}

SOFTCUDA_CUBLAS cublasGemmEx(void* handle, int ta, int tb, int m, int n, int k, const void* alpha,
                             const void* a, int a_type, int lda, const void* b, int b_type, int ldb,
                             const void* beta, void* c, int c_type, int ldc, int compute, int) {
  return handleCall("cublasGemmEx", handle, [&](Handle& state) -> int {
    Gemm gemm;
    gemm.name = "cublasGemmEx";
    if (!readComputeType(compute, state.math_mode, gemm.rounding)) return kBlasNotSupported;
    gemm.m = m, gemm.n = n, gemm.k = k;
    gemm.a = matrix(a, a_type, lda), gemm.b = matrix(b, b_type, ldb);
    gemm.c = matrix(c, c_type, ldc);
    return product(state, gemm, ta, tb, alpha, beta);
  });
}
