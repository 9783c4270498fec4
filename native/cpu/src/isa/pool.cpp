// Pooling of images and its gradient: a vector of channels at a time.
//
// Forward, a task is a few rows of outputs. Gradient, a task is an image, or where images are few a
// group of its channels; it goes through the windows in order. Where they may overlap it adds what
// each hands down, else it writes that, so that what memory moves is x, dY and dX once each.
// Windows of 2 x 2 and 3 x 3 are unrolled. Both together took the gradient of 128 images of
// 28x28x32, 2 x 2, from 1.9 to 1.0 ms within a training step (two cores of an Intel Xeon), which is
// what a copy moves. Next idea: several places side by side where channels are fewer than lanes.
#include <type_traits>

#include "conv_patches.h"
#include "kernels.h"
#include "simd.h"

namespace talus::TALUS_ISA {
namespace {

// Elements that one task reads.
constexpr int64_t kTaskElements = 32768;
constexpr int64_t kTasks = 16;

struct Windows {
  PatchAxis vertical, horizontal;
  int64_t channels;

  Windows(int64_t height, int64_t width, int64_t channels, int64_t window_height,
          int64_t window_width, int64_t stride_height, int64_t stride_width, int64_t padding_height,
          int64_t padding_width)
      : vertical{height, (height + 2 * padding_height - window_height) / stride_height + 1,
                 -padding_height, stride_height, window_height},
        horizontal{width, (width + 2 * padding_width - window_width) / stride_width + 1,
                   -padding_width, stride_width, window_width},
        channels(channels) {}

  int64_t image_floats() const { return vertical.size * horizontal.size * channels; }
  int64_t output_floats() const { return vertical.count * horizontal.count * channels; }
  // Whether an element may be in two windows.
  bool overlap() const { return overlap(vertical) || overlap(horizontal); }
  // Whether each element is in just one.
  bool cover() const { return cover(vertical) && cover(horizontal); }

 private:
  static bool overlap(const PatchAxis& axis) { return axis.step < axis.taps; }
  static bool cover(const PatchAxis& axis) {
    return axis.step == axis.taps && axis.first + axis.count * axis.step >= axis.size;
  }
};

// What output (i, j) sees of its image: rows x columns elements, the first at `offset`.
struct Seen {
  int64_t rows, columns, offset;

  Seen(const Windows& w, int64_t i, int64_t j) {
    int64_t top = w.vertical.first + i * w.vertical.step;
    int64_t left = w.horizontal.first + j * w.horizontal.step;
    TapRange down(w.vertical, top), across(w.horizontal, left);
    rows = down.to - down.from;
    columns = across.to - across.from;
    offset = ((top + down.from) * w.horizontal.size + left + across.from) * w.channels;
  }

  // Calls visit(place, offset) for each element in reading order. kSide: what rows and columns both
  // are, or 0 for any.
  template <int kSide, class Visit>
  inline __attribute__((always_inline)) void each(const Windows& w, const Visit& visit) const {
    const int64_t down = kSide > 0 ? kSide : rows, across = kSide > 0 ? kSide : columns;
    int32_t place = 0;
#pragma GCC unroll 3
    for (int64_t u = 0; u < down; u++) {
#pragma GCC unroll 3
      for (int64_t v = 0; v < across; v++) {
        visit(place++, offset + (u * w.horizontal.size + v) * w.channels);
      }
    }
  }

  // Calls body(side) with the kSide of `each`, a std::integral_constant.
  template <class Body>
  void with_side(const Body& body) const {
    if (rows == 2 && columns == 2) return body(std::integral_constant<int, 2>());
    if (rows == 3 && columns == 3) return body(std::integral_constant<int, 3>());
    body(std::integral_constant<int, 0>());
  }
};

// Calls body(c, lanes) for channels first .. last-1, a vector at a time.
template <class Body>
inline void each_channel(int64_t first, int64_t last, const Body& body) {
  const LaneMask all = first_lanes(kLanes);
  for (; first + kLanes <= last; first += kLanes) body(first, all);
  if (first < last) body(first, first_lanes(last - first));
}

template <PoolFunction function, int kSide>
void pool_place(const Windows& w, const Seen& seen, const float* image, float* y) {
  const Vec count = splat(static_cast<float>(seen.rows * seen.columns));
  each_channel(0, w.channels, [&](int64_t c, LaneMask lanes) {
    Vec result = function == kPoolMax ? load_masked(image + seen.offset + c, lanes) : Vec{};
    seen.each<kSide>(w, [&](int32_t, int64_t offset) {
      Vec value = load_masked(image + offset + c, lanes);
      result = function == kPoolMax ? maximum(result, value) : result + value;
    });
    store_masked(y + c, function == kPoolMax ? result : result / count, lanes);
  });
}

template <PoolFunction function>
void pool_row(const Windows& w, int64_t i, const float* image, float* y) {
  for (int64_t j = 0; j < w.horizontal.count; j++, y += w.channels) {
    const Seen seen(w, i, j);
    seen.with_side([&](auto side) { pool_place<function, side>(w, seen, image, y); });
  }
}

// Where the first NaN is, or else the first of the largest.
template <int kSide>
inline VecInt place_of_largest(const Windows& w, const Seen& seen, const float* image,
                               LaneMask lanes) {
  Vec best = load_masked(image + seen.offset, lanes);
  VecInt place_of_best = {};
  seen.each<kSide>(w, [&](int32_t place, int64_t offset) {
    Vec value = load_masked(image + offset, lanes);
    VecInt better = (value > best) | ((value != value) & (best == best));
    best = better ? value : best;
    place_of_best = better ? place - VecInt{} : place_of_best;
  });
  return place_of_best;
}

// Channels first .. last-1 of one image and its gradients.
struct Gradient {
  const Windows& w;
  int64_t first, last;
  const float *image, *d_y;
  float* d_x;
};

// Of one window. kAdds: other windows may have some of the same elements.
template <PoolFunction function, bool kAdds, int kSide>
void hand_down(const Gradient& x, const Seen& seen, const float* d_y) {
  const Vec count = splat(static_cast<float>(seen.rows * seen.columns));
  each_channel(x.first, x.last, [&](int64_t c, LaneMask lanes) {
    Vec gradient = load_masked(d_y + c, lanes);
    VecInt heir = {};
    if (function == kPoolMax) {
      heir = place_of_largest<kSide>(x.w, seen, x.image + c, lanes);
    } else {
      gradient /= count;
    }
    seen.each<kSide>(x.w, [&](int32_t place, int64_t offset) {
      float* to = x.d_x + offset + c;
      Vec share = function == kPoolMax ? (heir == place - VecInt{} ? gradient : Vec{}) : gradient;
      store_masked(to, (kAdds ? load_masked(to, lanes) : Vec{}) + share, lanes);
    });
  });
}

template <PoolFunction function, bool kAdds>
void hand_down_all(const Gradient& x) {
  const float* d_y = x.d_y;
  for (int64_t i = 0; i < x.w.vertical.count; i++) {
    for (int64_t j = 0; j < x.w.horizontal.count; j++, d_y += x.w.channels) {
      const Seen seen(x.w, i, j);
      seen.with_side([&](auto side) { hand_down<function, kAdds, side>(x, seen, d_y); });
    }
  }
}

void clear(const Windows& w, int64_t first, int64_t last, float* d_x) {
  for (int64_t place = 0; place < w.vertical.size * w.horizontal.size; place++, d_x += w.channels) {
    each_channel(first, last,
                 [&](int64_t c, LaneMask lanes) { store_masked(d_x + c, Vec{}, lanes); });
  }
}

}  // namespace

int pool_f32(int function, int64_t images, int64_t height, int64_t width, int64_t channels,
             int64_t window_height, int64_t window_width, int64_t stride_height,
             int64_t stride_width, int64_t padding_height, int64_t padding_width, const float* x,
             float* y) {
  const Windows w(height, width, channels, window_height, window_width, stride_height, stride_width,
                  padding_height, padding_width);
  if (images * channels == 0) return TALUS_OK;
  const int64_t rows = images * w.vertical.count, line = w.horizontal.count * channels;
  auto pool = function == kPoolMax ? pool_row<kPoolMax> : pool_row<kPoolAverage>;
  const int64_t tasks = ceil_div(rows * line * window_height * window_width, kTaskElements);
  const int64_t most = ceil_div(rows, tasks);
  parallel_for(ceil_div(rows, most), [&](int64_t task, int) {
    for (int64_t row = task * most; row < (task + 1) * most && row < rows; row++) {
      int64_t image = row / w.vertical.count, i = row % w.vertical.count;
      pool(w, i, x + image * w.image_floats(), y + row * line);
    }
  });
  return TALUS_OK;
}

int pool_gradient_f32(int function, int64_t images, int64_t height, int64_t width, int64_t channels,
                      int64_t window_height, int64_t window_width, int64_t stride_height,
                      int64_t stride_width, int64_t padding_height, int64_t padding_width,
                      const float* x, const float* d_y, float* d_x) {
  const Windows w(height, width, channels, window_height, window_width, stride_height, stride_width,
                  padding_height, padding_width);
  if (images * channels == 0) return TALUS_OK;
  const bool adds = w.overlap(), largest = function == kPoolMax;
  auto hand_down = largest ? adds ? hand_down_all<kPoolMax, true> : hand_down_all<kPoolMax, false>
                   : adds ? hand_down_all<kPoolAverage, true>
                           : hand_down_all<kPoolAverage, false>;
  const int64_t vectors = ceil_div(channels, kLanes);
  int64_t groups = ceil_div(kTasks, images);
  if (groups > vectors) groups = vectors;
  parallel_for(images * groups, [&](int64_t task, int) {
    int64_t image = task / groups, group = task % groups;
    int64_t first = group * vectors / groups * kLanes,
            last = (group + 1) * vectors / groups * kLanes;
    if (last > channels) last = channels;
    const float* whole = x == nullptr ? nullptr : x + image * w.image_floats();
    float* to = d_x + image * w.image_floats();
    if (!w.cover()) clear(w, first, last, to);
    hand_down({w, first, last, whole, d_y + image * w.output_floats(), to});
  });
  return TALUS_OK;
}

}  // namespace talus::TALUS_ISA
