// Float32 matrix products whose result is more than a few rows and columns.
//
// Launch: blocks of the tile's threads, one for each tile of C in x (at most 2^31 - 1) and one for
// each `split` of k in y; k > 0 and split a multiple of 16 (k itself if it is not split), at most
// 2^30. No dynamic shared memory. Operands begin anywhere; `vectors` says what is 16-byte aligned
// with strides that are multiples of 4.
#include "common/gemm_kernel.cuh"

using talus::i64;

// 128 x 128 by 256 threads of 8 x 8, at most 128 registers each: room for two blocks.
using LargeTile = talus::Tile<2, 2, 8, 4, 2, 8, 2>;
TALUS_GEMM_KERNELS(large, LargeTile, 2)

// 64 x 64 by 128 threads of 8 x 4, for products with too few large tiles to fill the device.
using SmallTile = talus::Tile<2, 1, 8, 2, 2, 16, 3>;
TALUS_GEMM_KERNELS(small, SmallTile, 4)
