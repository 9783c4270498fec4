// Element by element. Launch: any grid and block in one dimension; threads stride over the
// elements.
#include "common/index.cuh"

using talus::i64;

// y = value. One write of y.
extern "C" __global__ void fill_f32(i64 size, float value, float* __restrict__ y) {
  for (i64 i = talus::global_thread(); i < size; i += talus::global_threads()) {
    y[i] = value;
  }
}
