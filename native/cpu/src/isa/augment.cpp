// Images changed at random: mirrored, moved, turned, scaled, sheared, with a square cut out.
//
// A task owns whole images. What is drawn for one (philox.h) gives a map from pixels of y to places
// in x; the same bits as every backend, so each operation rounds by itself, in the written order.
// Pixels are read one by one. Next idea: places of a vector of pixels side by side, and gathers.
#include "../runtime/pool.h"
#include "kernels.h"
#include "philox.h"

namespace talus::TALUS_ISA {
namespace {

constexpr int64_t kTaskPixels = 4096;

struct Images {
  int32_t height, width, channels;
  int64_t floats() const { return int64_t{height} * width * channels; }
};

struct Changes {
  bool mirror;
  int32_t shift, turns;
  float scale, shear;
  int32_t cutout;
  float fill;
  bool is_between_pixels() const { return turns > 0 || scale > 0 || shear > 0; }
};

inline int32_t below(uint32_t word, int64_t bound) {
  return static_cast<int32_t>(static_cast<uint64_t>(word) * static_cast<uint64_t>(bound) >> 32);
}

// -1 (inclusive) to 1 (exclusive).
inline float even(uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-23f - 1.0f; }

inline int32_t floor_of(float v) {
  int32_t towards_zero = static_cast<int32_t>(v);
  return towards_zero - (static_cast<float>(towards_zero) > v ? 1 : 0);
}

struct Draw {
  bool mirrored;
  int32_t down, right, cut_top, cut_left;
  float middle_row, middle_column;
  float row_by_row, row_by_column, column_by_row, column_by_column;

  Draw(const Images& images, const Changes& changes, const Philox& philox, int64_t image) {
    VecLong blocks[4][kGroups];
    philox.blocks(2 * image, blocks);
    uint32_t w[8];
    for (int i = 0; i < 8; i++) w[i] = static_cast<uint32_t>(blocks[i % 4][0][i / 4]);
    mirrored = changes.mirror && w[0] >> 31 != 0;
    const int64_t shifts = 2 * int64_t{changes.shift} + 1;
    down = below(w[1], shifts) - changes.shift;
    right = below(w[2], shifts) - changes.shift;
    cut_top = below(w[6], images.height) - changes.cutout / 2;
    cut_left = below(w[7], images.width) - changes.cutout / 2;
    middle_row = static_cast<float>(images.height - 1) * 0.5f;
    middle_column = static_cast<float>(images.width - 1) * 0.5f;
    int32_t turn = (below(w[3], 2 * int64_t{changes.turns} + 1) - changes.turns) & 0xffffff;
    Vec cosines, sines;
    portable_cos_sin(VecInt{} + turn, cosines, sines);
    float smaller = 1.0f / (1.0f + changes.scale * even(w[4]));
    float shear = changes.shear * even(w[5]);
    float along = smaller * cosines[0], across = smaller * sines[0];
    float sign = mirrored ? -1.0f : 1.0f;
    row_by_row = along - across * shear;
    row_by_column = -across;
    column_by_row = sign * (across + along * shear);
    column_by_column = sign * along;
  }
};

// The part from first to last of a row, or of rows, that is cut out; empty where they are equal.
struct Span {
  int32_t first, last;
  Span(int64_t from, int64_t length, int32_t size)
      : first(static_cast<int32_t>(from < 0 ? 0 : from)),
        last(static_cast<int32_t>(from + length > size ? size : from + length)) {
    if (last < first) last = first;
  }
};

void fill_pixels(float* y, int64_t count, float value) {
  for (int64_t i = 0; i < count; i++) y[i] = value;
}

// Row i of y where pixels are copied.
void copy_row(const Images& images, const Draw& draw, int32_t i, const float* x, float fill,
              float* y) {
  const int32_t channels = images.channels, row = i - draw.down;
  const Span seen(draw.right, images.width, images.width);
  if (row < 0 || row >= images.height) {
    fill_pixels(y, int64_t{images.width} * channels, fill);
    return;
  }
  fill_pixels(y, int64_t{seen.first} * channels, fill);
  const float* from = x + int64_t{row} * images.width * channels;
  for (int32_t j = seen.first; j < seen.last; j++) {
    int32_t column = draw.mirrored ? images.width - 1 - (j - draw.right) : j - draw.right;
    for (int32_t c = 0; c < channels; c++) y[j * channels + c] = from[column * channels + c];
  }
  fill_pixels(y + int64_t{seen.last} * channels, int64_t{images.width - seen.last} * channels,
              fill);
}

inline float between(float from, float to, float share) { return from + share * (to - from); }

// The value of one channel at a place near the border, where some of its neighbours are missing.
float at_border(const Images& images, const float* x, float fill, int32_t top, int32_t left,
                float f, float g) {
  float v[2][2];
  for (int32_t r = 0; r < 2; r++) {
    for (int32_t c = 0; c < 2; c++) {
      int32_t row = top + r, column = left + c;
      bool is_there = row >= 0 && row < images.height && column >= 0 && column < images.width;
      v[r][c] = is_there ? x[(int64_t{row} * images.width + column) * images.channels] : fill;
    }
  }
  return between(between(v[0][0], v[0][1], g), between(v[1][0], v[1][1], g), f);
}

// Row i of y where pixels come from between those of x.
void bilinear_row(const Images& images, const Draw& draw, int32_t i, const float* x, float fill,
                  float* y) {
  const int32_t channels = images.channels;
  const int64_t line = int64_t{images.width} * channels;
  const float p = static_cast<float>(i - draw.down) - draw.middle_row;
  const float first_row = draw.row_by_row * p + draw.middle_row;
  const float first_column = draw.column_by_row * p + draw.middle_column;
  const float height = static_cast<float>(images.height), width = static_cast<float>(images.width);
  for (int32_t j = 0; j < images.width; j++, y += channels) {
    const float q = static_cast<float>(j - draw.right) - draw.middle_column;
    const float row = first_row + draw.row_by_column * q;
    const float column = first_column + draw.column_by_column * q;
    if (!(row > -1.0f && row < height && column > -1.0f && column < width)) {
      fill_pixels(y, channels, fill);
      continue;
    }
    const int32_t top = floor_of(row), left = floor_of(column);
    const float f = row - static_cast<float>(top), g = column - static_cast<float>(left);
    if (top >= 0 && top + 1 < images.height && left >= 0 && left + 1 < images.width) {
      const float* from = x + top * line + int64_t{left} * channels;
      for (int32_t c = 0; c < channels; c++, from++) {
        y[c] = between(between(from[0], from[channels], g),
                       between(from[line], from[line + channels], g), f);
      }
    } else {
      for (int32_t c = 0; c < channels; c++) {
        y[c] = at_border(images, x + c, fill, top, left, f, g);
      }
    }
  }
}

void change(const Images& images, const Changes& changes, const Draw& draw, const float* x,
            float* y) {
  const int64_t line = int64_t{images.width} * images.channels;
  const bool is_between = changes.is_between_pixels();
  for (int32_t i = 0; i < images.height; i++) {
    (is_between ? bilinear_row : copy_row)(images, draw, i, x, changes.fill, y + i * line);
  }
  const Span rows(draw.cut_top, changes.cutout, images.height);
  const Span columns(draw.cut_left, changes.cutout, images.width);
  for (int32_t i = rows.first; i < rows.last; i++) {
    fill_pixels(y + i * line + int64_t{columns.first} * images.channels,
                int64_t{columns.last - columns.first} * images.channels, changes.fill);
  }
}

}  // namespace

int augment_images_f32(int64_t count, int64_t height, int64_t width, int64_t channels,
                       uint64_t seed, uint32_t stream, const int32_t* step, int mirror, int shift,
                       int turns, float scale, float shear, int cutout, float fill, const float* x,
                       float* y) {
  const Images images = {static_cast<int32_t>(height), static_cast<int32_t>(width),
                         static_cast<int32_t>(channels)};
  const Changes changes = {mirror != 0, shift, turns, scale, shear, cutout, fill};
  if (count * channels == 0) return TALUS_OK;
  const Philox philox(seed, stream, step);
  const int64_t most = ceil_div(kTaskPixels, height * width);
  parallel_for(ceil_div(count, most), [&](int64_t task, int) {
    for (int64_t n = task * most; n < (task + 1) * most && n < count; n++) {
      const Draw draw(images, changes, philox, n);
      change(images, changes, draw, x + n * images.floats(), y + n * images.floats());
    }
  });
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
