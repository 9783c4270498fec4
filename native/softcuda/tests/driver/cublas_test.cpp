#include <cmath>

#include "harness.h"

using namespace test;

namespace {

void* blas() {
  void* handle = nullptr;
  OK(cu("cublasCreate_v2", &handle));
  return handle;
}

struct Product {
  int ta = 0, tb = 0, m = 2, n = 3, k = 2, lda = 2, ldb = 2, ldc = 2;
  float alpha = 1, beta = 0;
};

int sgemm(void* handle, const Product& p, uint64_t a, uint64_t b, uint64_t c) {
  return cu("cublasSgemm_v2", handle, p.ta, p.tb, p.m, p.n, p.k, &p.alpha, a, p.lda, b, p.ldb,
            &p.beta, c, p.ldc);
}

}  // namespace

TEST(NeedsAContext) {
  void* handle = nullptr;
  OK(cu("cuInit", 0u));
  EQUAL(1, cu("cublasCreate_v2", &handle));
  EQUAL(1, cu("cublasDestroy_v2", reinterpret_cast<void*>(0x99)));
  begin();
  int version = 0;
  handle = blas();
  OK(cu("cublasGetVersion_v2", handle, &version));
  CHECK(version >= 120000);
  OK(cu("cublasDestroy_v2", handle));
  EQUAL(1, cu("cublasDestroy_v2", handle));
}

TEST(ProductsOfEveryTransposition) {
  begin();
  void* handle = blas();
  const std::vector<float> a{1, 2, 3, 4}, b{1, 2, 3, 4, 5, 6};  // column-major: a is [1 3; 2 4]
  for (int ta = 0; ta < 2; ta++)
    for (int tb = 0; tb < 2; tb++) {
      Product p;
      p.ta = ta, p.tb = tb, p.ldb = tb ? 3 : 2, p.alpha = 2, p.beta = 3;
      const uint64_t c = upload({1, 1, 1, 1, 1, 1});
      OK(sgemm(handle, p, upload(a), upload(b), c));
      const std::vector<float> got = download(c, 6);
      for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++) {
          float sum = 0;
          for (int q = 0; q < 2; q++)
            sum += (ta ? a[q + 2 * i] : a[i + 2 * q]) * (tb ? b[j + 3 * q] : b[q + 2 * j]);
          EQUAL(2 * sum + 3, got[i + 2 * j]);
        }
    }
  EQUAL("", report());
}

TEST(ProductsAreChecked) {
  begin();
  void* handle = blas();
  Product p;
  p.lda = 1;
  EQUAL(7, sgemm(handle, p, upload({1, 2, 3, 4}), allocate(24), allocate(24)));
  p.lda = 2;
  OK(sgemm(handle, p, upload({1, 2, 3, 4}), allocate(24), allocate(24)));  // b never written
  OK(cu("cuCtxSynchronize"));
  CHECK(findings("uninitialised") > 0);
  OK(sgemm(handle, p, upload({1, 2, 3, 4}), upload({1, 2, 3, 4, 5}), allocate(24)));
  EQUAL(700, cu("cuCtxSynchronize"));
  EQUAL(13, sgemm(handle, p, 0, 0, 0));
}

TEST(BetaZeroDoesNotReadC) {
  begin();
  const uint64_t c = allocate(24);
  Product p;
  OK(sgemm(blas(), p, upload({1, 2, 3, 4}), upload({1, 2, 3, 4, 5, 6}), c));
  EQUAL(7.0f, download(c, 6)[0]);
  EQUAL("", report());
}

TEST(ReducedPrecision) {
  begin();
  void* handle = blas();
  Product p;
  p.m = p.n = p.k = 1, p.lda = p.ldb = p.ldc = 1;
  const uint64_t c = allocate(4);
  const float fine = 1 + std::ldexp(1.0f, -11) + std::ldexp(1.0f, -20);
  OK(sgemm(handle, p, upload({fine}), upload({1}), c));
  EQUAL(fine, download(c, 1)[0]);
  OK(cu("cublasSetMathMode", handle, 3));  // TF32
  OK(sgemm(handle, p, upload({fine}), upload({1}), c));
  EQUAL(1 + std::ldexp(1.0f, -10), download(c, 1)[0]);
}

TEST(ProductsAreCaptured) {
  begin();
  void *handle = blas(), *where = nullptr, *graph = nullptr, *exec = nullptr;
  OK(cu("cuStreamCreate", &where, 1u));
  OK(cu("cublasSetStream_v2", handle, where));
  Product p;
  p.beta = 1;
  const uint64_t a = upload({1, 2, 3, 4}), b = upload({1, 2, 3, 4, 5, 6});
  const uint64_t c = upload({0, 0, 0, 0, 0, 0});
  OK(cu("cuStreamBeginCapture_v2", where, 0));
  OK(sgemm(handle, p, a, b, c));
  OK(cu("cuStreamEndCapture", where, &graph));
  OK(cu("cuGraphInstantiateWithFlags", &exec, graph, 0ull));
  OK(cu("cuGraphLaunch", exec, where));
  OK(cu("cuGraphLaunch", exec, where));
  OK(cu("cuCtxSynchronize"));
  EQUAL(14.0f, download(c, 1)[0]);
}

namespace {

uint64_t uploadHalves(const std::vector<uint16_t>& values) {
  const uint64_t address = allocate(values.size() * 2);
  OK(cu("cuMemcpyHtoD_v2", address, values.data(), values.size() * 2));
  return address;
}

// c <- a b with a of m x 1 and b of 1 x 1, all of one 16-bit type, summed in single precision.
std::vector<uint16_t> scaled(int type, const std::vector<uint16_t>& a, uint16_t b) {
  const float alpha = 1, beta = 0;
  const int m = static_cast<int>(a.size());
  std::vector<uint16_t> result(a.size());
  const uint64_t c = allocate(a.size() * 2);
  OK(cu("cublasGemmEx", blas(), 0, 0, m, 1, 1, &alpha, uploadHalves(a), type, m, uploadHalves({b}),
        type, 1, &beta, c, type, m, 68, -1));
  OK(cu("cuMemcpyDtoH_v2", result.data(), c, a.size() * 2));
  return result;
}

std::vector<uint16_t> everyPattern() {
  std::vector<uint16_t> all(65536);
  for (size_t i = 0; i < all.size(); i++) all[i] = static_cast<uint16_t>(i);
  return all;
}

bool isNan(uint16_t bits, uint16_t infinity) { return (bits & 0x7fff) > infinity; }

}  // namespace

TEST(EverySixteenBitNumberTimesOneIsItself) {
  begin();
  const std::vector<uint16_t> all = everyPattern();
  const std::vector<uint16_t> halves = scaled(2, all, 0x3c00), brains = scaled(14, all, 0x3f80);
  const auto expect = [](uint16_t before, uint16_t after, uint16_t infinity) {
    if (isNan(before, infinity)) {
      CHECK(isNan(after, infinity));
      return;
    }
    EQUAL(before == 0x8000 ? 0 : before, after);  // sums begin with +0
  };
  for (size_t i = 0; i < all.size(); i++) {
    expect(all[i], halves[i], 0x7c00);
    expect(all[i], brains[i], 0x7f80);
  }
}

TEST(HalvesAreRoundedToEven) {
  begin();
  // Products by 1.5: 1 + 2^-10 -> a tie that goes up to even, 1 + 3 * 2^-10 -> one that goes down.
  CHECK((scaled(2, {0x3c00, 0x3c01, 0x3c03, 0x0001, 0x0003, 0x7bff}, 0x3e00) ==
         std::vector<uint16_t>{0x3e00, 0x3e02, 0x3e04, 0x0002, 0x0004, 0x7c00}));
}

TEST(BatchesAreStrided) {
  begin();
  const float alpha = 1, beta = 0;
  const uint64_t a = upload({2, 3}), b = upload({5, 7}), c = upload({0, 0, 0});
  OK(cu("cublasSgemmStridedBatched", blas(), 0, 0, 1, 1, 1, &alpha, a, 1, 1ll, b, 1, 1ll, &beta, c,
        1, 2ll, 2));
  CHECK((download(c, 3) == std::vector<float>{10, 0, 21}));
}
