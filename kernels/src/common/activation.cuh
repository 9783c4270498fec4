// Activations and their derivatives, one value at a time, within the contract's tolerance: four
// roundings of the result, for gelu of its input.
#pragma once

namespace talus {

// The numbers of io.talus.op.Activation.
enum Activation : int { kIdentity = 0, kRelu = 1, kGelu = 2, kTanh = 3, kSigmoid = 4 };

// max(0, x); of NaN NaN.
__device__ __forceinline__ float relu(float x) { return x < 0.0f ? 0.0f : x; }

// Beyond this a normal variable's tail is less than any rounding of x.
constexpr float kNormalEnd = 14.5f;
constexpr float kSqrtHalf = 0.70710678f;

// x P(X < x) for a standard normal X. Far below 0 the product would be -inf times 0.
__device__ __forceinline__ float gelu(float x) {
  float half = 0.5f * x;
  return x < -kNormalEnd ? -0.0f : fmaf(half, erff(kSqrtHalf * x), half);
}

// From the side where exp does not overflow.
__device__ __forceinline__ float sigmoid(float x) {
  float small = expf(-fabsf(x));
  return (x < 0.0f ? small : 1.0f) / (1.0f + small);
}

__device__ __forceinline__ float activate(int activation, float x) {
  switch (activation) {
    case kRelu:
      return relu(x);
    case kGelu:
      return gelu(x);
    case kTanh:
      return tanhf(x);
    case kSigmoid:
      return sigmoid(x);
    default:
      return x;
  }
}

// P(X < x) + x times the density at x, for a standard normal X.
__device__ __forceinline__ float gelu_slope(float x) {
  if (fabsf(x) > kNormalEnd) {
    return x > 0.0f ? 1.0f : 0.0f;
  }
  float below = fmaf(0.5f, erff(kSqrtHalf * x), 0.5f);
  return fmaf(x * 0.39894228f, expf(-0.5f * x * x), below);
}

// The derivative from the activation's output (relu, tanh, sigmoid) or its input (gelu).
template <int kActivation>
__device__ __forceinline__ float activation_slope(float saved) {
  if constexpr (kActivation == kRelu) return saved > 0.0f ? 1.0f : saved == saved ? 0.0f : saved;
  if constexpr (kActivation == kGelu) return gelu_slope(saved);
  if constexpr (kActivation == kTanh) return (1.0f - saved) * (1.0f + saved);
  if constexpr (kActivation == kSigmoid) return saved * (1.0f - saved);
  return 1.0f;
}

}  // namespace talus
