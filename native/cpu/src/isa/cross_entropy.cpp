// Softmax cross-entropy: losses and gradients of logits in one visit to memory.
#include "cross_entropy.h"

#include "kernels.h"
#include "narrow_rows.h"
#include "row_stream.h"

namespace talus::TALUS_ISA {
namespace {

// One task's view of the problem. s: label_smoothing.
//   loss = (1 - s) (max - z_t) + s (max - mean(z)) + ln(sum exp(z - max))
//   d z_j = coefficient (p_j - s / classes - (j = t ? 1 - s : 0))
struct RowLosses {
  const CrossEntropy& problem;
  const RowPlan& plan;
  const int32_t* targets;
  const float* logits;
  float* row_losses;
  bool want_gradients;
  double loss_sum = 0;
  float target_logits[2] = {};  // by parity of the row; the row itself may be overwritten

  bool skips(int64_t row) {
    if (targets[row] == problem.ignore_index) return true;
    target_logits[row & 1] = logits[row * plan.columns + targets[row]];
    return false;
  }

  void summed(const StreamedRow& row) {
    double loss = 0, s = problem.label_smoothing;
    if (targets[row.index] != problem.ignore_index) {
      loss = log1p(row.sums.excess);
      // Each factor of 0 is left out: 0 times an infinite logit is not 0.
      if (s != 1)
        loss += (1 - s) * (static_cast<double>(row.sums.max) - target_logits[row.index & 1]);
      if (s != 0) loss += s * (row.sums.max - row.sums.values / plan.columns);
    }
    if (row_losses != nullptr) row_losses[row.index] = static_cast<float>(loss);
    loss_sum += loss;
  }

  bool writes() const { return want_gradients; }

  template <class Map>
  void write(const StreamedRow& row, int64_t chunk, const Map& map) const {
    if (targets[row.index] == problem.ignore_index) {
      map(row.exps, [](Vec) { return Vec{}; });
      return;
    }
    int64_t begin = chunk * kChunk, count = chunk_length(plan.columns, chunk);
    double even = problem.label_smoothing / static_cast<double>(plan.columns);
    double factor = row.factor(chunk);
    int64_t target = targets[row.index] - begin;
    double at_target = 0;
    if (target >= 0 && target < count) {
      bool largest = target_logits[row.index & 1] == row.sums.max;
      double p_less_1 =
          largest ? -row.sums.excess / row.sums.total : row.exps[begin + target] * factor - 1;
      at_target = problem.coefficient * (p_less_1 + (problem.label_smoothing - even));
    }
    Vec scale = splat(static_cast<float>(problem.coefficient * factor));
    Vec shift = splat(static_cast<float>(-problem.coefficient * even));
    map(row.exps, [=](Vec e) { return fma(e, scale, shift); });
    if (target >= 0 && target < count) row.y[begin + target] = static_cast<float>(at_target);
  }
};

// Up to kLanes narrow rows, one a lane; the same formulas.
struct NarrowBlock {
  const CrossEntropy& problem;
  int64_t rows;
  const int32_t* targets;
  float* cells;  // the logits
  Vec target_logits = {};
  VecInt counts = {};  // true where the target is not ignore_index
  NarrowSums sums;

  void sum() {
    for (int64_t row = 0; row < rows; row++) {
      if (targets[row] == problem.ignore_index) continue;
      counts[row] = -1;
      target_logits[row] = cells[targets[row] * kLanes + row];
    }
    sums = sum_block<true>(problem.classes, cells);
  }

  Vec losses() const {
    float s = problem.label_smoothing;
    Vec loss = vec_log1p(sums.excess);
    if (s != 1) loss -= (1 - s) * (target_logits - sums.max);
    if (s != 0) loss -= s * (sums.below / static_cast<float>(problem.classes));
    return counts ? loss : splat(0.0f);
  }

  void turn_into_gradients() {
    float s = problem.label_smoothing, even = s / problem.classes;
    Vec scale = problem.coefficient / sums.total, shift = splat(-problem.coefficient * even);
    for (int64_t c = 0; c < problem.classes; c++) {
      Vec d = fma(load(cells + c * kLanes), scale, shift);
      store(cells + c * kLanes, counts ? d : splat(0.0f));
    }
    Vec below = target_logits - sums.max, p = exp_of_small(below) / sums.total;
    Vec p_less_1 = below == 0.0f ? -sums.excess / sums.total : p - 1.0f;
    Vec at_target = problem.coefficient * (p_less_1 + (s - even));
    for (int64_t row = 0; row < rows; row++) {
      if (counts[row]) cells[targets[row] * kLanes + row] = at_target[row];
    }
  }
};

double narrow_losses(const CrossEntropy& problem, const RowPlan& plan, int64_t task,
                     const float* logits, const int32_t* targets, float* row_losses,
                     float* d_logits) {
  alignas(64) float cells[kNarrow * kLanes];
  double loss_sum = 0;
  for (int64_t first = plan.first(task); first < plan.last(task); first += kLanes) {
    int64_t rows = plan.last(task) - first < kLanes ? plan.last(task) - first : kLanes;
    load_block(logits + first * plan.columns, rows, plan.columns, cells);
    NarrowBlock block{problem, rows, targets + first, cells, {}, {}, {}};
    block.sum();
    Vec losses = block.losses();
    if (row_losses != nullptr) store_first(row_losses + first, losses, rows);
    for (int64_t row = 0; row < rows; row++) loss_sum += losses[row];
    if (d_logits == nullptr) continue;
    block.turn_into_gradients();
    store_block(cells, rows, plan.columns, d_logits + first * plan.columns);
  }
  return loss_sum;
}

}  // namespace

template <bool want_exps, bool want_values>
static int sum_losses(const CrossEntropy& problem, int64_t rows, const float* logits,
                      const int32_t* targets, float* row_losses, float* d_logits,
                      double* loss_sum) {
  *loss_sum = 0;
  if (rows == 0 || problem.classes == 0) return TALUS_OK;
  RowPlan plan(rows, problem.classes, !want_exps || logits == d_logits);
  double sums[RowPlan::kMostTasks];
  int status = TALUS_OK;
  parallel_for(plan.tasks(), [&](int64_t task, int) {
    if (plan.columns <= kNarrow) {
      sums[task] = narrow_losses(problem, plan, task, logits, targets, row_losses, d_logits);
      return;
    }
    float* scratch = scratch_floats(kRowsLocal, plan.scratch_floats());
    if (scratch == nullptr) return __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
    RowLosses losses{problem, plan, targets, logits, row_losses, want_exps};
    stream_rows<want_exps, want_values>(plan, task, logits, d_logits, scratch, losses);
    sums[task] = losses.loss_sum;
  });
  if (status != TALUS_OK) return status;
  for (int64_t task = 0; task < plan.tasks(); task++) *loss_sum += sums[task];
  return TALUS_OK;
}

int cross_entropy_rows(const CrossEntropy& problem, int64_t rows, const float* logits,
                       const int32_t* targets, float* row_losses, float* d_logits,
                       double* loss_sum) {
  bool smooth = problem.label_smoothing != 0;
  auto run = d_logits != nullptr ? (smooth ? sum_losses<true, true> : sum_losses<true, false>)
                                 : (smooth ? sum_losses<false, true> : sum_losses<false, false>);
  return run(problem, rows, logits, targets, row_losses, d_logits, loss_sum);
}

int64_t count_rows(int64_t rows, const int32_t* targets, int32_t ignore_index) {
  int64_t count = 0;
  for (int64_t row = 0; row < rows; row++) count += targets[row] != ignore_index;
  return count;
}

int softmax_cross_entropy_f32(int64_t rows, int64_t classes, const float* logits,
                              const int32_t* targets, int reduction, float label_smoothing,
                              int32_t ignore_index, float scale, float* loss, float* d_logits) {
  int64_t counted = reduction == kMean ? count_rows(rows, targets, ignore_index) : 1;
  CrossEntropy problem = {classes, label_smoothing, ignore_index, 0};
  problem.coefficient = counted == 0 ? 0 : scale / counted;
  double sum = 0;
  int status = cross_entropy_rows(problem, rows, logits, targets,
                                  reduction == kNone ? loss : nullptr, d_logits, &sum);
  if (reduction != kNone) *loss = counted == 0 ? 0 : static_cast<float>(sum / counted);
  return status;
}

}  // namespace talus::TALUS_ISA
