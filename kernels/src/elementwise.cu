// Element by element: fill, copy, functions of one and of two values, weighted sums.
//
// Launch, all: any grid and block in one dimension; threads stride over the elements. `quads` is
// the number of packs of four that the arrays begin with, size / 4 where every array lies at a
// multiple of 16 bytes, else 0. Operands that may be one array are read before they are written by
// the same thread.
#include "common/activation.cuh"
#include "common/pack.cuh"

using talus::each_pack;
using talus::global_thread;
using talus::global_threads;
using talus::i64;
using talus::map;
using talus::Pack;
using talus::Position;
using talus::Quad;
using talus::Single;

namespace {

struct Negate {
  __device__ __forceinline__ float operator()(float x) const { return -x; }
};

struct Abs {
  __device__ __forceinline__ float operator()(float x) const { return fabsf(x); }
};

struct Square {
  __device__ __forceinline__ float operator()(float x) const { return x * x; }
};

struct Sqrt {
  __device__ __forceinline__ float operator()(float x) const { return __fsqrt_rn(x); }
};

struct Reciprocal {
  __device__ __forceinline__ float operator()(float x) const { return __frcp_rn(x); }
};

struct Exp {
  __device__ __forceinline__ float operator()(float x) const { return expf(x); }
};

struct Log {
  __device__ __forceinline__ float operator()(float x) const { return logf(x); }
};

// As in the epilogue of a product.
template <int kActivation>
struct Activated {
  __device__ __forceinline__ float operator()(float x) const {
    return talus::activate(kActivation, x);
  }
};

template <typename Function>
__device__ __forceinline__ void unary(i64 size, i64 quads, const float* x, float* y) {
  each_pack(size, quads, [=](i64 i, auto at) { at.store(y + i, map(at.load(x + i), Function{})); });
}

// The codes of io.talus.op.BinaryFunction.
enum BinaryFunction { kAdd, kSubtract, kMultiply, kDivide, kMaximum, kMinimum };

// All threads take the same way, and memory takes longer than the choice.
struct Binary {
  int function;

  __device__ __forceinline__ float operator()(float a, float b) const {
    switch (function) {
      case kAdd:
        return a + b;
      case kSubtract:
        return a - b;
      case kMultiply:
        return a * b;
      case kDivide:
        return __fdiv_rn(a, b);
      case kMaximum:
        return a != a || a > b ? a : b;
      default:
        return a != a || a < b ? a : b;
    }
  }
};

}  // namespace

// y = value. One write of y.
extern "C" __global__ void fill_f32(i64 size, i64 quads, float value, float* __restrict__ y) {
  each_pack(size, quads, [=](i64 i, auto at) {
    Pack<decltype(at)::kSize> pack;
    for (float& element : pack.value) {
      element = value;
    }
    at.store(y + i, pack);
  });
}

// y = x, bit for bit. One read and one write.
extern "C" __global__ void copy_f32(i64 size, i64 quads, const float* __restrict__ x,
                                    float* __restrict__ y) {
  each_pack(size, quads, [=](i64 i, auto at) { at.store(y + i, at.load(x + i)); });
}

// y = f(x); y may be x. One read and one write.
#define TALUS_UNARY(name, Function)                                                            \
  extern "C" __global__ void unary_f32_##name(i64 size, i64 quads, const float* x, float* y) { \
    unary<Function>(size, quads, x, y);                                                        \
  }
TALUS_UNARY(negate, Negate)
TALUS_UNARY(abs, Abs)
TALUS_UNARY(square, Square)
TALUS_UNARY(sqrt, Sqrt)
TALUS_UNARY(reciprocal, Reciprocal)
TALUS_UNARY(exp, Exp)
TALUS_UNARY(log, Log)
TALUS_UNARY(relu, Activated<talus::kRelu>)
TALUS_UNARY(gelu, Activated<talus::kGelu>)
TALUS_UNARY(tanh, Activated<talus::kTanh>)
TALUS_UNARY(sigmoid, Activated<talus::kSigmoid>)
#undef TALUS_UNARY

// y = f(a, b); y may be a or b. Two reads and one write.
extern "C" __global__ void binary_f32_same_shape(i64 size, i64 quads, int function, const float* a,
                                                 const float* b, float* y) {
  Binary f{function};
  each_pack(size, quads,
            [=](i64 i, auto at) { at.store(y + i, map(at.load(a + i), at.load(b + i), f)); });
}

// y = f(a, b) with one b; y may be a. One read and one write.
extern "C" __global__ void binary_f32_scalar(i64 size, i64 quads, int function, const float* a,
                                             const float* __restrict__ b, float* y) {
  Binary f{function};
  float second = *b;
  each_pack(size, quads, [=](i64 i, auto at) {
    at.store(y + i, map(at.load(a + i), [=](float first) { return f(first, second); }));
  });
}

// y = f(a, b) with b's row for every row of a; y may be a. One read and one write, and b from the
// caches. Packs lie within one row: `quads` is 0 unless columns is a multiple of 4.
template <typename At>
__device__ __forceinline__ void with_row(i64 size, i64 columns, Binary f, const float* a,
                                         const float* __restrict__ b, float* y, At at) {
  i64 stride = global_threads() * At::kSize;
  Position position(global_thread() * At::kSize, columns), step(stride, columns);
  for (i64 i = global_thread() * At::kSize; i < size; i += stride) {
    at.store(y + i, map(at.load(a + i), at.load(b + position.column), f));
    position.advance(step, columns);
  }
}

extern "C" __global__ void binary_f32_row(i64 size, i64 quads, i64 columns, int function,
                                          const float* a, const float* __restrict__ b, float* y) {
  if (quads > 0) {
    with_row(size, columns, Binary{function}, a, b, y, Quad{});
  } else {
    with_row(size, columns, Binary{function}, a, b, y, Single{});
  }
}

// y = f(a, b) with b's value of a row for all of it; as binary_f32_row.
template <typename At>
__device__ __forceinline__ void with_column(i64 size, i64 columns, Binary f, const float* a,
                                            const float* __restrict__ b, float* y, At at) {
  i64 stride = global_threads() * At::kSize;
  Position position(global_thread() * At::kSize, columns), step(stride, columns);
  for (i64 i = global_thread() * At::kSize; i < size; i += stride) {
    float second = b[position.row];
    at.store(y + i, map(at.load(a + i), [=](float first) { return f(first, second); }));
    position.advance(step, columns);
  }
}

extern "C" __global__ void binary_f32_column(i64 size, i64 quads, i64 columns, int function,
                                             const float* a, const float* __restrict__ b,
                                             float* y) {
  if (quads > 0) {
    with_column(size, columns, Binary{function}, a, b, y, Quad{});
  } else {
    with_column(size, columns, Binary{function}, a, b, y, Single{});
  }
}

// y = alpha x + beta y; y may be x, and is not read where beta is 0. One or two reads, one write.
extern "C" __global__ void axpby_f32(i64 size, i64 quads, float alpha, const float* x, float beta,
                                     float* y) {
  if (beta == 0) {
    each_pack(size, quads, [=](i64 i, auto at) {
      at.store(y + i, map(at.load(x + i), [=](float value) { return alpha * value; }));
    });
  } else {
    each_pack(size, quads, [=](i64 i, auto at) {
      auto weighted = [=](float first, float second) { return fmaf(alpha, first, beta * second); };
      at.store(y + i, map(at.load(x + i), at.load(y + i), weighted));
    });
  }
}
