// Linear cross-entropy: x * w + bias into the loss and all gradients, without rows x classes in
// memory.
//
// Rows are taken in blocks whose logits fit kBlockFloats. For each block: the logits, by slabs of
// classes; losses and d_logits in their place; then d_x of the block and what the block adds to d_w
// and d_bias, slab by slab. Nothing is computed twice; the price of bounded memory is that w is
// packed, and d_w read and written, once a block. Rows whose target is ignore_index are left out of
// the products: they cost nothing, and nothing in them can reach a gradient.
//
// Scratch stays below 64 MiB whatever rows x classes is: kBlockFloats for the block, and what the
// products pack, a slab of w (kSlabFloats) and the block's rows beside it (kPackedFloats). It is
// more only where one row alone, or 64 classes of w, take more. 1024 x 256 x 32000: 38 MiB in all,
// where the logits alone would be 125. Its time was 1.1 to 1.4 times that of the same products and
// cross-entropy on whole matrices, on a machine busy with other work.
// Next idea: pack each slab of w once for both of its products.
#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "cross_entropy.h"
#include "kernels.h"
#include "simd.h"

namespace talus::TALUS_ISA {
namespace {

constexpr int64_t kBlockFloats = int64_t{9} << 20;
constexpr int64_t kPackedFloats = int64_t{4} << 20;
constexpr int64_t kSlabFloats = int64_t{5} << 19;

struct Problem {
  int64_t rows, inputs, classes;
  const float *x, *w, *bias;
  const int32_t* targets;
  CrossEntropy losses;
  float *row_losses, *d_x, *d_w, *d_bias;

  bool wants_gradients() const { return d_x != nullptr || d_w != nullptr || d_bias != nullptr; }
  bool counts(int64_t row) const { return targets[row] != losses.ignore_index; }
};

// Up to `most` rows that count. Where they lie together they are used in place, else gathered.
struct Block {
  int64_t rows, most;
  int64_t* indices;
  float* logits;
  const float* x;
  const int32_t* targets;
  float *row_losses, *d_x;  // null where not wanted
  // Room for the gathered.
  float *x_room, *losses_room, *d_x_room;
  int32_t* targets_room;

  bool gathered() const { return rows > 0 && indices[rows - 1] - indices[0] != rows - 1; }
};

int64_t slab_classes(const Problem& p) {
  int64_t classes = kSlabFloats / (p.inputs + 1) / 64 * 64;
  if (classes < 64) classes = 64;
  return classes < p.classes ? classes : p.classes;
}

int64_t block_rows(const Problem& p) {
  int64_t most = kBlockFloats / (p.classes + 2 * p.inputs + 4);
  int64_t packed = kPackedFloats / (slab_classes(p) + p.inputs + 1);
  if (packed < most) most = packed;
  if (most < 1) most = 1;
  return ceil_div(p.rows, ceil_div(p.rows, most));  // blocks as even as can be
}

bool allocate(const Problem& p, Block* block) {
  int64_t most = block->most = block_rows(p);
  float* memory = scratch_floats(kRowsShared, most * (p.classes + 2 * p.inputs + 4));
  if (memory == nullptr) return false;
  block->indices = reinterpret_cast<int64_t*>(memory);
  block->targets_room = reinterpret_cast<int32_t*>(memory + 2 * most);
  block->losses_room = memory + 3 * most;
  block->x_room = memory + 4 * most;
  block->d_x_room = block->x_room + most * p.inputs;
  block->logits = block->d_x_room + most * p.inputs;
  return true;
}

// Fills the block from row `first` on; returns the row behind it. Rows passed over get their zeros.
int64_t collect(const Problem& p, int64_t first, Block* block) {
  int64_t row = first;
  block->rows = 0;
  for (; row < p.rows && block->rows < block->most; row++) {
    if (p.counts(row)) {
      block->indices[block->rows++] = row;
      continue;
    }
    if (p.row_losses != nullptr) p.row_losses[row] = 0;
    if (p.d_x != nullptr) memset(p.d_x + row * p.inputs, 0, p.inputs * sizeof(float));
  }
  if (block->rows == 0) return row;
  int64_t start = block->indices[0];
  block->x = p.x + start * p.inputs;
  block->targets = p.targets + start;
  block->row_losses = p.row_losses == nullptr ? nullptr : p.row_losses + start;
  block->d_x = p.d_x == nullptr ? nullptr : p.d_x + start * p.inputs;
  if (!block->gathered()) return row;
  for (int64_t i = 0; i < block->rows; i++) {
    int64_t from = block->indices[i];
    memcpy(block->x_room + i * p.inputs, p.x + from * p.inputs, p.inputs * sizeof(float));
    block->targets_room[i] = p.targets[from];
  }
  block->x = block->x_room;
  block->targets = block->targets_room;
  if (block->row_losses != nullptr) block->row_losses = block->losses_room;
  if (block->d_x != nullptr) block->d_x = block->d_x_room;
  return row;
}

// Gathered results go where they belong.
void scatter(const Problem& p, const Block& block) {
  if (!block.gathered()) return;
  for (int64_t i = 0; i < block.rows; i++) {
    int64_t to = block.indices[i];
    if (p.row_losses != nullptr) p.row_losses[to] = block.row_losses[i];
    if (p.d_x != nullptr) {
      memcpy(p.d_x + to * p.inputs, block.d_x + i * p.inputs, p.inputs * sizeof(float));
    }
  }
}

// y (columns values) = beta * y + column sums of x. A task owns kStrip columns; rows are added in
// order, a few at a time so that no chain of roundings is long.
void add_columns(int64_t rows, int64_t columns, const float* x, float beta, float* y) {
  constexpr int64_t kStrip = 1024, kFewRows = 32;
  parallel_for(ceil_div(columns, kStrip), [=](int64_t task, int) {
    int64_t begin = task * kStrip, count = columns - begin < kStrip ? columns - begin : kStrip;
    float total[kStrip];
    for (int64_t j = 0; j < count; j++) total[j] = beta == 0 ? 0 : beta * y[begin + j];
    for (int64_t first = 0; first < rows; first += kFewRows) {
      int64_t last = rows - first < kFewRows ? rows : first + kFewRows;
      float sum[kStrip] = {};
      for (int64_t row = first; row < last; row++) {
        const float* from = x + row * columns + begin;
        for (int64_t j = 0; j < count; j++) sum[j] += from[j];
      }
      for (int64_t j = 0; j < count; j++) total[j] += sum[j];
    }
    memcpy(y + begin, total, count * sizeof(float));
  });
}

// Runs body(first class, classes) for each slab until one fails.
template <class Body>
int each_slab(const Problem& p, const Body& body) {
  int64_t wide = slab_classes(p);
  for (int64_t first = 0; first < p.classes; first += wide) {
    int status = body(first, p.classes - first < wide ? p.classes - first : wide);
    if (status != TALUS_OK) return status;
  }
  return TALUS_OK;
}

int add_block(const Problem& p, const Block& block, float beta, double* loss_sum) {
  int64_t rows = block.rows, inputs = p.inputs, classes = p.classes;
  int status = each_slab(p, [&](int64_t first, int64_t count) {
    return gemm_f32(0, 0, rows, count, inputs, 1, block.x, inputs, p.w + first, classes, 0,
                    block.logits + first, classes, p.bias == nullptr ? nullptr : p.bias + first,
                    kIdentity, nullptr);
  });
  if (status != TALUS_OK) return status;
  float* d_logits = p.wants_gradients() ? block.logits : nullptr;
  double sum = 0;
  status = cross_entropy_rows(p.losses, rows, block.logits, block.targets, block.row_losses,
                              d_logits, &sum);
  *loss_sum += sum;
  if (status != TALUS_OK || d_logits == nullptr) return status;
  if (p.d_bias != nullptr) add_columns(rows, classes, d_logits, beta, p.d_bias);
  return each_slab(p, [&](int64_t first, int64_t count) {
    const float* d = d_logits + first;
    int done = TALUS_OK;
    if (p.d_x != nullptr) {
      done = gemm_f32(0, 1, rows, inputs, count, 1, d, classes, p.w + first, classes,
                      first == 0 ? 0 : 1, block.d_x, inputs, nullptr, kIdentity, nullptr);
    }
    if (done != TALUS_OK || p.d_w == nullptr) return done;
    return gemm_f32(1, 0, inputs, count, rows, 1, block.x, inputs, d, classes, beta, p.d_w + first,
                    classes, nullptr, kIdentity, nullptr);
  });
}

int add_all(const Problem& p, double* loss_sum) {
  Block block;
  bool any = false;
  if (p.rows > 0 && !allocate(p, &block)) return TALUS_OUT_OF_MEMORY;
  for (int64_t row = 0; row < p.rows;) {
    row = collect(p, row, &block);
    if (block.rows == 0) continue;
    int status = add_block(p, block, any ? 1 : 0, loss_sum);
    if (status != TALUS_OK) return status;
    scatter(p, block);
    any = true;
  }
  if (any) return TALUS_OK;
  if (p.d_w != nullptr) memset(p.d_w, 0, p.inputs * p.classes * sizeof(float));
  if (p.d_bias != nullptr) memset(p.d_bias, 0, p.classes * sizeof(float));
  return TALUS_OK;
}

}  // namespace

int linear_cross_entropy_f32(int64_t rows, int64_t inputs, int64_t classes, const float* x,
                             const float* w, const float* bias, const int32_t* targets,
                             int reduction, float label_smoothing, int32_t ignore_index,
                             float scale, float* loss, float* d_x, float* d_w, float* d_bias) {
  int64_t counted = reduction == kMean ? count_rows(rows, targets, ignore_index) : 1;
  Problem problem = {rows, inputs, classes, x, w, bias, targets, {}, nullptr, d_x, d_w, d_bias};
  problem.losses = {classes, label_smoothing, ignore_index, counted == 0 ? 0 : scale / counted};
  if (reduction == kNone) problem.row_losses = loss;
  double sum = 0;
  int status = add_all(problem, &sum);
  if (reduction != kNone) *loss = counted == 0 ? 0 : static_cast<float>(sum / counted);
  return status;
}

}  // namespace talus::TALUS_ISA
