// How a slab of one operand of a product gets to shared memory, where it always lies with k
// outside: element (d, k) at [k][d], d being a row of op(A) or a column of op(B).
#pragma once

#include "async_copy.cuh"
#include "index.cuh"

namespace talus {

// Where k runs along memory. Inside: element (d, k) at d * stride + k. Outside: at k * stride + d.
enum class K { kInside, kOutside };

// A thread's part in the copying of slabs of kSlab x kSize elements by kThreads threads.
//
// k inside: 4 bytes at a time, 8 lanes along k and 4 along d: whole sectors are read, and with rows
// of kSize + 4 floats the 32 lanes write to different banks. k outside: 16 bytes at a time where
// stride and base allow it, else 4; lanes along d, and along k where d is short, side by side in
// shared memory too.
template <int kSize, int kSlab, int kThreads, K kWhere>
class OperandCopy {
 public:
  // Between two k in shared memory.
  static constexpr int kPitch = kWhere == K::kInside ? kSize + 4 : kSize;
  static constexpr int kStageFloats = kSlab * kPitch;

  // `first` and `size`: of the tile in d, and of d; `begin`: the first k. `vector`: 16-byte loads.
  __device__ __forceinline__ OperandCopy(const float* base, i64 stride, i64 first, i64 size,
                                         i64 begin, bool vector)
      : vector_(vector) {
    const int thread = threadIdx.x;
    const int limit = size - first < kSize ? static_cast<int>(size - first) : kSize;
    if (kWhere == K::kInside) {
      k_ = thread % kLanesOfK;
      const int d = thread / kLanesOfK;
      rest_ = limit - d;
      target_ = k_ * kPitch + d;
      from_ = base + (first + d) * stride + begin + k_;
      step_ = kThreads / kLanesOfK * stride;
    } else {
      const int width = vector ? kSize / 4 : kSize;
      k_ = thread / width;
      const int d = thread % width * (vector ? 4 : 1);
      target_ = k_ * kPitch + d;
      from_ = base + (begin + k_) * stride + first + d;
      step_ = kThreads / width * stride;
      if (d >= limit) {
        k_ += kSlab;  // which is never less than what is left
      }
    }
  }

#ifdef TALUS_ASYNC_COPY
  // Begins to copy the next slab, of which k < left exist.
  __device__ __forceinline__ void start(float* to, int left) {
    const unsigned target = shared_address(to + target_);
    each(left, [&](int, int offset, const float* from, bool valid, int width) {
      if (width == 4) {
        copy_async_16(target + offset * 4, from, valid);
      } else {
        copy_async_4(target + offset * 4, from, valid);
      }
    });
  }
#else
  // Begins to load the next slab into registers.
  __device__ __forceinline__ void start(int left) {
    each(left, [&](int i, int, const float* from, bool valid, int width) {
      if (width == 4) {
        const float4 zero = make_float4(0, 0, 0, 0);
        const float4 four = valid ? *reinterpret_cast<const float4*>(from) : zero;
        held_[4 * i] = four.x;
        held_[4 * i + 1] = four.y;
        held_[4 * i + 2] = four.z;
        held_[4 * i + 3] = four.w;
      } else {
        held_[i] = valid ? *from : 0.0f;
      }
    });
  }

  // Stores what was loaded.
  __device__ __forceinline__ void finish(float* to) {
    const float* const next = from_;
    float* target = to + target_;
    each(kSlab, [&](int i, int offset, const float*, bool, int width) {
      if (width == 4) {
        *reinterpret_cast<float4*>(target + offset) =
            make_float4(held_[4 * i], held_[4 * i + 1], held_[4 * i + 2], held_[4 * i + 3]);
      } else {
        target[offset] = held_[i];
      }
    });
    from_ = next;  // only loading moves on
  }
#endif

 private:
  static constexpr int kLanesOfK = 8;

  // Calls visit(number, offset in shared memory, source, whether it exists, floats) for each copy,
  // and moves on to the next slab.
  template <class Visit>
  __device__ __forceinline__ void each(int left, Visit visit) {
    if (kWhere == K::kInside) {
      each_along_k(left, visit);
    } else if (vector_) {
      each_outside<4>(left, visit);
    } else {
      each_outside<1>(left, visit);
    }
  }

  template <class Visit>
  __device__ __forceinline__ void each_along_k(int left, Visit visit) {
    constexpr int kStep = kThreads / kLanesOfK;
    constexpr int kSteps = kSize > kStep ? kSize / kStep : 1;
    constexpr int kParts = kSlab / kLanesOfK;
    if (kSize >= kStep || threadIdx.x < kSize * kLanesOfK) {
      const float* from = from_;
#pragma unroll
      for (int i = 0; i < kSteps; i++) {
#pragma unroll
        for (int part = 0; part < kParts; part++) {
          const int k = part * kLanesOfK;
          visit(i * kParts + part, k * kPitch + i * kStep, from + k,
                i * kStep < rest_ && k_ + k < left, 1);
        }
        walk(from);
      }
    }
    from_ += kSlab;
  }

  template <int kWidth, class Visit>
  __device__ __forceinline__ void each_outside(int left, Visit visit) {
    constexpr int kStep = kThreads * kWidth / kSize;
    constexpr int kSteps = kSlab > kStep ? kSlab / kStep : 1;
    if (kSlab >= kStep || threadIdx.x < kSlab * kSize / kWidth) {
#pragma unroll
      for (int i = 0; i < kSteps; i++) {
        visit(i, i * kStep * kPitch, from_, k_ + i * kStep < left, kWidth);
        walk(from_);
      }
    }
    if (kSlab < kStep) {
      from_ -= step_ / kStep * (kStep - kSlab);
    }
  }

  // One step further, by a pointer that walks, lest the compiler keep all of them in registers.
  __device__ __forceinline__ void walk(const float*& from) const {
    from += step_;
    asm("" : "+l"(from));
  }

  const float* from_;
  i64 step_;  // between a thread's copies of one slab
  bool vector_;
  int k_;
  int rest_;    // of d, from the thread's first on
  int target_;  // of the thread's first copy
#ifndef TALUS_ASYNC_COPY
  static constexpr int kShare = kSlab * kSize / kThreads;
  float held_[kShare < 4 ? 4 : kShare];
#endif
};

}  // namespace talus
