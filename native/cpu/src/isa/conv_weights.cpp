// The gradient of a convolution's weights: dY transposed, times patches.
//
// The sum over all outputs is cut into at most kChunks chunks, and where these are few the columns
// of the patches into sections. A task is a chunk of a section of a group of the convolution. It
// takes its outputs in blocks: copies their patches, and adds the product of the block's dY with
// one panel of columns after another to the chunk's own sums; the first tile of a panel packs it
// for the others. Chunks are then added in order. All of it follows from the sizes, so that the
// bits do not depend on the number of threads.
//
// Where the patches give the tiles' rows and dY their columns (before), 3x3 windows, 64 to 64
// channels, took 8 % longer on an Intel Xeon. Tried: panels copied from the image itself, at once
// or while the panel before is multiplied, not from patches: no faster.
#include "../runtime/scratch.h"
#include "conv.h"
#include "gemm_pack.h"
#include "interleave.h"
#include "kernels.h"

namespace talus::TALUS_ISA {
namespace {

// Outputs of one block: enough to pay for reading and writing the sums, few enough for a panel to
// stay in the first-level cache and their patches in the second-level one.
constexpr int64_t kBlockRows = 256;
constexpr int64_t kBlockFloats = 144 * 1024;
constexpr int64_t kLeastBlockRows = 16;

constexpr int64_t kChunks = 16;
// All chunks' sums together.
constexpr int64_t kMostSums = int64_t{4} << 20;
// Outputs of a group for each section: with fewer, copying the patches would weigh too much.
constexpr int64_t kSectionOutputs = 64;

struct WeightGradient {
  Patches patches;           // of the first group
  int64_t outputs, filters;  // of all groups, of one
  const float* d_y;

  int64_t k() const { return patches.columns(); }
  int64_t block_rows() const {
    int64_t fit = kBlockFloats / (patch_stride(k()) + 1);
    return fit < kLeastBlockRows ? kLeastBlockRows : fit < kBlockRows ? fit : kBlockRows;
  }

  // Adds the product of `count` rows of d_y, of the group's outputs alone, and columns first ..
  // last-1 of their patches to sums (filters x k), or begins with it.
  void add(const PatchRows& block, int64_t count, const float* rows_of_d_y, int64_t first,
           int64_t last, bool begins, float* sums, float* panel) const {
    const RowPanels rows(filters);
    const Epilogue e{1, begins ? 0.f : 1.f, sums, k(), nullptr, kIdentity, nullptr, false};
    Tile tile{};
    tile.k = count;
    tile.a_step = outputs;
    for (int64_t j = first; j < last; j += kTileColumns) {
      tile.columns = last - j < kTileColumns ? last - j : kTileColumns;
      if (block.across) {
        pack_column_panel(false, tile.columns, count, block.at(0, j), block.stride, panel);
        tile.b = panel;
        tile.b_step = kTileColumns;
      } else {
        tile.b = block.at(0, j);
        tile.b_step = block.stride;
        tile.packed_b = panel;
      }
      for (int64_t r = 0; r < rows.count; r++) {
        int64_t i = rows.start(r);
        tile.rows = rows.rows(r);
        tile.a = rows_of_d_y + i;
        multiply_tile(tile, e, i, j);
        tile.b = panel;
        tile.b_step = kTileColumns;
        tile.packed_b = nullptr;
      }
    }
  }

  // Outputs from .. to-1 of a group, columns first .. last-1 of their patches. sums: of all groups.
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
      add(block, count, d_y + at * outputs + group * filters, first, last, at == from,
          sums + group * filters * k(), panel);
      at += most;
    } while (at < to);
    return true;
  }
};

// d_w (k x outputs) = the sum of `chunks` arrays (outputs x k), one after the other, transposed.
void add_chunks(int64_t k, int64_t outputs, int64_t chunks, const float* sums, float* d_w) {
  const int64_t size = k * outputs;
  parallel_for(ceil_div(k, kLanes), [&](int64_t task, int) {
    const int64_t c = task * kLanes, columns = k - c < kLanes ? k - c : kLanes;
    const LaneMask mask = first_lanes(columns);
    for (int64_t o = 0; o < outputs; o += kLanes) {
      const int64_t rows = outputs - o < kLanes ? outputs - o : kLanes;
      Vec square[kLanes] = {};
      for (int64_t r = 0; r < rows; r++) {
        const float* from = sums + (o + r) * k + c;
        square[r] = load_masked(from, mask);
        for (int64_t chunk = 1; chunk < chunks; chunk++) {
          square[r] += load_masked(from + chunk * size, mask);
        }
      }
      transpose_tile(square);
      for (int64_t q = 0; q < columns; q++) {
        store_first(d_w + (c + q) * outputs + o, square[q], rows);
      }
    }
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
      outputs / groups,
      d_y};
  const int64_t k = gradient.k(), size = k * outputs, rows = gradient.patches.rows();
  if (size == 0) return TALUS_OK;
  int64_t chunks = at_least_one(ceil_div(rows, gradient.block_rows()));
  if (chunks > kChunks) chunks = kChunks;
  if (chunks > kMostSums / size) chunks = at_least_one(kMostSums / size);
  const int64_t panels = column_panels(k), most = gradient.filters / kSectionOutputs;
  int64_t sections = ceil_div(kChunks, chunks * groups);
  if (sections > panels) sections = panels;
  if (sections > most) sections = at_least_one(most);
  float* sums = scratch_floats(kConvShared, chunks * size);
  if (sums == nullptr) return TALUS_OUT_OF_MEMORY;
  int status = TALUS_OK;
  parallel_for(chunks * groups * sections, [&](int64_t task, int) {
    int64_t chunk = task / (groups * sections), group = task / sections % groups;
    int64_t section = task % sections;
    int64_t first = section * panels / sections * kTileColumns;
    int64_t last = (section + 1) * panels / sections * kTileColumns;
    if (!gradient.chunk(chunk * rows / chunks, (chunk + 1) * rows / chunks, group, first,
                        last < k ? last : k, sums + chunk * size)) {
      __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
    }
  });
  if (status == TALUS_OK) add_chunks(k, outputs, chunks, sums, d_w);
  return status;
}

}  // namespace talus::TALUS_ISA
