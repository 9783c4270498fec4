// Convolution and the gradient of its images: products of patches and weights.
//
// Both pack the weights once, into column panels, and cut the outputs into blocks; a task
// multiplies those of one. Where images are wide enough, a block is some lines of an image, what
// they see is copied once, with zeros around it, and a tile's rows are neighbouring places of it;
// it takes several lines of taps in one go where these are short. Else a block is some rows of the
// matrix of patches, which copies each place as often as windows see it.
//
// The gradient with stride 1 is the convolution of dY with the weights turned by half a circle.
// With larger strides an image's rows, and columns, fall into `stride` phases, by the taps that
// they meet: each phase is such a convolution with those taps alone, so that nothing is multiplied
// with the zeros between outputs.
//
// One core of an Intel Xeon whose peak is 210, GFLOP/s, forward: 3x3, 64 to 64 channels, 32x32:
// 160; 3 to 64: 150; 5x5, 3 to 32, 28x28: 163; 1 to 32: 146.
//
// Each group of channels and outputs is a convolution by itself, of channels that lie apart; the
// blocks of all groups are tasks side by side.
#include "conv.h"

#include "../runtime/scratch.h"
#include "gemm_pack.h"
#include "kernels.h"

namespace talus::TALUS_ISA {
namespace {

// Floats of the patches of one block: they stay in the second-level cache.
constexpr int64_t kBlockFloats = 48 * 1024;
constexpr int64_t kMostBlockRows = 24 * kTileRows;

// Each block reads all weights, which with long patches come from further away: then a block has so
// many tiles of rows, as far as they fit. 3x3, 256 to 256 channels: a quarter faster than with one.
constexpr int64_t kLeastTiles = 4;
constexpr int64_t kMostBlockFloats = 128 * 1024;

int64_t rows_of_block(int64_t stride) {
  const int64_t tile = stride * kTileRows + 1;
  int64_t tiles = kBlockFloats / tile, most = kMostBlockFloats / tile;
  if (tiles < kLeastTiles) tiles = most < kLeastTiles ? most : kLeastTiles;
  if (tiles < 1) tiles = 1;
  return tiles * kTileRows < kMostBlockRows ? tiles * kTileRows : kMostBlockRows;
}

// Sums of up to this many products stay in registers.
constexpr int64_t kDepth = 512;

int64_t depth_of(int64_t k) {
  int64_t parts = ceil_div(k, kDepth);
  return parts <= 1 ? k : ceil_div(k, parts);
}

// The matrix of weights in column panels as gemm_pack.h has them, the one of column j at j * k.
struct PackedWeights {
  const float* panels;
  int64_t k, columns;
};

// C = act(patches * weights + bias) for `count` rows of patches; `whole` is that of the first of
// them.
void multiply_rows(const PatchRows& patches, int64_t count, const PackedWeights& weights,
                   const Epilogue& whole) {
  const RowPanels panels(count);
  const int64_t k = weights.k, depth = depth_of(k);
  Tile tile{};
  tile.a_step = patches.stride;
  tile.a_row_major = true;
  tile.b_step = kTileColumns;
  int64_t first = 0;
  do {
    int64_t last = first + depth < k ? first + depth : k;
    const Epilogue e = last == k ? whole : whole.before_last();
    tile.k = last - first;
    tile.continues = first > 0;
    for (int64_t j = 0; j < weights.columns; j += kTileColumns) {
      int64_t left = weights.columns - j;
      tile.columns = left < kTileColumns ? left : kTileColumns;
      tile.b = weights.panels + j * k + first * kTileColumns;
      for (int64_t r = 0; r < panels.count; r++) {
        int64_t i = panels.start(r);
        tile.rows = panels.rows(r);
        tile.a = patches.at(i, first);
        multiply_tile(tile, e, i, j);
      }
    }
    first = last;
  } while (first < k);
}

// Products of one tile of a strip: the part of a column panel for so many stays in the first-level
// cache while all tiles use it, and sums are read and written that often.
constexpr int64_t kStripDepth = 320;

// The same for `lines` lines of patches of one image, by the strip that they see.
void multiply_strip(const Patches& patches, const float* strip, int64_t lines,
                    const PackedWeights& weights, const Epilogue& whole) {
  const RowPanels panels(patches.horizontal.count);
  const int64_t taps = patches.vertical.taps, run = patches.horizontal.taps * patches.channels;
  const int64_t line = PatchStrip{patches}.floats_of_line();
  const int64_t together = run < kStripDepth ? kStripDepth / run : 1;
  Tile tile{};
  tile.a_step = patches.horizontal.step * patches.channels;
  tile.a_row_major = true;
  tile.line = together > 1 ? run : 0;
  tile.a_jump = line - run;
  tile.b_step = kTileColumns;
  for (int64_t j = 0; j < weights.columns; j += kTileColumns) {
    int64_t left = weights.columns - j;
    tile.columns = left < kTileColumns ? left : kTileColumns;
    for (int64_t u = 0; u < taps; u += together) {
      const int64_t of_tile = taps - u < together ? taps - u : together;
      const Epilogue e = u + of_tile == taps ? whole : whole.before_last();
      tile.k = of_tile * run;
      tile.b = weights.panels + j * weights.k + u * run * kTileColumns;
      tile.continues = u > 0;
      for (int64_t i = 0; i < lines; i++) {
        const float* places = strip + (i * patches.vertical.step + u) * line;
        for (int64_t r = 0; r < panels.count; r++) {
          tile.rows = panels.rows(r);
          tile.a = places + panels.start(r) * tile.a_step;
          multiply_tile(tile, e, i * patches.horizontal.count + panels.start(r), j);
        }
      }
    }
  }
}

// Lines of patches of a block that is a strip; 0 where patches are copied, which is better where a
// line is cut into low tiles or its places fall into the same few places of a cache.
int64_t lines_of_block(const Patches& x) {
  const int64_t step = x.horizontal.step * x.channels;
  const bool whole_places = x.vertical.taps == 1 && x.horizontal.taps == 1;
  const bool low = RowPanels(x.horizontal.count).height * 7 < kTileRows * 5;
  // A phase may have no taps.
  if (x.columns() == 0 || whole_places || low || rows_collide(step)) return 0;
  int64_t lines = kMostBlockRows / x.horizontal.count;
  int64_t fit = kBlockFloats / PatchStrip{x}.floats_of_line() - x.vertical.taps;
  fit = fit < 0 ? 1 : fit / x.vertical.step + 1;
  if (lines > fit) lines = fit;
  if (lines < 1) lines = 1;
  return lines < x.vertical.count ? lines : x.vertical.count;
}

// One block of a group's patches.
struct Block {
  Patches patches;
  int64_t first, count;  // rows of the matrix of patches
  int64_t lines;         // of a strip, or 0
  float* memory;

  void multiply(const PackedWeights& weights, const Epilogue& e) const {
    if (lines == 0) {
      multiply_rows(gather_patches(patches, first, count, memory), count, weights, e);
      return;
    }
    const int64_t line = first / patches.horizontal.count;
    PatchStrip{patches}.gather(line / patches.vertical.count, line % patches.vertical.count, lines,
                               memory);
    multiply_strip(patches, memory, lines, weights, e);
  }
};

// Calls body(group, block) for each block of each group's patches; `patches`: those of the first
// group.
template <class Body>
int for_blocks(const Patches& patches, int64_t groups, const Body& body) {
  const int64_t most_lines = lines_of_block(patches);
  const int64_t line = patches.horizontal.count, image = patches.vertical.count;
  const int64_t rows = patches.rows(), most = rows_of_block(patch_stride(patches.columns()));
  const int64_t of_image = most_lines == 0 ? 0 : ceil_div(image, most_lines);
  const int64_t blocks = most_lines == 0 ? ceil_div(rows, most) : patches.images * of_image;
  const int64_t floats =
      most_lines == 0 ? patch_floats(patches, most) : PatchStrip{patches}.floats(most_lines);
  int status = TALUS_OK;
  parallel_for(blocks * groups, [&](int64_t task, int) {
    const int64_t group = task / blocks, number = task % blocks;
    Block block{patches.group(group), 0, 0, 0, scratch_floats(kConvLocal, floats)};
    if (most_lines == 0) {
      block.first = number * rows / blocks;
      block.count = (number + 1) * rows / blocks - block.first;
    } else {
      int64_t part = number % of_image, begin = part * image / of_image;
      block.lines = (part + 1) * image / of_image - begin;
      block.first = (number / of_image * image + begin) * line;
      block.count = block.lines * line;
    }
    if (block.memory == nullptr || !body(group, block)) {
      __atomic_store_n(&status, TALUS_OUT_OF_MEMORY, __ATOMIC_RELAXED);
    }
  });
  return status;
}

int64_t packed_columns(int64_t columns) { return column_panels(columns) * kTileColumns; }

// Packs one tap's weights of a group as they are, `stride` from channel to channel: rows p of
// `panels` are channels, columns outputs.
void pack_tap(int64_t channels, int64_t outputs, const float* w, int64_t stride, int64_t p,
              int64_t k, float* panels) {
  for (int64_t j = 0; j < outputs; j += kTileColumns) {
    int64_t left = outputs - j;
    pack_column_panel(true, left < kTileColumns ? left : kTileColumns, channels, w + j, stride,
                      panels + j * k + p * kTileColumns);
  }
}

// The same transposed: rows are outputs, columns channels.
void pack_transposed_tap(int64_t channels, int64_t outputs, const float* w, int64_t stride,
                         int64_t p, int64_t k, float* panels) {
  for (int64_t j = 0; j < channels; j += kTileColumns) {
    int64_t left = channels - j;
    pack_column_panel(false, left < kTileColumns ? left : kTileColumns, outputs, w + j * stride,
                      stride, panels + j * k + p * kTileColumns);
  }
}

}  // namespace

int convolution_f32(int64_t images, int64_t height, int64_t width, int64_t channels,
                    int64_t outputs, int64_t groups, int64_t window_height, int64_t window_width,
                    int64_t stride_height, int64_t stride_width, int64_t padding_height,
                    int64_t padding_width, const float* x, const float* w, float* y,
                    const float* bias, int activation, float* pre_activation) {
  const ConvAxis vertical(height, window_height, stride_height, padding_height);
  const ConvAxis horizontal(width, window_width, stride_width, padding_width);
  const int64_t seen = channels / groups, filters = outputs / groups;
  const Patches patches{x, images, vertical.patches(), horizontal.patches(), seen, channels};
  const int64_t k = patches.columns(), taps = window_height * window_width;
  if (patches.rows() == 0 || outputs == 0) return TALUS_OK;
  const int64_t packed = packed_columns(filters) * k;
  float* panels = scratch_floats(kConvShared, groups * packed);
  if (panels == nullptr) return TALUS_OUT_OF_MEMORY;
  for (int64_t group = 0; group < groups; group++) {
    for (int64_t tap = 0; tap < taps; tap++) {
      pack_tap(seen, filters, w + tap * seen * outputs + group * filters, outputs, tap * seen, k,
               panels + group * packed);
    }
  }
  return for_blocks(patches, groups, [&](int64_t group, const Block& block) {
    const int64_t at = block.first * outputs + group * filters;
    Epilogue e{1, 0, y + at, outputs, bias, activation, pre_activation, false};
    if (bias != nullptr) e.bias += group * filters;
    if (pre_activation != nullptr) e.pre_activation += at;
    block.multiply({panels + group * packed, k, filters}, e);
    return true;
  });
}

namespace {

// The elements of an axis that meet taps `phase`, phase + stride, ...: `first`, first + stride,
// ..., `count` of them; and the outputs that they see, those of the last tap first.
struct Phase {
  int64_t phase, first, count, taps, stride, outputs, first_output;

  Phase(const ConvAxis& axis, int64_t phase)
      : phase(phase), stride(axis.stride), outputs(axis.outputs) {
    first = (phase + axis.stride - axis.padding % axis.stride) % axis.stride;
    count = first < axis.size ? (axis.size - first - 1) / axis.stride + 1 : 0;
    taps = phase < axis.taps ? (axis.taps - phase - 1) / axis.stride + 1 : 0;
    first_output = (first + axis.padding - phase) / axis.stride - (taps - 1);
  }

  PatchAxis patches() const { return {outputs, count, first_output, 1, taps}; }
  // The tap that is number t of a patch.
  int64_t tap(int64_t t) const { return phase + stride * (taps - 1 - t); }
};

struct InputGradient {
  ConvAxis vertical, horizontal;
  int64_t images, channels, outputs, groups;
  const float *d_y, *w;
  float* d_x;

  // Of a group.
  int64_t seen() const { return channels / groups; }
  int64_t filters() const { return outputs / groups; }
  int64_t packed(int64_t k) const { return packed_columns(seen()) * k; }

  // Packs the weights of a phase, group after group.
  void pack(const Phase& rows, const Phase& columns, int64_t k, float* panels) const {
    for (int64_t group = 0; group < groups; group++) {
      int64_t p = 0;
      for (int64_t u = 0; u < rows.taps; u++) {
        for (int64_t v = 0; v < columns.taps; v++, p += filters()) {
          int64_t tap = rows.tap(u) * horizontal.taps + columns.tap(v);
          pack_transposed_tap(seen(), filters(), w + tap * seen() * outputs + group * filters(),
                              outputs, p, k, panels + group * packed(k));
        }
      }
    }
  }

  // Moves `count` elements of a phase, all channels of a group of each, to their places in d_x.
  void scatter(const Phase& rows, const Phase& columns, int64_t group, int64_t from, int64_t count,
               const float* values) const {
    const int64_t floats = seen();
    for (int64_t e = from; e < from + count; e++, values += floats) {
      int64_t line = e / columns.count, image = line / rows.count;
      int64_t row = rows.first + line % rows.count * vertical.stride;
      int64_t column = columns.first + e % columns.count * horizontal.stride;
      float* to = d_x + ((image * vertical.size + row) * horizontal.size + column) * channels +
                  group * floats;
      for (int64_t c = 0; c < floats; c += kLanes) {
        int64_t left = floats - c < kLanes ? floats - c : kLanes;
        store_first(to + c, load_first(values + c, left), left);
      }
    }
  }

  int run(const Phase& rows, const Phase& columns, float* panels) const {
    const Patches patches{d_y, images, rows.patches(), columns.patches(), filters(), outputs};
    const int64_t k = patches.columns();
    const bool in_place = vertical.stride == 1 && horizontal.stride == 1;
    pack(rows, columns, k, panels);
    return for_blocks(patches, groups, [&](int64_t group, const Block& block) {
      float* to = in_place ? d_x + block.first * channels + group * seen()
                           : scratch_floats(kConvTile, block.count * seen());
      if (to == nullptr) return false;
      block.multiply({panels + group * packed(k), k, seen()},
                     {1, 0, to, in_place ? channels : seen(), nullptr, kIdentity, nullptr, false});
      if (!in_place) scatter(rows, columns, group, block.first, block.count, to);
      return true;
    });
  }
};

}  // namespace

int convolution_input_gradient_f32(int64_t images, int64_t height, int64_t width, int64_t channels,
                                   int64_t outputs, int64_t groups, int64_t window_height,
                                   int64_t window_width, int64_t stride_height,
                                   int64_t stride_width, int64_t padding_height,
                                   int64_t padding_width, const float* d_y, const float* w,
                                   float* d_x) {
  if (images * height * width * channels == 0) return TALUS_OK;
  const InputGradient gradient{ConvAxis(height, window_height, stride_height, padding_height),
                               ConvAxis(width, window_width, stride_width, padding_width),
                               images,
                               channels,
                               outputs,
                               groups,
                               d_y,
                               w,
                               d_x};
  int64_t most = ceil_div(window_height, stride_height) * ceil_div(window_width, stride_width);
  float* panels = scratch_floats(kConvShared, groups * gradient.packed(most * gradient.filters()));
  if (panels == nullptr) return TALUS_OUT_OF_MEMORY;
  for (int64_t row = 0; row < stride_height; row++) {
    for (int64_t column = 0; column < stride_width; column++) {
      int status =
          gradient.run(Phase(gradient.vertical, row), Phase(gradient.horizontal, column), panels);
      if (status != TALUS_OK) return status;
    }
  }
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
