// How a slab of one operand of a product gets to shared memory, where it always lies with k
// outside: element (d, k) at [k][d], d being a row of op(A) or a column of op(B).
#pragma once

#include "async_copy.cuh"
#include "index.cuh"

namespace talus {

// Keeps a value in a register, lest the compiler make it anew wherever it is used.
__device__ __forceinline__ void keep(int& value) { asm("" : "+r"(value)); }
__device__ __forceinline__ void keep(const float*& value) { asm("" : "+l"(value)); }

// The thread's number read anew, so that what is made of it does not stay in registers.
__device__ __forceinline__ int thread_again() {
  int thread;
  asm volatile("mov.u32 %0, %%tid.x;" : "=r"(thread));
  return thread;
}

// Where k runs along memory. Inside: element (d, k) at d * stride + k. Outside: at k * stride + d.
enum class K { kInside, kOutside };

// A thread's part in the copying of slabs of kSlab x kSize elements by kThreads threads.
//
// k inside: 4 bytes at a time, 8 lanes along k and 4 along d: whole sectors are read, and with rows
// of kSize + 4 floats the 32 lanes write to different banks. k outside: 16 bytes at a time where
// stride and base allow it, else 4; lanes along d, and along k where d is short, side by side in
// shared memory too.
//
// A slab is whole if it ends neither beyond k nor beyond d and may be copied by 16 bytes: its
// copies need no checks.
template <int kSize, int kSlab, int kThreads, K kWhere>
class OperandCopy {
 public:
  // Between two k in shared memory.
  static constexpr int kPitch = kWhere == K::kInside ? kSize + 4 : kSize;
  static constexpr int kStageFloats = kSlab * kPitch;

  // `first` and `size`: of the tile in d, and of d; `begin`: the first k. `vector`: 16-byte loads.
  __device__ __forceinline__ OperandCopy(const float* base, i64 stride, i64 first, i64 size,
                                         i64 begin, bool vector)
      : stride_(stride), vector_(vector) {
    limit_ = static_cast<int>(min(size - first, static_cast<i64>(kSize)));
    const Place at = place(threadIdx.x, vector ? 4 : 1);
    target_ = at.k * kPitch + at.d;
    const i64 d = first + at.d, k = begin + at.k;
    from_ = base + (kWhere == K::kInside ? d * stride + k : k * stride + d);
  }

  // Whether a slab with kSlab of k is whole.
  __device__ __forceinline__ bool whole() const {
    return limit_ == kSize && (kWhere == K::kInside || vector_);
  }

#ifdef TALUS_ASYNC_COPY
  // Begins to copy the next slab, of which k < left exist.
  template <bool kWhole>
  __device__ __forceinline__ void start(float* to, int left) {
    const unsigned target = shared_address(to + target_);
    each<kWhole>(left, [&](int, int offset, const float* from, bool valid, int width) {
      if (kWhole && width == 4) {
        copy_async_16(target + offset * 4, from);
      } else if (kWhole) {
        copy_async_4(target + offset * 4, from);
      } else if (width == 4) {
        copy_async_16(target + offset * 4, from, valid);
      } else {
        copy_async_4(target + offset * 4, from, valid);
      }
    });
  }
#else
  // Begins to load the next slab into registers.
  template <bool kWhole>
  __device__ __forceinline__ void start(int left) {
    each<kWhole>(left, [&](int i, int, const float* from, bool valid, int width) {
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
  template <bool kWhole>
  __device__ __forceinline__ void finish(float* to) {
    const float* const next = from_;
    float* target = to + target_;
    each<kWhole>(kSlab, [&](int i, int offset, const float*, bool, int width) {
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

  struct Place {
    int d, k;
  };

  // Of a thread's first copy in a slab.
  static __device__ __forceinline__ Place place(int thread, int width) {
    if (kWhere == K::kInside) {
      return {thread / kLanesOfK, thread % kLanesOfK};
    }
    const int lanes = kSize / width;
    return {thread % lanes * width, thread / lanes};
  }

  // Calls visit(number, offset in shared memory, source, whether it exists, floats) for each copy,
  // and moves on to the next slab.
  template <bool kWhole, class Visit>
  __device__ __forceinline__ void each(int left, Visit visit) {
    if (kWhere == K::kInside) {
      each_along_k<kWhole>(left, visit);
    } else if (kWhole || vector_) {
      each_outside<kWhole, 4>(left, visit);
    } else {
      each_outside<kWhole, 1>(left, visit);
    }
  }

  template <bool kWhole, class Visit>
  __device__ __forceinline__ void each_along_k(int left, Visit visit) {
    constexpr int kStep = kThreads / kLanesOfK;
    constexpr int kSteps = kSize > kStep ? kSize / kStep : 1;
    constexpr int kParts = kSlab / kLanesOfK;
    const Place at = kWhole ? Place{} : place(thread_again(), 1);
    if (kSize >= kStep || threadIdx.x < kSize * kLanesOfK) {
      const float* from = from_;
#pragma unroll
      for (int i = 0; i < kSteps; i++) {
#pragma unroll
        for (int part = 0; part < kParts; part++) {
          const int k = part * kLanesOfK;
          visit(i * kParts + part, k * kPitch + i * kStep, from + k,
                kWhole || (at.d + i * kStep < limit_ && at.k + k < left), 1);
        }
        walk(from, kStep * stride_);
      }
    }
    from_ += kSlab;
  }

  template <bool kWhole, int kWidth, class Visit>
  __device__ __forceinline__ void each_outside(int left, Visit visit) {
    constexpr int kStep = kThreads * kWidth / kSize;
    constexpr int kSteps = kSlab > kStep ? kSlab / kStep : 1;
    const Place at = kWhole ? Place{} : place(thread_again(), kWidth);
    if (kSlab >= kStep || threadIdx.x < kSlab * kSize / kWidth) {
#pragma unroll
      for (int i = 0; i < kSteps; i++) {
        visit(i, i * kStep * kPitch, from_, kWhole || (at.d < limit_ && at.k + i * kStep < left),
              kWidth);
        walk(from_, kStep * stride_);
      }
    }
    if (kSlab < kStep) {
      from_ -= (kStep - kSlab) * stride_;
    }
  }

  // One step further, by a pointer that walks, lest the compiler keep all of them in registers.
  static __device__ __forceinline__ void walk(const float*& from, i64 step) {
    from += step;
    keep(from);
  }

  const float* from_;
  i64 stride_;
  bool vector_;
  int limit_;   // in d, from the tile's first on
  int target_;  // of the thread's first copy
#ifndef TALUS_ASYNC_COPY
  static constexpr int kShare = kSlab * kSize / kThreads;
  float held_[kShare < 4 ? 4 : kShare];
#endif
};

}  // namespace talus
