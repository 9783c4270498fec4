// Parameter updates in one pass over the parameters and their state.
//
// Launch, all: any grid and block in one dimension; threads stride over the parameters. `quads` as
// in elementwise.cu: size / 4, or 0 where an array is not aligned to 16 bytes. The learning rate
// and Adam's step are read from device memory, so that a captured launch sees their new values.
#include "common/pack.cuh"

using talus::each_pack;
using talus::i64;
using talus::Pack;

namespace {

enum class Momentum { kNone, kHeavyBall, kNesterov };

template <Momentum kind>
__device__ __forceinline__ void sgd(i64 size, i64 quads, float* weights, const float* gradient,
                                    float* velocity, const float* learning_rate, float momentum,
                                    float l2) {
  float rate = *learning_rate;
  each_pack(size, quads, [=](i64 i, auto at) {
    constexpr int kSize = decltype(at)::kSize;
    Pack<kSize> weight = at.load(weights + i), direction = at.load(gradient + i);
    Pack<kSize> moving;
    if (kind != Momentum::kNone) {
      moving = at.load(velocity + i);
    }
#pragma unroll
    for (int k = 0; k < kSize; k++) {
      float g = fmaf(l2, weight.value[k], direction.value[k]);
      if (kind != Momentum::kNone) {
        float v = fmaf(momentum, moving.value[k], g);
        moving.value[k] = v;
        g = kind == Momentum::kNesterov ? fmaf(momentum, v, g) : v;
      }
      weight.value[k] = fmaf(-rate, g, weight.value[k]);
    }
    if (kind != Momentum::kNone) {
      at.store(velocity + i, moving);
    }
    at.store(weights + i, weight);
  });
}

// 1 / (1 - beta^step), from ln beta: accurate where beta^step is close to 1 too.
__device__ __forceinline__ float bias_correction(float ln_beta, int step) {
  return 1.0f / -expm1f(static_cast<float>(step) * ln_beta);
}

}  // namespace

// weights -= rate (gradient + l2 weights). Two reads and one write.
extern "C" __global__ void sgd_f32_plain(i64 size, i64 quads, float* __restrict__ weights,
                                         const float* __restrict__ gradient,
                                         const float* __restrict__ learning_rate, float l2) {
  sgd<Momentum::kNone>(size, quads, weights, gradient, nullptr, learning_rate, 0, l2);
}

// As sgd_f32_plain, along the velocity. Three reads and two writes.
extern "C" __global__ void sgd_f32_momentum(i64 size, i64 quads, float* __restrict__ weights,
                                            const float* __restrict__ gradient,
                                            const float* __restrict__ learning_rate, float l2,
                                            float* __restrict__ velocity, float momentum) {
  sgd<Momentum::kHeavyBall>(size, quads, weights, gradient, velocity, learning_rate, momentum, l2);
}

// As sgd_f32_momentum, looking ahead along the velocity.
extern "C" __global__ void sgd_f32_nesterov(i64 size, i64 quads, float* __restrict__ weights,
                                            const float* __restrict__ gradient,
                                            const float* __restrict__ learning_rate, float l2,
                                            float* __restrict__ velocity, float momentum) {
  sgd<Momentum::kNesterov>(size, quads, weights, gradient, velocity, learning_rate, momentum, l2);
}

// Adam and AdamW; the betas' natural logarithms too. Four reads and three writes.
extern "C" __global__ void adam_f32(i64 size, i64 quads, float* __restrict__ weights,
                                    const float* __restrict__ gradient, float* __restrict__ m,
                                    float* __restrict__ v, const float* __restrict__ learning_rate,
                                    const int* __restrict__ step, float beta1, float ln_beta1,
                                    float beta2, float ln_beta2, float epsilon, float l2,
                                    float decay) {
  float rate = *learning_rate;
  float correct_m = bias_correction(ln_beta1, *step), correct_v = bias_correction(ln_beta2, *step);
  each_pack(size, quads, [=](i64 i, auto at) {
    constexpr int kSize = decltype(at)::kSize;
    Pack<kSize> weight = at.load(weights + i), slope = at.load(gradient + i);
    Pack<kSize> first = at.load(m + i), second = at.load(v + i);
#pragma unroll
    for (int k = 0; k < kSize; k++) {
      float w = weight.value[k], g = fmaf(l2, w, slope.value[k]);
      float new_m = fmaf(beta1, first.value[k], (1.0f - beta1) * g);
      float new_v = fmaf(beta2, second.value[k], (1.0f - beta2) * (g * g));
      float direction = new_m * correct_m / (__fsqrt_rn(new_v * correct_v) + epsilon);
      first.value[k] = new_m;
      second.value[k] = new_v;
      weight.value[k] = fmaf(-rate, fmaf(decay, w, direction), w);
    }
    at.store(m + i, first);
    at.store(v + i, second);
    at.store(weights + i, weight);
  });
}
