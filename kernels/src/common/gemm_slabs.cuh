// The slabs of both operands of a product, copied to shared memory one after the other.
#pragma once

#include "gemm_copy.cuh"

namespace talus {

// A product as a kernel gets it. Block (x, y) makes tile x from k = y * split on, at most 2^30 of
// k; with several y, bare sums go to C + y * split_stride.
struct Product {
  i64 m;
  i64 n;
  i64 k;
  const float* a;
  i64 a_stride;
  bool a_vector;
  const float* b;
  i64 b_stride;
  bool b_vector;
  i64 split;
};

// A block's share of k, in slabs for tiles T from row `row` and column `column` on. A stage holds
// the slab of A and behind it that of B.
template <class T, K kOfA, K kOfB>
class Slabs {
  using CopyA = OperandCopy<T::kRows, T::kSlab, T::kThreads, kOfA>;
  using CopyB = OperandCopy<T::kColumns, T::kSlab, T::kThreads, kOfB>;

 public:
  static constexpr int kPitchA = CopyA::kPitch;
  static constexpr int kPitchB = CopyB::kPitch;
  static constexpr int kStartOfB = CopyA::kStageFloats;
  static constexpr int kStageFloats = CopyA::kStageFloats + CopyB::kStageFloats;

  __device__ __forceinline__ Slabs(const Product& p, i64 row, i64 column)
      : Slabs(p, row, column, blockIdx.y * p.split) {}

  // What of k is yet to be copied; less than nothing if more slabs were asked for than there are.
  __device__ __forceinline__ int left() const { return left_; }

#ifdef TALUS_ASYNC_COPY
  // Begins to copy the next, if there is one.
  __device__ __forceinline__ void start(float* stage) {
    if (whole_ && left_ >= T::kSlab) {
      a_.template start<true>(stage, left_);
      b_.template start<true>(stage + kStartOfB, left_);
    } else if (left_ > 0) {
      a_.template start<false>(stage, min(left_, T::kSlab));
      b_.template start<false>(stage + kStartOfB, min(left_, T::kSlab));
    }
    commit_copies();
    left_ -= T::kSlab;
  }
#else
  // Begins to load the next into registers, if there is one.
  __device__ __forceinline__ void start() {
    if (whole_ && left_ >= T::kSlab) {
      a_.template start<true>(left_);
      b_.template start<true>(left_);
    } else if (left_ > 0) {
      a_.template start<false>(min(left_, T::kSlab));
      b_.template start<false>(min(left_, T::kSlab));
    }
  }

  // Stores what was loaded.
  __device__ __forceinline__ void finish(float* stage) {
    if (whole_ && left_ >= T::kSlab) {
      a_.template finish<true>(stage);
      b_.template finish<true>(stage + kStartOfB);
    } else if (left_ > 0) {
      a_.template finish<false>(stage);
      b_.template finish<false>(stage + kStartOfB);
    }
    left_ -= T::kSlab;
  }
#endif

 private:
  __device__ __forceinline__ Slabs(const Product& p, i64 row, i64 column, i64 begin)
      : a_(p.a, p.a_stride, row, p.m, begin, p.a_vector),
        b_(p.b, p.b_stride, column, p.n, begin, p.b_vector) {
    whole_ = a_.whole() && b_.whole();
    left_ = static_cast<int>(min(p.k - begin, p.split));
  }

  CopyA a_;
  CopyB b_;
  bool whole_;
  int left_;
};

}  // namespace talus
