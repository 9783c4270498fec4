// Softmax and log-softmax of each row.
#include "kernels.h"
#include "narrow_rows.h"
#include "row_stream.h"

namespace talus::TALUS_ISA {
namespace {

struct Softmax {
  static constexpr bool kWantExps = true;
  bool skips(int64_t) const { return false; }
  void summed(const StreamedRow&) const {}

  bool writes() const { return true; }

  template <class Map>
  void write(const StreamedRow& row, int64_t chunk, const Map& map) const {
    float factor = static_cast<float>(row.factor(chunk));
    map(row.exps, [=](Vec e) { return e * factor; });
  }

  static void finish_block(const NarrowSums& sums, int64_t columns, float* cells) {
    Vec factor = 1.0f / sums.total;
    for (int64_t c = 0; c < columns; c++)
      store(cells + c * kLanes, load(cells + c * kLanes) * factor);
  }
};

struct LogSoftmax {
  static constexpr bool kWantExps = false;
  bool skips(int64_t) const { return false; }
  void summed(const StreamedRow&) const {}

  bool writes() const { return true; }

  template <class Map>
  void write(const StreamedRow& row, int64_t, const Map& map) const {
    float max = row.sums.max, log_total = static_cast<float>(log1p(row.sums.excess));
    map(row.x, [=](Vec v) { return (v - max) - log_total; });
  }

  static void finish_block(const NarrowSums& sums, int64_t columns, float* cells) {
    Vec log_total = vec_log1p(sums.excess);
    for (int64_t c = 0; c < columns; c++) {
      store(cells + c * kLanes, load(cells + c * kLanes) - log_total);
    }
  }
};

}  // namespace

template <class Kernel>
static void narrow_rows(const RowPlan& plan, int64_t task, const float* x, float* y) {
  alignas(64) float cells[kNarrow * kLanes];
  int64_t columns = plan.columns;
  for (int64_t row = plan.first(task); row < plan.last(task); row += kLanes) {
    int64_t rows = plan.last(task) - row < kLanes ? plan.last(task) - row : kLanes;
    load_block(x + row * columns, rows, columns, cells);
    NarrowSums sums = sum_block<Kernel::kWantExps>(columns, cells);
    Kernel::finish_block(sums, columns, cells);
    store_block(cells, rows, columns, y + row * columns);
  }
}

template <class Kernel>
static int each_row(int64_t rows, int64_t columns, const float* x, float* y) {
  if (rows == 0 || columns == 0) return TALUS_OK;
  RowPlan plan(rows, columns, x == y);
  int status = TALUS_OK;
  parallel_for(plan.tasks(), [&](int64_t task, int) {
    if (columns <= kNarrow) return narrow_rows<Kernel>(plan, task, x, y);
    float* scratch = scratch_floats(kRowsLocal, plan.scratch_floats());
    if (scratch == nullptr) return __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
    Kernel kernel;
    stream_rows<Kernel::kWantExps, false>(plan, task, x, y, scratch, kernel);
  });
  return status;
}

int softmax_f32(int64_t rows, int64_t columns, const float* x, float* y) {
  return each_row<Softmax>(rows, columns, x, y);
}

int log_softmax_f32(int64_t rows, int64_t columns, const float* x, float* y) {
  return each_row<LogSoftmax>(rows, columns, x, y);
}

}  // namespace talus::TALUS_ISA
