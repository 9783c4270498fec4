// How slabs of both operands of a product get to shared memory for tensor cores: rounded to their
// format, and always with k inside: element (d, k), d being a row of op(A) or a column of op(B).
#pragma once

#include "epilogue.cuh"
#include "tensor_format.cuh"

namespace talus {

// Rows of 64 bytes, two of them in a line of 128, which is all banks. The eight 16-byte places of a
// line are exchanged by the line's number, so that no bank is met twice by 8 rows at the same k,
// which are read at once, nor by what the lanes of TensorCopy write at once.
struct TensorSlab {
  static constexpr int kRowBytes = 64;
  static constexpr int kPlaceBytes = 16;

  static __device__ __forceinline__ unsigned offset(int d, int place) {
    const unsigned line = static_cast<unsigned>(d) / 2;
    const unsigned exchange = (line & 1) * 2 ^ (line / 2 & 1) * 3 ^ (line & 4);
    return line * 2 * kRowBytes + ((d % 2 * 4 + place) ^ exchange) * kPlaceBytes;
  }

  // Row d + rows of an offset of row d; rows is a multiple of 16.
  static __device__ __forceinline__ unsigned rows_on(unsigned offset, int rows) {
    return offset + rows * kRowBytes;
  }

  // Row d + i < d + 4 of an offset of row d, a multiple of 4.
  static __device__ __forceinline__ unsigned row_of_four(unsigned offset, int i) {
    return (offset ^ (i % 2 * 4 + i / 2 * 2) * kPlaceBytes) + i / 2 * 2 * kRowBytes;
  }

  // The same row `bytes`, a multiple of 32, further along k of an offset in the row's first 32.
  static __device__ __forceinline__ unsigned bytes_on(unsigned offset, int bytes) {
    return offset ^ bytes;
  }
};

// One operand of a product: elements of `size` rows or columns d from `first` on.
struct TensorOperand {
  const float* base;
  i64 stride;
  i64 first;
  i64 size;
  bool k_outside;  // element (d, k) at k * stride + d, else at d * stride + k
  bool vector;     // rows are a multiple of 4 long and begin at multiples of 16 bytes

  // Field by field: a choice between addresses would put both in local memory.
  static __device__ __forceinline__ TensorOperand either(bool second, const TensorOperand& a,
                                                         const TensorOperand& b) {
    return {second ? b.base : a.base,           second ? b.stride : a.stride,
            second ? b.first : a.first,         second ? b.size : a.size,
            second ? b.k_outside : a.k_outside, second ? b.vector : a.vector};
  }
};

// A thread's part in copying slabs of kSize rows of A and as many columns of B, by 2 kSize threads,
// 16 of k at a time: a square of 4 x 4 elements of one of them, of four rows as they lie in memory.
//
// k inside: 4 lanes along k, then along d; the four rows are kSize / 4 apart. k outside: 4 lanes
// along d, then 4 along k, then on along d; the square is turned before it is stored. Both read
// whole sectors and write without a bank conflict.
template <class Format, int kSize>
class TensorCopy {
  static constexpr int kBytes = sizeof(typename Format::Four) / 4;
  static constexpr int kPartOfK = 16;

 public:
  static constexpr int kThreads = 2 * kSize;
  static constexpr int kParts = TensorSlab::kRowBytes / kBytes / kPartOfK;
  static constexpr int kSlab = kParts * kPartOfK;
  static constexpr unsigned kOperandBytes = kSize * TensorSlab::kRowBytes;
  static constexpr unsigned kSlabBytes = 2 * kOperandBytes;

  // For slabs from `begin` on.
  __device__ __forceinline__ TensorCopy(const TensorOperand& a, const TensorOperand& b, i64 begin) {
    const bool of_b = threadIdx.x >= kSize;
    const TensorOperand operand = TensorOperand::either(of_b, a, b);
    const int square = threadIdx.x % kSize;
    k_outside_ = operand.k_outside;
    vector_ = operand.vector;
    const int d = k_outside_ ? (square % 4 + square / 16 * 4) * 4 : square / 4;
    k_ = (k_outside_ ? square / 4 % 4 : square % 4) * 4;
    const i64 first = operand.first + d;
    rest_ = static_cast<int>(min(operand.size - first, static_cast<i64>(kSize)));
    from_ = operand.base + (k_outside_ ? (begin + k_) * operand.stride + first
                                       : first * operand.stride + begin + k_);
    step_ = k_outside_ ? operand.stride : kSize / 4 * operand.stride;
    target_ = of_b * kOperandBytes + TensorSlab::offset(d, k_ * kBytes / TensorSlab::kPlaceBytes) +
              k_ * kBytes % TensorSlab::kPlaceBytes;
  }

  // Begins to load the next part into registers, of which k < left exist.
  __device__ __forceinline__ void load(int left) {
    const int columns = min(k_outside_ ? rest_ : left - k_, 4);
    const int rows = k_outside_ ? left - k_ : rest_;
    const int apart = k_outside_ ? 1 : kSize / 4;
    const float* from = from_;
    if (vector_ && columns == 4 && rows > 3 * apart) {  // nearly always
#pragma unroll
      for (int i = 0; i < 4; i++, from += step_) {
        load_up_to_4(held_[i], from, 4, true);
      }
    } else {
#pragma unroll
      for (int i = 0; i < 4; i++, from += step_) {
        load_up_to_4(held_[i], from, i * apart < rows ? columns : 0, vector_);
      }
    }
    from_ += k_outside_ ? kPartOfK * step_ : kPartOfK;
  }

  // Rounds what was loaded and stores it as a part of a slab.
  __device__ __forceinline__ void store(char* slab, int part) const {
    const unsigned target = TensorSlab::bytes_on(target_, part * kPartOfK * kBytes);
    if (k_outside_) {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const float turned[4] = {held_[0][i], held_[1][i], held_[2][i], held_[3][i]};
        put(slab + TensorSlab::row_of_four(target, i), turned);
      }
    } else {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        put(slab + TensorSlab::rows_on(target, i * (kSize / 4)), held_[i]);
      }
    }
  }

 private:
  static __device__ __forceinline__ void put(char* to, const float (&four)[4]) {
    *reinterpret_cast<typename Format::Four*>(to) = Format::round(four);
  }

  float held_[4][4];
  const float* from_;
  i64 step_;  // between the square's rows
  bool k_outside_;
  bool vector_;
  int k_;            // the square's first within a part
  int rest_;         // of d, from the square's first on
  unsigned target_;  // of the square's first row in a slab's first part
};

}  // namespace talus
