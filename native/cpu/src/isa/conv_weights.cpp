// The gradient of a convolution's weights: patches transposed, times dY.
//
// The sum over all outputs is cut into at most kChunks chunks, and where these are few the filters
// into sections. A task is a chunk of a section of a group of the convolution. It takes its outputs
// in blocks, and adds the product of the block's patches with one panel of its dY after another to
// the chunk's own sums, which lie as dW does; the first tile of a panel packs it for the others.
// Where images are large, a block is some lines of one: what they see is copied once, with zeros
// around it, and the places that one line of taps sees give the tiles' rows, for all lines of
// outputs. Else patches are copied. Chunks are then added in order. All of it follows from the
// sizes, so that the bits do not depend on the number of threads.
//
// One core of an Intel Xeon whose peak is 210, GFLOP/s: 3x3 windows, 64 to 64 channels, 32x32: 160;
// 3 to 64: 139; 5x5, 1 to 32, 28x28: 122. With dY transposed giving the rows and patches the
// columns, which had to be packed: 159, 97 and 75. Next idea: two lines of taps in a tile where
// they are as short as the last.
#include "../runtime/scratch.h"
#include "conv.h"
#include "gemm_pack.h"
#include "kernels.h"
#include "ranges.h"

namespace talus::TALUS_ISA {
namespace {

// Outputs of one block: enough to pay for reading and writing the sums, few enough for a panel to
// stay in the first-level cache.
constexpr int64_t kBlockRows = 256;
// Floats of its patches where they are copied, which then stay in the second-level cache.
constexpr int64_t kBlockFloats = 144 * 1024;
constexpr int64_t kLeastBlockRows = 16;
// Outputs of an image that are worth blocks of their own.
constexpr int64_t kLeastImageRows = 96;

constexpr int64_t kChunks = 16;
// All chunks' sums together.
constexpr int64_t kMostSums = int64_t{4} << 20;
// Filters of a group for each section: with fewer, copying the patches would weigh too much.
constexpr int64_t kSectionFilters = 64;

struct WeightGradient {
  Patches patches;           // of the first group
  int64_t outputs, filters;  // of all groups, of one
  const float* d_y;

  int64_t k() const { return patches.columns(); }
  // Places of a line of taps, all channels of each.
  int64_t run() const { return patches.horizontal.taps * patches.channels; }
  int64_t outputs_of_image() const { return patches.vertical.count * patches.horizontal.count; }

  // Whether blocks are lines of an image.
  bool takes_lines() const {
    return patches.vertical.taps * patches.horizontal.taps > 1 &&
           outputs_of_image() >= kLeastImageRows && patches.horizontal.count <= kBlockRows;
  }

  int64_t most_lines() const { return kBlockRows / patches.horizontal.count; }
  int64_t most_rows() const {
    if (takes_lines()) return most_lines() * patches.horizontal.count;
    int64_t fit = kBlockFloats / (patch_stride(k()) + 1);
    return fit < kLeastBlockRows ? kLeastBlockRows : fit < kBlockRows ? fit : kBlockRows;
  }

  int64_t blocks_of_image() const { return ceil_div(patches.vertical.count, most_lines()); }
  int64_t blocks() const {
    return takes_lines() ? patches.images * blocks_of_image()
                         : ceil_div(patches.rows(), most_rows());
  }

  int64_t memory_floats() const {
    return most_rows() * kTileColumns + (takes_lines() ? PatchStrip{patches}.floats(most_lines())
                                                       : patch_floats(patches, most_rows()));
  }
};

// Memory that the next block reads, fetched to the second-level cache a part at a time.
struct FetchAhead {
  const float *at = nullptr, *end = nullptr;
  int64_t part = 0;

  FetchAhead() = default;
  FetchAhead(const float* from, int64_t floats, int64_t parts)
      : at(from), end(from + floats), part(ceil_div(floats, parts)) {}

  void fetch() {
    constexpr int64_t kLineFloats = 16;
    const float* stop = end - at < part ? end : at + part;
    for (; at < stop; at += kLineFloats) __builtin_prefetch(at, 0, 2);
  }
};

// The columns of a block's patches, which give the tiles' rows: `lines` runs of them, `pitch`
// apart.
struct PatchColumns {
  const float* data;
  int64_t lines, run, pitch;
};

// What a task adds up: a chunk's share of one group, for a section of its filters.
struct SectionSums {
  const WeightGradient& gradient;
  Patches patches;
  int64_t first, last;    // filters first .. last-1, of all groups
  float *sums, *memory;   // sums: k x outputs
  FetchAhead image, d_y;  // of the next block

  float* panel() const { return memory; }
  float* copied() const { return memory + gradient.most_rows() * kTileColumns; }

  // Adds what a block contributes, or begins with it.
  void add(int64_t block, bool begins) {
    if (gradient.takes_lines()) {
      add_lines(block, begins);
    } else {
      add_patches(block, begins);
    }
  }

  void add_lines(int64_t block, bool begins) {
    const int64_t parts = gradient.blocks_of_image(), number = block / parts, part = block % parts;
    const int64_t lines = patches.vertical.count, wide = patches.horizontal.count;
    const int64_t from = part * lines / parts, count = (part + 1) * lines / parts - from;
    const PatchStrip strip{patches};
    strip.gather(number, from, count, copied());
    if (block + 1 < gradient.blocks()) fetch_ahead(block + 1, count);
    Tile tile{};
    tile.k = count * wide;
    tile.line = wide;
    tile.a_step = patches.horizontal.step * patches.channels;
    tile.a_jump = patches.vertical.step * strip.floats_of_line() - wide * tile.a_step;
    multiply(tile, {copied(), patches.vertical.taps, gradient.run(), strip.floats_of_line()},
             number * gradient.outputs_of_image() + from * wide, begins);
  }

  // Sets out to fetch what `block` reads, about `count` lines.
  void fetch_ahead(int64_t block, int64_t count) {
    const int64_t parts = gradient.blocks_of_image(), number = block / parts;
    const int64_t first_line = block % parts * patches.vertical.count / parts;
    const int64_t tiles =
        column_panels(last - first) * patches.vertical.taps * row_panels(gradient.run());
    const int64_t line = patches.horizontal.size * patches.pitch * patches.vertical.step;
    const int64_t output =
        number * gradient.outputs_of_image() + first_line * patches.horizontal.count;
    image = {patches.image(number) + first_line * line, count * line, tiles};
    d_y = {gradient.d_y + output * gradient.outputs,
           count * patches.horizontal.count * gradient.outputs, tiles};
  }

  void add_patches(int64_t block, bool begins) {
    const int64_t rows = patches.rows(), blocks = gradient.blocks();
    const int64_t from = block * rows / blocks, count = (block + 1) * rows / blocks - from;
    const PatchRows copies = gather_patches(patches, from, count, copied());
    Tile tile{};
    tile.k = count;
    tile.a_step = copies.stride;
    multiply(tile, {copies.data, 1, gradient.k(), 0}, from, begins);
  }

  // Adds the products of columns of patches with rows `from` and following of d_y.
  void multiply(Tile tile, const PatchColumns& columns, int64_t from, bool begins) {
    const RowPanels rows(columns.run);
    const Epilogue e{1,       begins ? 0.f : 1.f, sums,    gradient.outputs,
                     nullptr, kIdentity,          nullptr, false};
    for (int64_t j = first; j < last; j += kTileColumns) {
      tile.columns = last - j < kTileColumns ? last - j : kTileColumns;
      tile.b = gradient.d_y + from * gradient.outputs + j;
      tile.b_step = gradient.outputs;
      tile.packed_b = panel();
      for (int64_t u = 0; u < columns.lines; u++) {
        for (int64_t r = 0; r < rows.count; r++) {
          tile.rows = rows.rows(r);
          tile.a = columns.data + u * columns.pitch + rows.start(r);
          multiply_tile(tile, e, u * columns.run + rows.start(r), j);
          image.fetch();
          d_y.fetch();
          tile.b = panel();
          tile.b_step = kTileColumns;
          tile.packed_b = nullptr;
        }
      }
    }
  }
};

// d_w = the sum of `chunks` arrays of `size` elements, one after the other.
void add_chunks(int64_t size, int64_t chunks, const float* sums, float* d_w) {
  for_ranges(size, kLightRange, [&](int64_t from, int64_t to) {
    each_vector(from, to, [=](int64_t i, auto at) {
      Vec sum = chunks == 0 ? Vec{} : at.load(sums + i);
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
      outputs / groups,
      d_y};
  const int64_t k = gradient.k(), size = k * outputs, blocks = gradient.blocks();
  if (size == 0) return TALUS_OK;
  int64_t chunks = blocks < kChunks ? blocks : kChunks;
  if (chunks > kMostSums / size) chunks = at_least_one(kMostSums / size);
  const int64_t filters = gradient.filters, panels = column_panels(filters);
  int64_t sections = ceil_div(kChunks, at_least_one(chunks) * groups);
  if (sections > filters / kSectionFilters) sections = at_least_one(filters / kSectionFilters);
  float* sums = scratch_floats(kConvShared, chunks * size);
  if (sums == nullptr) return TALUS_OUT_OF_MEMORY;
  int status = TALUS_OK;
  parallel_for(chunks * groups * sections, [&](int64_t task, int) {
    const int64_t chunk = task / (groups * sections), group = task / sections % groups;
    const int64_t section = task % sections;
    const int64_t first = section * panels / sections * kTileColumns;
    const int64_t last = (section + 1) * panels / sections * kTileColumns;
    float* memory = scratch_floats(kConvLocal, gradient.memory_floats());
    if (memory == nullptr) return __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
    SectionSums share{gradient,
                      gradient.patches.group(group),
                      group * filters + first,
                      group * filters + (last < filters ? last : filters),
                      sums + chunk * size,
                      memory,
                      {},
                      {}};
    int64_t from = chunk * blocks / chunks, to = (chunk + 1) * blocks / chunks;
    for (int64_t block = from; block < to; block++) share.add(block, block == from);
  });
  if (status == TALUS_OK) add_chunks(size, chunks, sums, d_w);
  return status;
}

}  // namespace talus::TALUS_ISA
