// Images changed at random: mirrored, moved, turned, scaled, sheared, with a square cut out.
//
// Launch: any grid and block in one dimension. A block takes image after image, a grid apart: its
// first thread draws (common/philox.cuh), then threads stride over the image's elements, channels
// side by side. The same bits as every backend: each operation rounds by itself, in the written
// order.
//
// Cost: one write; each element of x is read once where pixels are copied, four times else, by
// neighbours, so that reads meet in the caches.
#include "common/philox.cuh"

using talus::i64;
using talus::multiply_then_add;
using talus::Philox;

namespace {

struct Changes {
  int mirror, shift, turns;
  float scale, shear;
  int cutout;
};

struct Draw {
  int mirrored, down, right, cut_top, cut_left;
  float row_by_row, row_by_column, column_by_row, column_by_column;
};

__device__ __forceinline__ int below(unsigned word, int bound) {
  return static_cast<int>(__umulhi(word, static_cast<unsigned>(bound)));
}

// -1 (inclusive) to 1 (exclusive).
__device__ __forceinline__ float even(unsigned word) {
  return __fsub_rn(__fmul_rn(static_cast<float>(word >> 8), 0x1p-23f), 1.0f);
}

__device__ __forceinline__ Draw draw(const Philox& philox, i64 image, int height, int width,
                                     const Changes& changes) {
  const uint4 early = philox.words(2 * image), late = philox.words(2 * image + 1);
  Draw d;
  d.mirrored = changes.mirror != 0 && early.x >> 31 != 0;
  d.down = below(early.y, 2 * changes.shift + 1) - changes.shift;
  d.right = below(early.z, 2 * changes.shift + 1) - changes.shift;
  d.cut_top = below(late.z, height) - changes.cutout / 2;
  d.cut_left = below(late.w, width) - changes.cutout / 2;
  const int turn = (below(early.w, 2 * changes.turns + 1) - changes.turns) & 0xffffff;
  const talus::CosSin turned = talus::portable_cos_sin(turn);
  const float smaller = __fdiv_rn(1.0f, multiply_then_add(changes.scale, even(late.x), 1.0f));
  const float shear = __fmul_rn(changes.shear, even(late.y));
  const float along = __fmul_rn(smaller, turned.cosine), across = __fmul_rn(smaller, turned.sine);
  const float sign = d.mirrored ? -1.0f : 1.0f;
  d.row_by_row = __fsub_rn(along, __fmul_rn(across, shear));
  d.row_by_column = -across;
  d.column_by_row = __fmul_rn(sign, __fadd_rn(across, __fmul_rn(along, shear)));
  d.column_by_column = __fmul_rn(sign, along);
  return d;
}

// One channel of an image, pixels `channels` apart; `fill` around it.
struct Plane {
  const float* first;
  int height, width, channels;
  float fill;

  __device__ __forceinline__ float at(int row, int column) const {
    const bool is_there = row >= 0 && row < height && column >= 0 && column < width;
    return is_there ? first[(static_cast<i64>(row) * width + column) * channels] : fill;
  }
};

__device__ __forceinline__ float copied(const Plane& x, const Draw& d, int i, int j) {
  const int column = j - d.right;
  return x.at(i - d.down, d.mirrored ? x.width - 1 - column : column);
}

__device__ __forceinline__ float between(float from, float to, float share) {
  return multiply_then_add(share, __fsub_rn(to, from), from);
}

__device__ __forceinline__ float bilinear(const Plane& x, const Draw& d, int i, int j) {
  const float middle_row = __fmul_rn(static_cast<float>(x.height - 1), 0.5f);
  const float middle_column = __fmul_rn(static_cast<float>(x.width - 1), 0.5f);
  const float p = __fsub_rn(static_cast<float>(i - d.down), middle_row);
  const float q = __fsub_rn(static_cast<float>(j - d.right), middle_column);
  const float row =
      multiply_then_add(d.row_by_column, q, multiply_then_add(d.row_by_row, p, middle_row));
  const float column = multiply_then_add(d.column_by_column, q,
                                         multiply_then_add(d.column_by_row, p, middle_column));
  if (!(row > -1.0f && row < static_cast<float>(x.height) && column > -1.0f &&
        column < static_cast<float>(x.width))) {
    return x.fill;
  }
  const int top = __float2int_rd(row), left = __float2int_rd(column);
  const float f = __fsub_rn(row, static_cast<float>(top));
  const float g = __fsub_rn(column, static_cast<float>(left));
  const float above = between(x.at(top, left), x.at(top, left + 1), g);
  const float below = between(x.at(top + 1, left), x.at(top + 1, left + 1), g);
  return between(above, below, f);
}

template <bool kBilinear>
__device__ __forceinline__ void augment(i64 images, int height, int width, int channels,
                                        const Philox& philox, const Changes& changes, float fill,
                                        const float* __restrict__ x, float* __restrict__ y) {
  __shared__ Draw shared;
  const i64 size = static_cast<i64>(height) * width * channels;
  for (i64 image = blockIdx.x; image < images; image += gridDim.x) {
    __syncthreads();
    if (threadIdx.x == 0) {
      shared = draw(philox, image, height, width, changes);
    }
    __syncthreads();
    const Draw d = shared;
    for (i64 at = threadIdx.x; at < size; at += blockDim.x) {
      const i64 pixel = at / channels;
      const int i = static_cast<int>(pixel / width), j = static_cast<int>(pixel % width);
      const i64 row = static_cast<i64>(i) - d.cut_top, column = static_cast<i64>(j) - d.cut_left;
      const bool is_cut =
          row >= 0 && row < changes.cutout && column >= 0 && column < changes.cutout;
      const Plane plane = {x + image * size + at % channels, height, width, channels, fill};
      y[image * size + at] = is_cut      ? fill
                             : kBilinear ? bilinear(plane, d, i, j)
                                         : copied(plane, d, i, j);
    }
  }
}

}  // namespace

// Two kernels, for pixels that are copied and for those from between others.
#define TALUS_AUGMENT(name, bilinear)                                                           \
  extern "C" __global__ void augment_f32_##name(                                                \
      i64 images, int height, int width, int channels, i64 seed, int stream,                    \
      const int* __restrict__ step, int mirror, int shift, int turns, float scale, float shear, \
      int cutout, float fill, const float* __restrict__ x, float* __restrict__ y) {             \
    augment<bilinear>(images, height, width, channels, Philox(seed, stream, step),              \
                      Changes{mirror, shift, turns, scale, shear, cutout}, fill, x, y);         \
  }

TALUS_AUGMENT(copied, false)
TALUS_AUGMENT(bilinear, true)
