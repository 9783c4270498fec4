// Patches of few channels, copied across: one channel of one tap, seen from neighbouring outputs,
// is a run of neighbouring elements of one line of the source.
//
// Lines are first copied apart by channel, with zeros for what lies beyond the image on either
// side; those that the next line of outputs sees as well are kept.
#include "conv_patches.h"
#include "simd.h"

namespace talus::TALUS_ISA {
namespace {

int64_t whole_vectors(int64_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

// Copies may go on to the end of a vector beyond a run.
int64_t stride_across(int64_t count) { return patch_stride(count + kLanes); }

// The lines of the source that a line of outputs sees.
struct Lines {
  const Patches& x;
  float* memory;
  int64_t* held;  // by place: image and line that are there, or -1

  static int64_t width(const Patches& x) {
    return whole_vectors(x.horizontal.count + x.horizontal.taps + kLanes);
  }
  static int64_t floats(const Patches& x) { return x.vertical.taps * x.channels * width(x); }

  // One channel of a line, beginning with what the first tap of the first output sees.
  const float* channel(int64_t image, int64_t line, int64_t channel) {
    const int64_t place = line % x.vertical.taps, wide = width(x);
    float* to = memory + place * x.channels * wide;
    if (held[place] != image * x.vertical.size + line) {
      held[place] = image * x.vertical.size + line;
      copy(x.source + held[place] * x.horizontal.size * x.pitch, to);
    }
    return to + channel * wide;
  }

 private:
  void copy(const float* from, float* to) const {
    const int64_t wide = width(x), before = x.horizontal.first < 0 ? -x.horizontal.first : 0;
    const int64_t skipped = x.horizontal.first > 0 ? x.horizontal.first : 0;
    int64_t count = x.horizontal.size - skipped;
    if (count > wide - before) count = wide - before;
    for (int64_t i = 0; i < x.channels * wide; i += kLanes) store(to + i, Vec{});
    for (int64_t c = 0; c < x.channels; c++) {
      const float* source = from + skipped * x.pitch + c;
      float* line = to + c * wide + before;
      for (int64_t j = 0; j < count; j++) line[j] = source[j * x.pitch];
    }
  }
};

void copy_run(int64_t count, const float* from, float* to) {
  for (int64_t i = 0; i < count; i += kLanes) store(to + i, load(from + i));
}

void zero_run(int64_t count, float* to) {
  for (int64_t i = 0; i < count; i += kLanes) store(to + i, Vec{});
}

}  // namespace

int64_t patch_floats_across(const Patches& x, int64_t count) {
  return whole_vectors(2 * x.vertical.taps) + Lines::floats(x) + x.columns() * stride_across(count);
}

PatchRows gather_patches_across(const Patches& x, int64_t first, int64_t count, float* memory) {
  const int64_t stride = stride_across(count), taps = x.vertical.taps;
  int64_t* held = reinterpret_cast<int64_t*>(memory);
  float* line_memory = memory + whole_vectors(2 * taps);
  float* patches = line_memory + Lines::floats(x);
  for (int64_t place = 0; place < taps; place++) held[place] = -1;
  Lines lines{x, line_memory, held};
  const int64_t width = x.horizontal.count, plane = width * x.vertical.count;
  for (int64_t done = 0; done < count;) {
    const int64_t image = (first + done) / plane, i = (first + done) % plane / width;
    const int64_t j = (first + done) % width;
    const int64_t run = width - j < count - done ? width - j : count - done;
    float* to = patches + done;
    for (int64_t u = 0; u < taps; u++) {
      const int64_t line = x.vertical.first + i * x.vertical.step + u;
      const bool beyond = line < 0 || line >= x.vertical.size;
      for (int64_t v = 0; v < x.horizontal.taps; v++) {
        for (int64_t c = 0; c < x.channels; c++, to += stride) {
          if (beyond) {
            zero_run(run, to);
          } else {
            copy_run(run, lines.channel(image, line, c) + j + v, to);
          }
        }
      }
    }
    done += run;
  }
  return {patches, stride, true};
}

}  // namespace talus::TALUS_ISA
