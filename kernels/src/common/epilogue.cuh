// What happens to sums of products on their way to C.
#pragma once

#include "activation.cuh"
#include "index.cuh"

namespace talus {

struct Epilogue {
  float alpha;
  float beta;
  float* c;
  i64 stride;
  const float* bias;  // or null
  int activation;
  float* pre_activation;  // or null; of C's stride
  bool vector;            // rows of C and of preActivation begin at multiples of 16 bytes
  bool bias_vector;       // so does bias
};

__device__ __forceinline__ void load_up_to_4(float (&to)[4], const float* from, int count,
                                             bool vector) {
  if (vector && count == 4) {
    const float4 four = *reinterpret_cast<const float4*>(from);
    to[0] = four.x;
    to[1] = four.y;
    to[2] = four.z;
    to[3] = four.w;
  } else {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      to[i] = i < count ? from[i] : 0.0f;
    }
  }
}

__device__ __forceinline__ void store_up_to_4(float* to, const float (&from)[4], int count,
                                              bool vector) {
  if (vector && count == 4) {
    *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
  } else {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      if (i < count) {
        to[i] = from[i];
      }
    }
  }
}

// Finishes `count` <= 4 sums of one row of C.
__device__ __forceinline__ void finish_4(const Epilogue& e, float (&value)[4], i64 row, i64 column,
                                         int count) {
  const i64 offset = row * e.stride + column;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    value[i] *= e.alpha;
  }
  if (e.beta != 0.0f) {
    float before[4];
    load_up_to_4(before, e.c + offset, count, e.vector);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      value[i] = fmaf(e.beta, before[i], value[i]);
    }
  }
  if (e.bias != nullptr) {
    float bias[4];
    load_up_to_4(bias, e.bias + column, count, e.bias_vector);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      value[i] += bias[i];
    }
  }
  if (e.pre_activation != nullptr) {
    store_up_to_4(e.pre_activation + offset, value, count, e.vector);
  }
  if (e.activation != kIdentity) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      value[i] = activate(e.activation, value[i]);
    }
  }
  store_up_to_4(e.c + offset, value, count, e.vector);
}

}  // namespace talus
