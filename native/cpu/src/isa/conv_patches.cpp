#include "conv_patches.h"

#include "gemm_pack.h"
#include "simd.h"

namespace talus::TALUS_ISA {
namespace {

void copy_floats(int64_t count, const float* from, float* to) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(to + i, load(from + i));
  if (i < count) store_first(to + i, load_first(from + i, count - i), count - i);
}

void zero_floats(int64_t count, float* to) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(to + i, Vec{});
  if (i < count) store_first(to + i, Vec{}, count - i);
}

// `count` taps side by side.
void copy_taps(const Patches& x, int64_t count, const float* from, float* to) {
  if (x.channels == x.pitch) return copy_floats(count * x.channels, from, to);
  for (int64_t v = 0; v < count; v++, from += x.pitch, to += x.channels) {
    copy_floats(x.channels, from, to);
  }
}

// A patch that lies on the image with all its taps, and has all channels. `last`: the lanes of a
// row's last vector.
void copy_inner_patch(const Patches& x, const float* from, LaneMask last, float* to) {
  const int64_t places = x.horizontal.taps * x.channels, line = x.horizontal.size * x.channels;
  for (int64_t u = 0; u < x.vertical.taps; u++, from += line, to += places) {
    int64_t i = 0;
    for (; i + kLanes < places; i += kLanes) store(to + i, load(from + i));
    store_masked(to + i, load_masked(from + i, last), last);
  }
}

void copy_patch(const Patches& x, const float* image, int64_t top, int64_t left, LaneMask last,
                float* to) {
  const int64_t places = x.horizontal.taps * x.channels;
  const TapRange rows(x.vertical, top), columns(x.horizontal, left);
  if (rows.to - rows.from == x.vertical.taps && columns.to - columns.from == x.horizontal.taps &&
      x.channels == x.pitch) {
    copy_inner_patch(x, image + (top * x.horizontal.size + left) * x.pitch, last, to);
    return;
  }
  const int64_t before = columns.from * x.channels, after = columns.to * x.channels;
  zero_floats(rows.from * places, to);
  to += rows.from * places;
  for (int64_t u = rows.from; u < rows.to; u++, to += places) {
    const float* from = image + ((top + u) * x.horizontal.size + left + columns.from) * x.pitch;
    if (before > 0) zero_floats(before, to);
    copy_taps(x, columns.to - columns.from, from, to + before);
    if (after < places) zero_floats(places - after, to + after);
  }
  zero_floats((x.vertical.taps - rows.to) * places, to);
}

bool is_whole(const PatchAxis& axis) {
  return axis.taps == 1 && axis.step == 1 && axis.first == 0 && axis.count == axis.size;
}

}  // namespace

void PatchStrip::gather(int64_t image, int64_t first, int64_t count, float* to) const {
  const Patches& x = patches;
  const int64_t left = x.horizontal.first, wide = places_of_line();
  const TapRange places({x.horizontal.size, 1, 0, 1, wide}, left);
  for (int64_t line = 0; line < lines(count); line++, to += wide * x.channels) {
    const int64_t row = x.vertical.first + first * x.vertical.step + line;
    if (row < 0 || row >= x.vertical.size) {
      zero_floats(wide * x.channels, to);
      continue;
    }
    const float* from = x.image(image) + (row * x.horizontal.size + left + places.from) * x.pitch;
    zero_floats(places.from * x.channels, to);
    copy_taps(x, places.to - places.from, from, to + places.from * x.channels);
    zero_floats((wide - places.to) * x.channels, to + places.to * x.channels);
  }
}

int64_t patch_floats(const Patches& x, int64_t count) { return count * patch_stride(x.columns()); }

int64_t patch_stride(int64_t columns) {
  int64_t stride = (columns + kLanes - 1) / kLanes * kLanes;
  return rows_collide(stride) ? stride + 2 * kLanes : stride;
}

PatchRows gather_patches(const Patches& x, int64_t first, int64_t count, float* memory) {
  const int64_t columns = x.columns(), stride = patch_stride(columns);
  if (is_whole(x.vertical) && is_whole(x.horizontal)) {
    return {x.source + first * x.pitch, x.pitch};
  }
  const int64_t run = x.horizontal.taps * x.channels;
  const LaneMask last = first_lanes(run == 0 ? 0 : run - (run - 1) / kLanes * kLanes);
  const int64_t line = x.horizontal.count, plane = line * x.vertical.count;
  int64_t image = first / plane, i = first % plane / line, j = first % line;
  float* to = memory;
  for (int64_t p = 0; p < count; p++, to += stride) {
    copy_patch(x, x.image(image), x.vertical.first + i * x.vertical.step,
               x.horizontal.first + j * x.horizontal.step, last, to);
    if (++j < line) continue;
    j = 0;
    if (++i < x.vertical.count) continue;
    i = 0;
    image++;
  }
  return {memory, stride};
}

}  // namespace talus::TALUS_ISA
