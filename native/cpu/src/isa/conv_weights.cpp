// The gradient of a convolution's weights: patches transposed, times dY.
//
// The sum over all outputs is cut into at most kChunks chunks, and where these are few the columns
// of dW into sections; those of one group of the convolution are a section at least. A task is a
// chunk of a section. It takes its outputs in blocks: copies their
// patches, and adds the block's product to the chunk's own sums. Chunks are then added in order.
// All of it follows from the sizes, so that the bits do not depend on the number of threads.
#include "../runtime/scratch.h"
#include "conv.h"
#include "gemm_pack.h"
#include "kernels.h"
#include "ranges.h"

namespace talus::TALUS_ISA {
namespace {

// Outputs of one block: enough to pay for reading and writing the sums, few enough for their
// patches to stay in the second-level cache.
constexpr int64_t kBlockRows = 128;
constexpr int64_t kBlockFloats = 96 * 1024;
constexpr int64_t kLeastBlockRows = 16;

constexpr int64_t kChunks = 16;
// All chunks' sums together.
constexpr int64_t kMostSums = int64_t{4} << 20;
// Column panels of a section: with fewer, copying the patches would weigh too much.
constexpr int64_t kSectionPanels = 2;

struct WeightGradient {
  Patches patches;  // of the first group
  int64_t outputs;
  const float* d_y;

  int64_t k() const { return patches.columns(); }
  int64_t block_rows() const {
    int64_t fit = kBlockFloats / (patch_stride(k()) + 1);
    return fit < kLeastBlockRows ? kLeastBlockRows : fit < kBlockRows ? fit : kBlockRows;
  }

  // Adds the products of `count` patches with their rows of d_y, columns first .. last-1, to sums
  // (k x outputs), or begins with them.
  void add(const PatchRows& block, int64_t count, const float* rows_of_d_y, int64_t first,
           int64_t last, bool begins, float* sums, float* panel) const {
    const RowPanels rows(k());
    const Epilogue e{1, begins ? 0.f : 1.f, sums, outputs, nullptr, kIdentity, nullptr, false};
    for (int64_t j = first; j < last; j += kTileColumns) {
      int64_t columns = last - j < kTileColumns ? last - j : kTileColumns;
      pack_column_panel(true, columns, count, rows_of_d_y + j, outputs, panel);
      for (int64_t r = 0; r < rows.count; r++) {
        int64_t i = rows.start(r);
        multiply_tile({rows.rows(r), columns, count, block.at(0, i), block.stride, block.across,
                       panel, kTileColumns, nullptr},
                      e, i, j);
      }
    }
  }

  // Outputs from .. to-1 of columns first .. last-1, which are of one group.
  bool chunk(int64_t from, int64_t to, int64_t group, int64_t first, int64_t last,
             float* sums) const {
    const int64_t most = block_rows();
    float* panel = scratch_floats(kConvLocal, most * kTileColumns + patch_floats(patches, most));
    if (panel == nullptr) return false;
    int64_t at = from;
    do {
      int64_t count = to - at < most ? to - at : most;
      PatchRows block =
          gather_patches(patches.group(group), at, count, panel + most * kTileColumns);
      add(block, count, d_y + at * outputs, first, last, at == from, sums, panel);
      at += most;
    } while (at < to);
    return true;
  }
};

// d_w = the sum of `chunks` arrays, one after the other.
void add_chunks(int64_t size, int64_t chunks, const float* sums, float* d_w) {
  for_ranges(size, kLightRange, [&](int64_t from, int64_t to) {
    each_vector(from, to, [&](int64_t i, auto at) {
      Vec sum = at.load(sums + i);
      for (int64_t chunk = 1; chunk < chunks; chunk++) sum += at.load(sums + chunk * size + i);
      at.store(d_w + i, sum);
    });
  });
}

int64_t at_least_one(int64_t value) { return value < 1 ? 1 : value; }

}  // namespace

int convolution_weight_gradient_f32(int64_t images, int64_t height, int64_t width, int64_t channels,
                                    int64_t outputs, int64_t groups, int64_t window_height,
                                    int64_t window_width, int64_t stride_height,
                                    int64_t stride_width, int64_t padding_height,
                                    int64_t padding_width, const float* x, const float* d_y,
                                    float* d_w) {
  const ConvAxis vertical(height, window_height, stride_height, padding_height);
  const ConvAxis horizontal(width, window_width, stride_width, padding_width);
  const WeightGradient gradient{
      {x, images, vertical.patches(), horizontal.patches(), channels / groups, channels},
      outputs,
      d_y};
  const int64_t size = gradient.k() * outputs, rows = gradient.patches.rows();
  if (size == 0) return TALUS_OK;
  int64_t chunks = at_least_one(ceil_div(rows, gradient.block_rows()));
  if (chunks > kChunks) chunks = kChunks;
  if (chunks > kMostSums / size) chunks = at_least_one(kMostSums / size);
  const int64_t filters = outputs / groups, panels = column_panels(filters);
  int64_t sections = ceil_div(kChunks, chunks * groups);
  if (sections > panels / kSectionPanels) sections = at_least_one(panels / kSectionPanels);
  float* sums = chunks == 1 ? d_w : scratch_floats(kConvShared, chunks * size);
  if (sums == nullptr) return TALUS_OUT_OF_MEMORY;
  int status = TALUS_OK;
  parallel_for(chunks * groups * sections, [&](int64_t task, int) {
    int64_t chunk = task / (groups * sections), group = task / sections % groups;
    int64_t section = task % sections, start = group * filters;
    int64_t first = section * panels / sections * kTileColumns;
    int64_t last = (section + 1) * panels / sections * kTileColumns;
    if (!gradient.chunk(chunk * rows / chunks, (chunk + 1) * rows / chunks, group, start + first,
                        start + (last < filters ? last : filters), sums + chunk * size)) {
      __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
    }
  });
  if (status == TALUS_OK && chunks > 1) add_chunks(size, chunks, sums, d_w);
  return status;
}

}  // namespace talus::TALUS_ISA
