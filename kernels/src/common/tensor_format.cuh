// The formats that tensor cores multiply, and their instructions: compute capability 8.0 and up.
#pragma once

#include "async_copy.cuh"

namespace talus {

// Ten bits of fraction, to the nearest, ties away from 0. Lies in 32 bits.
struct Tf32 {
  using Four = uint4;

  static __device__ __forceinline__ Four round(const float (&x)[4]) {
    return {round(x[0]), round(x[1]), round(x[2]), round(x[3])};
  }

  // sum += a b, 16 x 8 and 8 of k.
  static __device__ __forceinline__ void multiply(float (&sum)[4], const unsigned (&a)[4],
                                                  unsigned b0, unsigned b1) {
    asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
  }

 private:
  static __device__ __forceinline__ unsigned round(float x) {
    unsigned bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
    return bits;
  }
};

// Seven bits of fraction, to the nearest, ties to even.
struct Bfloat16 {
  using Four = uint2;

  static __device__ __forceinline__ Four round(const float (&x)[4]) {
    return {round(x[0], x[1]), round(x[2], x[3])};
  }

  // sum += a b, 16 x 8 and 16 of k.
  static __device__ __forceinline__ void multiply(float (&sum)[4], const unsigned (&a)[4],
                                                  unsigned b0, unsigned b1) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
  }

 private:
  // The first in the lower half.
  static __device__ __forceinline__ unsigned round(float first, float second) {
    unsigned bits;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(second), "f"(first));
    return bits;
  }
};

// Four matrices of 8 rows of 16 bytes. Lane l names row l % 8 of matrix l / 8, and gets 4 bytes of
// each: number l % 4 of row l / 4.
__device__ __forceinline__ void load_matrices(unsigned (&to)[4], unsigned from) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(from)
               : "memory");
}

}  // namespace talus
