// The patches that a convolution sees of its images, as rows of a matrix.
//
// A patch is a window of taps: taps.vertical x taps.horizontal places side by side, all channels of
// each, or those of one group. The rows of the matrix are the patches in the order of the outputs,
// image after image; its columns are (vertical tap, horizontal tap, channel). What lies beyond the
// image is 0. Where a patch has all channels, neighbouring taps of a row are neighbours in memory
// (NHWC), so that a row of the matrix is as many copies as there are vertical taps.
#pragma once

#include <stdint.h>

#include "../runtime/pool.h"

namespace talus::TALUS_ISA {

// Patch i of `count` along an axis of `size` elements begins at element first + i * step.
struct PatchAxis {
  int64_t size;
  int64_t count;
  int64_t first;
  int64_t step;
  int64_t taps;
};

// The taps of a patch that lie on the source: from .. to-1.
struct TapRange {
  int64_t from, to;

  TapRange(const PatchAxis& axis, int64_t begin) {
    from = begin < 0 ? (-begin < axis.taps ? -begin : axis.taps) : 0;
    to = axis.size - begin;
    if (to > axis.taps) to = axis.taps;
    if (to < from) to = from;
  }
};

struct Patches {
  const float* source;  // images x vertical.size x horizontal.size places
  int64_t images;
  PatchAxis vertical, horizontal;
  int64_t channels;
  int64_t pitch;  // floats from one place to the next: the channels of all groups

  int64_t rows() const { return images * vertical.count * horizontal.count; }
  int64_t columns() const { return vertical.taps * horizontal.taps * channels; }
  const float* image(int64_t number) const {
    return source + number * vertical.size * horizontal.size * pitch;
  }
  // Those of another group.
  Patches group(int64_t number) const {
    Patches other = *this;
    other.source += number * channels;
    return other;
  }
};

// Patches as the rows of a matrix. Element (row, column) is data[row * stride + column].
struct PatchRows {
  const float* data;
  int64_t stride;

  const float* at(int64_t row, int64_t column) const { return data + row * stride + column; }
};

// Between rows of copied patches: never (nearly) a multiple of 4096 bytes, where all would fall
// into the same few places of a cache.
int64_t patch_stride(int64_t columns);

// Floats that gather_patches needs for `count` rows.
int64_t patch_floats(const Patches& patches, int64_t count);

// Rows first .. first + count - 1: where they lie already if they are whole places of the source,
// else copied to `memory`.
PatchRows gather_patches(const Patches& patches, int64_t first, int64_t count, float* memory);

// What some lines of an image's patches see, with zeros around it, all channels of each place side
// by side: patch j of line i of them begins at place (i * vertical.step, j * horizontal.step).
struct PatchStrip {
  const Patches& patches;

  int64_t places_of_line() const {
    return (patches.horizontal.count - 1) * patches.horizontal.step + patches.horizontal.taps;
  }
  int64_t lines(int64_t patch_lines) const {
    return (patch_lines - 1) * patches.vertical.step + patches.vertical.taps;
  }
  int64_t floats_of_line() const { return places_of_line() * patches.channels; }
  int64_t floats(int64_t patch_lines) const { return lines(patch_lines) * floats_of_line(); }

  // Copies what lines first .. first + count - 1 of the image's patches see.
  void gather(int64_t image, int64_t first, int64_t count, float* to) const;
};

}  // namespace talus::TALUS_ISA
