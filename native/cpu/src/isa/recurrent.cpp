// One step of the recurrent layers, LSTM and GRU, and its gradient: what is left of it beside the
// products. Everything of a unit happens in one pass, a vector of units at a time.
//
// A task owns a range of units, which may begin and end within a row. Every unit is computed from
// what lies at its place alone, so the cut into tasks and vectors changes no bits. All of a unit is
// read before any of it is written: outputs may lie where inputs did.
#include "kernels.h"
#include "ranges.h"
#include "vector_math.h"

namespace talus::TALUS_ISA {
namespace {

// Of one task: each unit takes three to five functions of some tens of instructions.
constexpr int64_t kUnits = kHeavyRange / 4;

// Runs body(row, unit, at) over all units, a vector of one row's at a time.
template <class Body>
inline void for_units(int64_t rows, int64_t units, const Body& body) {
  for_ranges(rows * units, kUnits, [&](int64_t from, int64_t to) {
    int64_t row = from / units;
    for (int64_t next; from < to; from = next, row++) {
      int64_t row_start = row * units;
      next = row_start + units < to ? row_start + units : to;
      each_vector(from - row_start, next - row_start,
                  [&](int64_t unit, auto at) { body(row, unit, at); });
    }
  });
}

template <class At>
inline Vec load_or_zero(At at, const float* optional, int64_t i) {
  return optional == nullptr ? splat(0.0f) : at.load(optional + i);
}

}  // namespace

int lstm_cell_f32(int64_t rows, int64_t units, const float* z, const float* previous, float* gates,
                  float* cell, float* h) {
  for_units(rows, units, [=](int64_t row, int64_t unit, auto at) {
    const float* from = z + row * 4 * units + unit;
    Vec i = vec_sigmoid(at.load(from));
    Vec f = vec_sigmoid(at.load(from + units));
    Vec g = vec_tanh(at.load(from + 2 * units));
    Vec o = vec_sigmoid(at.load(from + 3 * units));
    int64_t here = row * units + unit;
    Vec c = fma(f, load_or_zero(at, previous, here), i * g);
    if (gates != nullptr) {
      float* to = gates + row * 4 * units + unit;
      at.store(to, i);
      at.store(to + units, f);
      at.store(to + 2 * units, g);
      at.store(to + 3 * units, o);
    }
    at.store(cell + here, c);
    at.store(h + here, o * vec_tanh(c));
  });
  return TALUS_OK;
}

int lstm_cell_gradient_f32(int64_t rows, int64_t units, const float* d_h, const float* d_cell,
                           const float* gates, const float* previous, const float* cell, float* d_z,
                           float* d_previous) {
  for_units(rows, units, [=](int64_t row, int64_t unit, auto at) {
    const float* from = gates + row * 4 * units + unit;
    Vec i = at.load(from), f = at.load(from + units);
    Vec g = at.load(from + 2 * units), o = at.load(from + 3 * units);
    int64_t here = row * units + unit;
    Vec t = vec_tanh(at.load(cell + here)), of_h = at.load(d_h + here);
    Vec of_cell = fma(of_h * o, activation_slope<kTanh>(t), load_or_zero(at, d_cell, here));
    Vec of_f = of_cell * load_or_zero(at, previous, here) * activation_slope<kSigmoid>(f);
    float* to = d_z + row * 4 * units + unit;
    at.store(to, of_cell * g * activation_slope<kSigmoid>(i));
    at.store(to + units, of_f);
    at.store(to + 2 * units, of_cell * i * activation_slope<kTanh>(g));
    at.store(to + 3 * units, of_h * t * activation_slope<kSigmoid>(o));
    if (d_previous != nullptr) at.store(d_previous + here, of_cell * f);
  });
  return TALUS_OK;
}

int gru_cell_f32(int64_t rows, int64_t units, const float* x, const float* recurrent,
                 const float* previous, float* gates, float* h) {
  for_units(rows, units, [=](int64_t row, int64_t unit, auto at) {
    const float* of_x = x + row * 3 * units + unit;
    const float* of_h = recurrent + row * 3 * units + unit;
    Vec r = vec_sigmoid(at.load(of_x) + at.load(of_h));
    Vec z = vec_sigmoid(at.load(of_x + units) + at.load(of_h + units));
    Vec n = vec_tanh(fma(r, at.load(of_h + 2 * units), at.load(of_x + 2 * units)));
    int64_t here = row * units + unit;
    Vec y = fma(z, load_or_zero(at, previous, here), (1.0f - z) * n);
    if (gates != nullptr) {
      float* to = gates + row * 3 * units + unit;
      at.store(to, r);
      at.store(to + units, z);
      at.store(to + 2 * units, n);
    }
    at.store(h + here, y);
  });
  return TALUS_OK;
}

int gru_cell_gradient_f32(int64_t rows, int64_t units, const float* d_h, const float* gates,
                          const float* recurrent, const float* previous, float* d_x,
                          float* d_recurrent, float beta_previous, float* d_previous) {
  for_units(rows, units, [=](int64_t row, int64_t unit, auto at) {
    int64_t wide = row * 3 * units + unit, here = row * units + unit;
    Vec r = at.load(gates + wide), z = at.load(gates + wide + units);
    Vec n = at.load(gates + wide + 2 * units);
    Vec of_h = at.load(d_h + here);
    Vec of_n = of_h * (1.0f - z) * activation_slope<kTanh>(n);
    Vec of_r = of_n * at.load(recurrent + wide + 2 * units) * activation_slope<kSigmoid>(r);
    Vec of_z = of_h * (load_or_zero(at, previous, here) - n) * activation_slope<kSigmoid>(z);
    at.store(d_x + wide, of_r);
    at.store(d_x + wide + units, of_z);
    at.store(d_x + wide + 2 * units, of_n);
    at.store(d_recurrent + wide, of_r);
    at.store(d_recurrent + wide + units, of_z);
    at.store(d_recurrent + wide + 2 * units, of_n * r);
    if (d_previous != nullptr) {
      Vec before = beta_previous == 0 ? splat(0.0f) : beta_previous * at.load(d_previous + here);
      at.store(d_previous + here, fma(of_h, z, before));
    }
  });
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
