// Trial kernels of the software device's own tests: small, and between them using what the library's kernels use.
// trials_75.ptx and trials_80.ptx beside this file are made from it; README.md there says how.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

extern "C" {

// c = a b, all n x n row-major, 16 x 16 threads a block, n a multiple of 16.
__global__ void tiled_matmul(const float* a, const float* b, float* c, int n) {
  __shared__ float as[16][16], bs[16][16];
  int row = blockIdx.y * 16 + threadIdx.y, column = blockIdx.x * 16 + threadIdx.x;
  float sum = 0;
  for (int k = 0; k < n; k += 16) {
    as[threadIdx.y][threadIdx.x] = a[row * n + k + threadIdx.x];
    bs[threadIdx.y][threadIdx.x] = b[(k + threadIdx.y) * n + column];
    __syncthreads();
    for (int i = 0; i < 16; ++i) sum = fmaf(as[threadIdx.y][i], bs[i][threadIdx.x], sum);
    __syncthreads();
  }
  c[row * n + column] = sum;
}

// The same by 64 x 64 tiles, 16 x 16 threads of 4 x 4 results each, n a multiple of 64.
__global__ void matmul64(const float* a, const float* b, float* c, int n) {
  __shared__ float as[16][64], bs[16][64];
  int thread = threadIdx.y * 16 + threadIdx.x;
  int row = blockIdx.y * 64, column = blockIdx.x * 64;
  float sum[4][4] = {};
  for (int k = 0; k < n; k += 16) {
    float4 x = *(const float4*)&a[(row + thread / 4) * n + k + thread % 4 * 4];
    as[thread % 4 * 4 + 0][thread / 4] = x.x;
    as[thread % 4 * 4 + 1][thread / 4] = x.y;
    as[thread % 4 * 4 + 2][thread / 4] = x.z;
    as[thread % 4 * 4 + 3][thread / 4] = x.w;
    *(float4*)&bs[thread / 16][thread % 16 * 4] =
        *(const float4*)&b[(k + thread / 16) * n + column + thread % 16 * 4];
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 16; ++i) {
      float4 u = *(float4*)&as[i][threadIdx.y * 4], v = *(float4*)&bs[i][threadIdx.x * 4];
      float us[4] = {u.x, u.y, u.z, u.w}, vs[4] = {v.x, v.y, v.z, v.w};
#pragma unroll
      for (int p = 0; p < 4; ++p)
#pragma unroll
        for (int q = 0; q < 4; ++q) sum[p][q] = fmaf(us[p], vs[q], sum[p][q]);
    }
    __syncthreads();
  }
  for (int p = 0; p < 4; ++p)
    *(float4*)&c[(row + threadIdx.y * 4 + p) * n + column + threadIdx.x * 4] =
        make_float4(sum[p][0], sum[p][1], sum[p][2], sum[p][3]);
}

// One row a block of 128 threads.
__global__ void softmax(const float* x, float* y, int columns) {
  __shared__ float parts[4];
  const float* row = x + (size_t)blockIdx.x * columns;
  float* out = y + (size_t)blockIdx.x * columns;
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  float top = -INFINITY;
  for (int i = threadIdx.x; i < columns; i += blockDim.x) top = fmaxf(top, row[i]);
  for (int d = 16; d > 0; d /= 2) top = fmaxf(top, __shfl_xor_sync(0xffffffffu, top, d));
  if (lane == 0) parts[warp] = top;
  __syncthreads();
  top = fmaxf(fmaxf(parts[0], parts[1]), fmaxf(parts[2], parts[3]));
  __syncthreads();
  float sum = 0;
  for (int i = threadIdx.x; i < columns; i += blockDim.x) sum += expf(row[i] - top);
  for (int d = 16; d > 0; d /= 2) sum += __shfl_down_sync(0xffffffffu, sum, d);
  if (lane == 0) parts[warp] = sum;
  __syncthreads();
  sum = parts[0] + parts[1] + parts[2] + parts[3];
  for (int i = threadIdx.x; i < columns; i += blockDim.x) out[i] = expf(row[i] - top) / sum;
}

// The count and sum of positive elements, by atomics; positions of positives within their warp, by ballot.
__global__ void positives(const float* x, int n, unsigned* count, float* sum, int* position) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  bool positive = i < n && x[i] > 0;
  unsigned votes = __ballot_sync(0xffffffffu, positive);
  int before = __popc(votes & ((1u << threadIdx.x % 32) - 1));
  if (i < n) position[i] = positive ? before : -1;
  if (positive) atomicAdd(sum, x[i]);
  if (threadIdx.x % 32 == 0) atomicAdd(count, __popc(votes));
}

__constant__ float weights[4] = {0.5f, -1.0f, 2.0f, 0.25f};
__device__ unsigned counter = 3;

__global__ void oddments(const int* in, int* out, const __half2* half_in, __half2* half_out,
                         const float* x, double* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  int v = in[i];
  out[8 * i] = __popc(v) + __clz(v) * 100 + __ffs(v) * 10000;
  out[8 * i + 1] = (int)__brev(v);
  out[8 * i + 2] = (int)__byte_perm(v, i, 0x5140);
  out[8 * i + 3] = (int)__funnelshift_l(v, i, 5);
  out[8 * i + 4] = __mulhi(v, 123456789);
  out[8 * i + 5] = v / (i + 1) + v % 7;
  out[8 * i + 6] = (int)((unsigned)v / 10u) + min(v, 3) + max(v, -3) + abs(v);
  out[8 * i + 7] = (int)(((long long)v * 37) >> 3);
  half_out[i] = __hfma2(half_in[i], half_in[i], __float2half2_rn(0.5f));
  y[i] = (double)x[i] * 2.0 + weights[i % 4] + logf(fabsf(x[i]) + 1) + tanhf(x[i]);
  if (i == 0) atomicMax(&counter, 7u);
}

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800

__device__ void async16(void* shared, const void* global) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(
                   (unsigned)__cvta_generic_to_shared(shared)),
               "l"(global));
}

// y = 2 x through double-buffered asynchronous copies: 64 threads, tiles of 256 floats, `tiles` a block.
__global__ void async_double(const float* x, float* y, int tiles) {
  __shared__ __align__(16) float buffer[2][256];
  const float* from = x + (size_t)blockIdx.x * tiles * 256;
  float* to = y + (size_t)blockIdx.x * tiles * 256;
  async16(&buffer[0][threadIdx.x * 4], from + threadIdx.x * 4);
  asm volatile("cp.async.commit_group;");
  for (int t = 0; t < tiles; ++t) {
    if (t + 1 < tiles) {
      async16(&buffer[(t + 1) % 2][threadIdx.x * 4], from + (t + 1) * 256 + threadIdx.x * 4);
      asm volatile("cp.async.commit_group;");
      asm volatile("cp.async.wait_group 1;");
    } else {
      asm volatile("cp.async.wait_group 0;");
    }
    __syncthreads();
    for (int i = threadIdx.x; i < 256; i += 64) to[t * 256 + i] = 2 * buffer[t % 2][255 - i];
    __syncthreads();
  }
}

// c (16 x 8, f32) = a (16 x 16) b (16 x 8), bf16, b stored column by column; one warp.
__global__ void mma_bf16(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c) {
  __shared__ __align__(16) __nv_bfloat16 as[16 * 16], bs[8 * 16];
  for (int i = threadIdx.x; i < 256; i += 32) as[i] = a[i];
  for (int i = threadIdx.x; i < 128; i += 32) bs[i] = b[i];
  __syncthreads();
  unsigned af[4], bf[2];
  int lane = threadIdx.x;
  unsigned pa = (unsigned)__cvta_generic_to_shared(&as[lane % 16 * 16 + lane / 16 * 8]);
  unsigned pb = (unsigned)__cvta_generic_to_shared(&bs[lane % 8 * 16 + lane / 8 % 2 * 8]);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(af[0]), "=r"(af[1]), "=r"(af[2]), "=r"(af[3])
               : "r"(pa));
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];"
               : "=r"(bf[0]), "=r"(bf[1])
               : "r"(pb));
  float d[4] = {0, 0, 0, 0};
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(af[0]), "r"(af[1]), "r"(af[2]), "r"(af[3]), "r"(bf[0]), "r"(bf[1]));
  int row = lane / 4, column = lane % 4 * 2;
  c[row * 8 + column] = d[0];
  c[row * 8 + column + 1] = d[1];
  c[(row + 8) * 8 + column] = d[2];
  c[(row + 8) * 8 + column + 1] = d[3];
}

// c (16 x 8) = a (16 x 8) b (8 x 8), row-major f32 rounded to tf32; one warp.
__global__ void mma_tf32(const float* a, const float* b, float* c) {
  int lane = threadIdx.x, row = lane / 4, column = lane % 4;
  float av[4] = {a[row * 8 + column], a[(row + 8) * 8 + column], a[row * 8 + column + 4],
                 a[(row + 8) * 8 + column + 4]};
  float bv[2] = {b[column * 8 + row], b[(column + 4) * 8 + row]};
  unsigned af[4], bf[2];
  for (int i = 0; i < 4; ++i) asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(af[i]) : "f"(av[i]));
  for (int i = 0; i < 2; ++i) asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bf[i]) : "f"(bv[i]));
  float d[4] = {0, 0, 0, 0};
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(af[0]), "r"(af[1]), "r"(af[2]), "r"(af[3]), "r"(bf[0]), "r"(bf[1]));
  c[row * 8 + column * 2] = d[0];
  c[row * 8 + column * 2 + 1] = d[1];
  c[(row + 8) * 8 + column * 2] = d[2];
  c[(row + 8) * 8 + column * 2 + 1] = d[3];
}

__global__ void warp_sums(const int* in, int* out) {
  int v = in[threadIdx.x];
  out[threadIdx.x] = __reduce_add_sync(0xffffffffu, v);
  out[32 + threadIdx.x] = (int)__match_any_sync(0xffffffffu, v % 3);
  out[64 + threadIdx.x] = __all_sync(0xffffffffu, v > 0) + 2 * __any_sync(0xffffffffu, v > 5);
  out[96 + threadIdx.x] = __shfl_up_sync(0xffffffffu, v, 1) + __shfl_sync(0xffffffffu, v, 3, 8);
}

#endif
}
