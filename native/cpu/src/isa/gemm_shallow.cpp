// All steps of a panel of B stay in registers while the rows of A go by: each row is as many
// broadcasts as there are steps, and C is written in passing. A tile of gemm_tile.h would begin and
// end after a few steps.
//
// A task is some rows: were it some columns, each thread's processor would fetch ahead what is
// another's, row by row, which doubles the time of 128 x 512. An element's sum runs over its steps
// in order, so that its bits do not depend on the tasks.
//
// 128 x 512 over 10 steps, B transposed, on an Intel Xeon: 9.1 microseconds on one core (tiles:
// 12), 5.7 on two (tiles: 7 or 13). Writing C takes longer than the arithmetic, as it comes from
// the second-level cache; fetched ahead it took 10 % more.
#include "gemm_shallow.h"

#include "../runtime/pool.h"
#include "gemm_epilogue.h"
#include "gemm_pack.h"
#include "interleave.h"

namespace talus::TALUS_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int kMostVecs = 2, kRegisters = 31;
#else
constexpr int kMostVecs = 1, kRegisters = 15;
#endif
constexpr int kWidth = kMostVecs * kLanes;
constexpr int kMostSteps = 12;

// Rows at a time: what the panel and a broadcast leave of the registers.
constexpr int height_for(int steps, int vecs) {
  int height = (kRegisters - 1 - steps * vecs) / vecs;
  return height < 1 ? 1 : height > 4 ? 4 : height;
}

// Multiply-adds of one task at least: a few microseconds'. Tasks are few because each loads B for
// itself.
constexpr int64_t kTaskWork = 320 * 1024;
constexpr int64_t kTasks = 32;

struct Shallow {
  const float* a;
  int64_t lda;
  const float* b;
  int64_t ldb;
  bool trans_b;
  Epilogue epilogue;
};

// Columns j .. j + columns - 1 of B, zeros beyond; the last vector is not empty.
template <int kSteps, int kVecs>
inline void load_panel(const Shallow& x, int64_t j, int64_t columns, Vec (&panel)[kSteps][kVecs]) {
#pragma GCC unroll 2
  for (int v = 0; v < kVecs; v++) {
    const int64_t left = columns - v * kLanes, count = left < kLanes ? left : kLanes;
    if (!x.trans_b) {
#pragma GCC unroll 12
      for (int p = 0; p < kSteps; p++) {
        panel[p][v] = load_first(x.b + p * x.ldb + j + v * kLanes, count);
      }
      continue;
    }
    // Steps beyond a vector, where these are short, in a further square.
#pragma GCC unroll 3
    for (int first = 0; first < kSteps; first += kLanes) {
      const int64_t steps = kSteps - first < kLanes ? kSteps - first : kLanes;
      Vec square[kLanes];
      for (int q = 0; q < kLanes; q++) {
        const float* from = x.b + (j + v * kLanes + q) * x.ldb + first;
        square[q] = q < count ? load_first(from, steps) : Vec{};
      }
      transpose_tile(square);
#pragma GCC unroll 16
      for (int p = 0; p < kLanes; p++) {
        if (first + p < kSteps) panel[first + p < kSteps ? first + p : 0][v] = square[p];
      }
    }
  }
}

// Rows i .. i + kRows - 1 of one panel.
template <int kRows, int kSteps, int kVecs>
inline void multiply_rows(const Shallow& x, const Vec (&panel)[kSteps][kVecs], int64_t i, int64_t j,
                          int64_t columns) {
  Vec sum[kRows][kVecs] = {};
  const float* a = x.a + i * x.lda;
#pragma GCC unroll 12
  for (int p = 0; p < kSteps; p++) {
#pragma GCC unroll 4
    for (int r = 0; r < kRows; r++) {
      const Vec broadcast = splat(a[r * x.lda + p]);
#pragma GCC unroll 2
      for (int v = 0; v < kVecs; v++) sum[r][v] = fma(broadcast, panel[p][v], sum[r][v]);
    }
  }
  finish_tile<kRows, kVecs>(sum, columns, x.epilogue, i, j);
}

template <int kSteps, int kVecs>
void multiply_panel(const Shallow& x, int64_t first, int64_t last, int64_t j, int64_t columns) {
  constexpr int kRows = height_for(kSteps, kVecs);
  Vec panel[kSteps][kVecs];
  load_panel(x, j, columns, panel);
  int64_t i = first;
  for (; i + kRows <= last; i += kRows) multiply_rows<kRows>(x, panel, i, j, columns);
  for (; i < last; i++) multiply_rows<1>(x, panel, i, j, columns);
  if (x.epilogue.activation > kRelu) {
    activate_block(x.epilogue.activation, last - first, columns,
                   x.epilogue.c + first * x.epilogue.ldc + j, x.epilogue.ldc);
  }
}

using PanelFunction = void (*)(const Shallow&, int64_t, int64_t, int64_t, int64_t);

struct PanelsOfDepth {
  PanelFunction narrow, wide;  // up to one vector of columns, up to kWidth
};

template <int kSteps>
constexpr PanelsOfDepth panels() {
  return {multiply_panel<kSteps, 1>, multiply_panel<kSteps, kMostVecs>};
}

constexpr PanelsOfDepth kPanels[kMostSteps + 1] = {
    {},          panels<1>(), panels<2>(), panels<3>(),  panels<4>(),  panels<5>(),  panels<6>(),
    panels<7>(), panels<8>(), panels<9>(), panels<10>(), panels<11>(), panels<12>(),
};

}  // namespace

bool is_shallow(int trans_a, int64_t m, int64_t n, int64_t k) {
  return trans_a == 0 && k >= 1 && k <= kMostSteps && n >= kWidth && m >= kLanes;
}

void multiply_shallow(int trans_b, int64_t m, int64_t n, int64_t k, const float* a, int64_t lda,
                      const float* b, int64_t ldb, const Epilogue& epilogue) {
  const Shallow x{a, lda, b, ldb, trans_b != 0, epilogue};
  int64_t rows = ceil_div(kTaskWork, n * k);
  if (rows * kTasks < m) rows = ceil_div(m, kTasks);
  const int64_t tasks = ceil_div(m, rows);
  parallel_for(tasks, [&](int64_t task, int) {
    for (int64_t j = 0; j < n; j += kWidth) {
      const int64_t columns = n - j < kWidth ? n - j : kWidth;
      auto panel = columns > kLanes ? kPanels[k].wide : kPanels[k].narrow;
      panel(x, task * m / tasks, (task + 1) * m / tasks, j, columns);
    }
  });
}

}  // namespace talus::TALUS_ISA
