// Parameter updates in one pass over the parameters and their state.
//
// A task owns a range of elements (ranges.h). Single IEEE operations throughout, so the bits are
// the same on every instruction set.
//
// Measured on 2 cores of a Zen 5 with AVX-512, 2^25 elements, in GB/s of reads and writes, where
// copy reaches 58: sgd 86, with momentum 89, adam 98. 10 elements: 8 ns, adam 20.
#include "kernels.h"
#include "ranges.h"

namespace talus::TALUS_ISA {
namespace {

struct Sgd {
  float* weights;
  const float* gradient;
  float* velocity;
  float learning_rate, momentum, l2;
};

enum class Momentum { kNone, kHeavyBall, kNesterov };

template <Momentum kind>
void sgd_range(int64_t from, int64_t to, const Sgd sgd) {
  each_vector(
      from, to, [=](int64_t i, auto at) __attribute__((always_inline)) {
        Vec weight = at.load(sgd.weights + i);
        Vec direction = at.load(sgd.gradient + i) + sgd.l2 * weight;
        if constexpr (kind != Momentum::kNone) {
          Vec velocity = sgd.momentum * at.load(sgd.velocity + i) + direction;
          at.store(sgd.velocity + i, velocity);
          direction = kind == Momentum::kNesterov ? direction + sgd.momentum * velocity : velocity;
        }
        at.store(sgd.weights + i, weight - sgd.learning_rate * direction);
      });
}

struct Adam {
  float* weights;
  const float* gradient;
  float* m;
  float* v;
  float learning_rate, beta1, beta2, epsilon, l2, decay;
  float correct_m, correct_v;  // 1 / (1 - beta^step)
};

void adam_range(int64_t from, int64_t to, const Adam adam) {
  float rest1 = 1.0f - adam.beta1, rest2 = 1.0f - adam.beta2;
  each_vector(
      from, to, [=](int64_t i, auto at) __attribute__((always_inline)) {
        Vec weight = at.load(adam.weights + i);
        Vec gradient = at.load(adam.gradient + i) + adam.l2 * weight;
        Vec m = adam.beta1 * at.load(adam.m + i) + rest1 * gradient;
        Vec v = adam.beta2 * at.load(adam.v + i) + rest2 * (gradient * gradient);
        at.store(adam.m + i, m);
        at.store(adam.v + i, v);
        Vec step = m * adam.correct_m / (square_root(v * adam.correct_v) + adam.epsilon);
        at.store(adam.weights + i, weight - adam.learning_rate * (step + adam.decay * weight));
      });
}

// 1 / (1 - beta^step), by squaring: the same bits whatever the C library's pow.
float bias_correction(float beta, int32_t step) {
  double power = 1, square = beta;
  for (uint32_t left = static_cast<uint32_t>(step); left > 0; left >>= 1) {
    if (left & 1) power *= square;
    square *= square;
  }
  return static_cast<float>(1 / (1 - power));
}

}  // namespace

int sgd_f32(int64_t count, float* weights, const float* gradient, float* velocity,
            const float* learning_rate, float momentum, int nesterov, float l2) {
  Sgd sgd{weights, gradient, velocity, *learning_rate, momentum, l2};
  for_ranges(count, kLightRange, [&](int64_t from, int64_t to) {
    if (velocity == nullptr) {
      sgd_range<Momentum::kNone>(from, to, sgd);
    } else if (nesterov) {
      sgd_range<Momentum::kNesterov>(from, to, sgd);
    } else {
      sgd_range<Momentum::kHeavyBall>(from, to, sgd);
    }
  });
  return TALUS_OK;
}

int adam_f32(int64_t count, float* weights, const float* gradient, float* m, float* v,
             const float* learning_rate, const int32_t* step, float beta1, float beta2,
             float epsilon, float l2, float decay) {
  Adam adam{weights,
            gradient,
            m,
            v,
            *learning_rate,
            beta1,
            beta2,
            epsilon,
            l2,
            decay,
            bias_correction(beta1, *step),
            bias_correction(beta2, *step)};
  for_ranges(count, kHeavyRange, [&](int64_t from, int64_t to) { adam_range(from, to, adam); });
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
