// The trial kernels as nvcc compiled them, at every level of checks and with several seeds, against
// the host.
#include <algorithm>
#include <cmath>

#include "testing.h"

using namespace softcuda;
using namespace softcuda::testing;

namespace {

float value(size_t i) {
  return static_cast<float>(static_cast<int>(i * 2654435761u >> 16 & 255) - 128) / 64.0f;
}

std::vector<float> values(size_t n) {
  std::vector<float> result(n);
  for (size_t i = 0; i < n; ++i) result[i] = value(i + n);
  return result;
}

Counters runClean(Launch launch) {
  Counters counters;
  int code = run(launch, counters);
  if (code != kSuccess) std::fprintf(stderr, "%s: code %d\n", launch.kernel->name.c_str(), code);
  CHECK(code == kSuccess);
  CHECK(Report::global().count() == 0);
  Report::global().clear();
  return counters;
}

void testProduct(const std::string& file, const std::string& kernel, int n, unsigned tile,
                 int level, uint64_t seed) {
  Memory memory;
  auto module = compileOrDie(trial(file), memory);
  auto a = values(n * n), b = values(n * n + 1);
  Buffer<float> da(memory, a), db(memory, b), dc(memory, n * n);
  unsigned blocks = n / tile;
  Launch launch = launchOf(module, kernel, {blocks, blocks}, {16, 16},
                           arguments(da.address, db.address, dc.address, n));
  launch.level = level;
  launch.seed = seed;
  Counters counters = runClean(launch);
  CHECK(counters.fma == static_cast<uint64_t>(n) * n * n);
  auto c = dc.get();
  for (int row = 0; row < n; ++row) {
    for (int column = 0; column < n; ++column) {
      float sum = 0;
      for (int k = 0; k < n; ++k) sum = std::fma(a[row * n + k], b[k * n + column], sum);
      CHECK(c[row * n + column] == sum);
    }
  }
}

void testSoftmax(const std::string& file, uint64_t seed) {
  Memory memory;
  auto module = compileOrDie(trial(file), memory);
  const int rows = 9, columns = 333;
  auto x = values(rows * columns);
  Buffer<float> dx(memory, x), dy(memory, rows * columns);
  Launch launch =
      launchOf(module, "softmax", {rows}, {128}, arguments(dx.address, dy.address, columns));
  launch.seed = seed;
  runClean(launch);
  auto y = dy.get();
  for (int row = 0; row < rows; ++row) {
    double sum = 0;
    for (int i = 0; i < columns; ++i) sum += std::exp(static_cast<double>(x[row * columns + i]));
    for (int i = 0; i < columns; ++i) {
      double expected = std::exp(static_cast<double>(x[row * columns + i])) / sum;
      CHECK(std::fabs(y[row * columns + i] - expected) <= 1e-5 * expected);
    }
  }
}

void testPositives(const std::string& file) {
  Memory memory;
  auto module = compileOrDie(trial(file), memory);
  const int n = 1000;
  auto x = values(n);
  Buffer<float> dx(memory, x), sum(memory, std::vector<float>{0});
  Buffer<unsigned> count(memory, std::vector<unsigned>{0});
  Buffer<int> position(memory, n);
  runClean(launchOf(module, "positives", {8}, {128},
                    arguments(dx.address, n, count.address, sum.address, position.address)));
  unsigned expected = 0;
  double total = 0;
  auto positions = position.get();
  int before = 0;
  for (int i = 0; i < n; ++i) {
    if (i % 32 == 0) before = 0;
    CHECK(positions[i] == (x[i] > 0 ? before : -1));
    before += x[i] > 0;
    expected += x[i] > 0;
    total += x[i] > 0 ? x[i] : 0;
  }
  CHECK(count.get()[0] == expected);
  CHECK(std::fabs(sum.get()[0] - total) < 1e-3);
}

void testOddments(const std::string& file) {
  Memory memory;
  auto module = compileOrDie(trial(file), memory);
  const int n = 45;
  std::vector<int> in(n);
  for (int i = 0; i < n; ++i) in[i] = static_cast<int>(i * 2654435761u) ^ (i << 3);
  auto x = values(n);
  Buffer<int> din(memory, in), dout(memory, 8 * n);
  Buffer<uint32_t> half_in(memory, std::vector<uint32_t>(n, 0x3c004000)), half_out(memory, n);
  Buffer<float> dx(memory, x);
  Buffer<double> dy(memory, n);
  runClean(launchOf(module, "oddments", {2}, {32},
                    arguments(din.address, dout.address, half_in.address, half_out.address,
                              dx.address, dy.address, n)));
  auto out = dout.get();
  auto y = dy.get();
  const float weights[] = {0.5f, -1.0f, 2.0f, 0.25f};
  for (int i = 0; i < n; ++i) {
    int v = in[i];
    int clz = v == 0 ? 32 : __builtin_clz(v);
    CHECK(out[8 * i] == __builtin_popcount(v) + clz * 100 + __builtin_ffs(v) * 10000);
    uint64_t both =
        static_cast<uint64_t>(static_cast<uint32_t>(i)) << 32 | static_cast<uint32_t>(v);
    CHECK(static_cast<uint32_t>(out[8 * i + 3]) == static_cast<uint32_t>(both << 5 >> 32));
    CHECK(out[8 * i + 4] == static_cast<int>(static_cast<int64_t>(v) * 123456789 >> 32));
    CHECK(out[8 * i + 5] == v / (i + 1) + v % 7);
    CHECK(out[8 * i + 7] == static_cast<int>(static_cast<int64_t>(v) * 37 >> 3));
    double expected = x[i] * 2.0 + weights[i % 4] + std::log(std::fabs(x[i]) + 1) + std::tanh(x[i]);
    CHECK(std::fabs(y[i] - expected) < 1e-5);
    CHECK(half_out.get()[i] == 0x3e004480);
  }
  uint32_t counter;
  std::memcpy(&counter, memory.host(module->variable("counter")->address), sizeof counter);
  CHECK(counter == 7);
}

void testAsync(uint64_t seed) {
  Memory memory;
  auto module = compileOrDie(trial("trials_80.ptx"), memory);
  const int tiles = 5, blocks = 3, n = tiles * blocks * 256;
  auto x = values(n);
  Buffer<float> dx(memory, x), dy(memory, n);
  Launch launch =
      launchOf(module, "async_double", {blocks}, {64}, arguments(dx.address, dy.address, tiles));
  launch.seed = seed;
  Counters counters = runClean(launch);
  CHECK(counters.global_async.bytes == n * sizeof(float));
  CHECK(counters.global_async.sectors == counters.global_async.least_sectors);
  auto y = dy.get();
  for (int i = 0; i < n; ++i) CHECK(y[i] == 2 * x[i / 256 * 256 + 255 - i % 256]);
}

float bf16(uint16_t bits) {
  uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float result;
  std::memcpy(&result, &wide, sizeof result);
  return result;
}

void testTensor() {
  Memory memory;
  auto module = compileOrDie(trial("trials_80.ptx"), memory);
  std::vector<uint16_t> a(256), b(128);
  for (size_t i = 0; i < 256; ++i) a[i] = static_cast<uint16_t>(0x3f80 + i % 7 * 16);
  for (size_t i = 0; i < 128; ++i) b[i] = static_cast<uint16_t>(0xbf80 + i % 11 * 16);
  Buffer<uint16_t> da(memory, a), db(memory, b);
  Buffer<float> dc(memory, 128);
  Counters counters = runClean(
      launchOf(module, "mma_bf16", {1}, {32}, arguments(da.address, db.address, dc.address)));
  CHECK(counters.tensor_fma == 16 * 8 * 16);
  auto x = values(128), z = values(64);
  Buffer<float> dx(memory, x), dz(memory, z), dw(memory, 128);
  runClean(launchOf(module, "mma_tf32", {1}, {32}, arguments(dx.address, dz.address, dw.address)));
  for (int row = 0; row < 16; ++row) {
    for (int column = 0; column < 8; ++column) {
      float sum = 0, product = 0;
      for (int k = 0; k < 16; ++k) sum += bf16(a[row * 16 + k]) * bf16(b[column * 16 + k]);
      for (int k = 0; k < 8; ++k) product += x[row * 8 + k] * z[k * 8 + column];
      CHECK(dc.get()[row * 8 + column] == sum);
      CHECK(dw.get()[row * 8 + column] == product);
    }
  }
}

void testWarpSums() {
  Memory memory;
  auto module = compileOrDie(trial("trials_80.ptx"), memory);
  std::vector<int> in(32);
  for (int i = 0; i < 32; ++i) in[i] = i * 3 % 17;
  Buffer<int> din(memory, in), dout(memory, 128);
  runClean(launchOf(module, "warp_sums", {1}, {32}, arguments(din.address, dout.address)));
  auto out = dout.get();
  int sum = 0;
  for (int v : in) sum += v;
  for (int i = 0; i < 32; ++i) {
    unsigned same = 0;
    for (int j = 0; j < 32; ++j) same |= static_cast<unsigned>(in[j] % 3 == in[i] % 3) << j;
    CHECK(out[i] == sum);
    CHECK(static_cast<unsigned>(out[32 + i]) == same);
    CHECK(out[64 + i] == 2);
    CHECK(out[96 + i] == in[i == 0 ? 0 : i - 1] + in[i / 8 * 8 + 3]);
  }
}

// The counters depend neither on the seed nor on the number of threads.
void testRepeatable() {
  std::string first;
  for (uint64_t seed : {0, 1, 2}) {
    for (unsigned threads : {1u, 2u}) {
      Memory memory;
      auto module = compileOrDie(trial("trials_80.ptx"), memory);
      const int n = 128;
      Buffer<float> a(memory, values(n * n)), b(memory, values(n * n)), c(memory, n * n);
      Launch launch = launchOf(module, "matmul64", {2, 2}, {16, 16},
                               arguments(a.address, b.address, c.address, n));
      launch.seed = seed;
      launch.threads = threads;
      launch.level = kShadow;
      std::string text = toJson(runClean(launch));
      if (first.empty()) first = text;
      CHECK(text == first);
    }
  }
}

}  // namespace

int main() {
  for (const char* file : {"trials_75.ptx", "trials_80.ptx"}) {
    for (int level = 0; level <= 3; ++level)
      testProduct(file, "tiled_matmul", 48, 16, level, level);
    for (uint64_t seed : {0, 5}) testProduct(file, "matmul64", 128, 64, kRaces, seed);
    for (uint64_t seed : {0, 1, 2}) testSoftmax(file, seed);
    testPositives(file);
    testOddments(file);
  }
  for (uint64_t seed : {0, 1, 2}) testAsync(seed);
  testTensor();
  testWarpSums();
  testRepeatable();
  return finish();
}
