// Float32 matrix products with few rows or columns, and the second pass of those that split k.
//
// Launch of gemm_f32_<shape>: as in gemm.cu.
#include "common/gemm_kernel.cuh"

using talus::i64;

// 128 x 16: the 10 columns of a classifier's last layer.
using ThinTile = talus::Tile<1, 1, 4, 4, 1, 16, 3>;
TALUS_GEMM_KERNELS(thin, ThinTile, 4)

// 128 x 32.
using NarrowTile = talus::Tile<2, 1, 8, 4, 1, 16, 2>;
TALUS_GEMM_KERNELS(narrow, NarrowTile, 4)

// 16 x 128: a few rows through a layer.
using FlatTile = talus::Tile<1, 1, 8, 1, 4, 16, 3>;
TALUS_GEMM_KERNELS(flat, FlatTile, 4)

// Adds `splits` matrices of bare sums, `split_stride` apart and without gaps between rows, one
// after the other, and finishes the result; no splits: a product without products. Launch: any grid
// and block in one dimension; a thread makes 4 columns of one row at a time.
extern "C" __global__ void gemm_combine_f32(i64 m, i64 n, i64 splits, i64 split_stride,
                                            const float* sums, float alpha, float beta, float* c,
                                            i64 c_stride, const float* bias, int activation,
                                            float* pre_activation, int vectors) {
  const talus::Epilogue e{alpha,
                          beta,
                          c,
                          c_stride,
                          bias,
                          activation,
                          pre_activation,
                          (vectors & 4) != 0,
                          (vectors & 32) != 0};
  const i64 fours = (n + 3) / 4;
  const bool small = m * fours <= 0x7fffffff;
  for (i64 i = talus::global_thread(); i < m * fours; i += talus::global_threads()) {
    const i64 row = small ? static_cast<unsigned>(i) / static_cast<unsigned>(fours) : i / fours;
    const i64 column = (i - row * fours) * 4;
    const int count = n - column < 4 ? static_cast<int>(n - column) : 4;
    float sum[4] = {0, 0, 0, 0};
    const float* from = sums + row * n + column;
    for (i64 s = 0; s < splits; s++, from += split_stride) {
      float more[4];
      talus::load_up_to_4(more, from, count, n % 4 == 0);
#pragma unroll
      for (int j = 0; j < 4; j++) {
        sum[j] += more[j];
      }
    }
    talus::finish_4(e, sum, row, column, count);
  }
}
