// What the device can do at most, measured on it.

// Multiply-adds on registers alone: 8 independent chains a thread, each `iterations` long. Launch:
// any grid and block in one dimension; sums has one element for each thread.
extern "C" __global__ void measure_fma_f32(int iterations, float* __restrict__ sums) {
  float chain[8];
#pragma unroll
  for (int i = 0; i < 8; i++) {
    chain[i] = static_cast<float>(threadIdx.x + i);
  }
  float factor = 0.5f + 1e-9f * static_cast<float>(threadIdx.x);
  for (int iteration = 0; iteration < iterations; iteration++) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
      chain[i] = __fmaf_rn(chain[i], factor, 1.0f);
    }
  }
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 8; i++) {
    sum += chain[i];
  }
  sums[static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x] = sum;
}
