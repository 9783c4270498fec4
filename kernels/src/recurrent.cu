// One step of the recurrent layers, LSTM and GRU, and its gradient: what is left of it beside the
// products. A thread computes a unit of a row after another, all of it in one pass.
//
// Launch, all: any grid and block in one dimension; threads stride over rows x units. previous,
// d_cell: null for 0; gates, d_previous: null if not wanted. All of a unit is read before any of it
// is written: outputs may lie where inputs did. One read and one write of each operand, a warp's
// side by side within a row.
//
// Next idea: the products' last pass could compute the cell, which saves a write and a read of z.
#include "common/activation.cuh"
#include "common/index.cuh"

using talus::activation_slope;
using talus::global_thread;
using talus::global_threads;
using talus::i64;
using talus::kSigmoid;
using talus::kTanh;
using talus::Position;
using talus::sigmoid;

namespace {

// Calls body(i, row, unit) for every unit, the i-th of all.
template <typename Body>
__device__ __forceinline__ void each_unit(i64 rows, i64 units, const Body& body) {
  i64 first = global_thread();
  if (first >= rows * units) {
    return;
  }
  Position position(first, units), step(global_threads(), units);
  for (i64 i = first; i < rows * units; i += global_threads()) {
    body(i, position.row, position.column);
    position.advance(step, units);
  }
}

__device__ __forceinline__ float or_zero(const float* optional, i64 i) {
  return optional == nullptr ? 0.0f : optional[i];
}

}  // namespace

// z, gates: i, f, g, o of all units side by side; c = f c' + i g, h = o tanh(c).
extern "C" __global__ void lstm_cell_f32(i64 rows, i64 units, const float* z, const float* previous,
                                         float* gates, float* cell, float* __restrict__ h) {
  each_unit(rows, units, [=](i64 at, i64 row, i64 unit) {
    i64 wide = row * 4 * units + unit;
    float i = sigmoid(z[wide]);
    float f = sigmoid(z[wide + units]);
    float g = tanhf(z[wide + 2 * units]);
    float o = sigmoid(z[wide + 3 * units]);
    float c = fmaf(f, or_zero(previous, at), i * g);
    if (gates != nullptr) {
      gates[wide] = i;
      gates[wide + units] = f;
      gates[wide + 2 * units] = g;
      gates[wide + 3 * units] = o;
    }
    cell[at] = c;
    h[at] = o * tanhf(c);
  });
}

extern "C" __global__ void lstm_cell_gradient_f32(i64 rows, i64 units,
                                                  const float* __restrict__ d_h,
                                                  const float* d_cell, const float* gates,
                                                  const float* __restrict__ previous,
                                                  const float* __restrict__ cell, float* d_z,
                                                  float* d_previous) {
  each_unit(rows, units, [=](i64 at, i64 row, i64 unit) {
    i64 wide = row * 4 * units + unit;
    float i = gates[wide];
    float f = gates[wide + units];
    float g = gates[wide + 2 * units];
    float o = gates[wide + 3 * units];
    float t = tanhf(cell[at]);
    float of_h = d_h[at];
    float of_cell = fmaf(of_h * o, activation_slope<kTanh>(t), or_zero(d_cell, at));
    d_z[wide] = of_cell * g * activation_slope<kSigmoid>(i);
    d_z[wide + units] = of_cell * or_zero(previous, at) * activation_slope<kSigmoid>(f);
    d_z[wide + 2 * units] = of_cell * i * activation_slope<kTanh>(g);
    d_z[wide + 3 * units] = of_h * t * activation_slope<kSigmoid>(o);
    if (d_previous != nullptr) {
      d_previous[at] = of_cell * f;
    }
  });
}

// x, recurrent, gates: r, z, n of all units side by side; h = (1 - z) n + z h'.
extern "C" __global__ void gru_cell_f32(i64 rows, i64 units, const float* x,
                                        const float* __restrict__ recurrent, const float* previous,
                                        float* gates, float* h) {
  each_unit(rows, units, [=](i64 at, i64 row, i64 unit) {
    i64 wide = row * 3 * units + unit;
    float r = sigmoid(x[wide] + recurrent[wide]);
    float z = sigmoid(x[wide + units] + recurrent[wide + units]);
    float n = tanhf(fmaf(r, recurrent[wide + 2 * units], x[wide + 2 * units]));
    float y = fmaf(z, or_zero(previous, at), (1.0f - z) * n);
    if (gates != nullptr) {
      gates[wide] = r;
      gates[wide + units] = z;
      gates[wide + 2 * units] = n;
    }
    h[at] = y;
  });
}

// Of recurrent n's part alone is read. d_previous = beta_previous d_previous + d_h z.
extern "C" __global__ void gru_cell_gradient_f32(i64 rows, i64 units, const float* d_h,
                                                 const float* gates, const float* recurrent,
                                                 const float* __restrict__ previous, float* d_x,
                                                 float* d_recurrent, float beta_previous,
                                                 float* d_previous) {
  each_unit(rows, units, [=](i64 at, i64 row, i64 unit) {
    i64 wide = row * 3 * units + unit;
    float r = gates[wide];
    float z = gates[wide + units];
    float n = gates[wide + 2 * units];
    float of_h = d_h[at];
    float of_n = of_h * (1.0f - z) * activation_slope<kTanh>(n);
    float of_r = of_n * recurrent[wide + 2 * units] * activation_slope<kSigmoid>(r);
    float of_z = of_h * (or_zero(previous, at) - n) * activation_slope<kSigmoid>(z);
    d_x[wide] = of_r;
    d_x[wide + units] = of_z;
    d_x[wide + 2 * units] = of_n;
    d_recurrent[wide] = of_r;
    d_recurrent[wide + units] = of_z;
    d_recurrent[wide + 2 * units] = of_n * r;
    if (d_previous != nullptr) {
      float before = beta_previous == 0 ? 0.0f : beta_previous * d_previous[at];
      d_previous[at] = fmaf(of_h, z, before);
    }
  });
}
