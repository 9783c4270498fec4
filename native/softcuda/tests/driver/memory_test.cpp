#include <cstring>

#include "harness.h"

using namespace test;

TEST(CopiesThereAndBack) {
  begin();
  const uint64_t first = upload({1, 2, 3, 4}), second = allocate(16);
  CHECK(first % 256 == 0);
  OK(cu("cuMemcpyDtoD_v2", second, first, size_t{16}));
  OK(cu("cuMemsetD32_v2", second + 4, 0x40a00000u, size_t{2}));  // 5.0f
  CHECK((download(second, 4) == std::vector<float>{1, 5, 5, 4}));
  EQUAL("", report());
}

TEST(CopiesAreChecked) {
  begin();
  const uint64_t address = upload({1, 2, 3, 4});
  float host[8];
  EQUAL(1, cu("cuMemcpyDtoH_v2", &host[0], address, size_t{20}));
  EQUAL(1, cu("cuMemcpyDtoH_v2", &host[0], address - 4, size_t{4}));
  EQUAL(1, cu("cuMemcpyHtoD_v2", uint64_t{4096}, &host[0], size_t{4}));
  EQUAL(1, cu("cuMemcpyHtoD_v2", address, reinterpret_cast<float*>(address), size_t{4}));
  EQUAL(1, cu("cuMemsetD32_v2", address + 2, 0u, size_t{1}));
  EQUAL(1, cu("cuMemsetD8_v2", address, static_cast<unsigned char>(0), size_t{17}));
  OK(cu("cuMemcpyDtoH_v2", &host[0], address, size_t{0}));
}

TEST(FreeingIsChecked) {
  begin();
  const uint64_t address = allocate(1000);
  EQUAL(1, cu("cuMemFree_v2", address + 256));
  OK(cu("cuMemFree_v2", address));
  EQUAL(1, cu("cuMemFree_v2", address));
  OK(cu("cuMemFree_v2", uint64_t{0}));
}

TEST(MemoryIsLimited, {"SOFTCUDA_MEM", "1M"}) {
  begin();
  uint64_t address = 0;
  size_t left = 0, total = 0;
  EQUAL(2, cu("cuMemAlloc_v2", &address, (size_t{1} << 20) + 1));
  OK(cu("cuMemAlloc_v2", &address, size_t{1} << 19));
  OK(cu("cuMemGetInfo_v2", &left, &total));
  EQUAL(size_t{1} << 20, total);
  EQUAL(size_t{1} << 19, left);
  OK(cu("cuMemFree_v2", address));
  EQUAL(1, cu("cuMemAlloc_v2", &address, size_t{0}));
}

TEST(ReadingWhatWasNeverWrittenIsReported) {
  begin();
  const uint64_t address = allocate(8);
  OK(cu("cuMemsetD8_v2", address, static_cast<unsigned char>(0), size_t{4}));
  download(address, 1);
  EQUAL(0u, findings("uninitialised"));
  download(address, 2);
  EQUAL(1u, findings("uninitialised"));
}

TEST(PointersAreDescribed) {
  begin();
  const uint64_t address = allocate(1000);
  uint64_t base = 0;
  size_t bytes = 0;
  OK(cu("cuMemGetAddressRange_v2", &base, &bytes, address + 500));
  EQUAL(address, base);
  EQUAL(size_t{1000}, bytes);
  unsigned kind = 0;
  OK(cu("cuPointerGetAttribute", static_cast<void*>(&kind), 2, address));
  EQUAL(2u, kind);
  OK(cu("cuPointerGetAttribute", static_cast<void*>(&kind), 2,
        reinterpret_cast<uint64_t>(pinned(4))));
  EQUAL(1u, kind);
  EQUAL(1, cu("cuPointerGetAttribute", static_cast<void*>(&kind), 2,
              reinterpret_cast<uint64_t>(&kind)));
}

TEST(HostMemoryIsRegisteredOnce) {
  begin();
  std::vector<float> values(100);
  void* address = values.data();
  EQUAL(713, cu("cuMemHostUnregister", address));
  OK(cu("cuMemHostRegister_v2", address, size_t{400}, 0u));
  EQUAL(712, cu("cuMemHostRegister_v2", address, size_t{400}, 0u));
  EQUAL(1, cu("cuMemFreeHost", address));
  OK(cu("cuMemHostUnregister", address));
}

TEST(RowsAreCopiedWithTheirPitch) {
  begin();
  struct {
    size_t from_x, from_y;
    unsigned from_kind;
    const void* from_host;
    uint64_t from_device;
    void* from_array;
    size_t from_pitch, to_x, to_y;
    unsigned to_kind;
    void* to_host;
    uint64_t to_device;
    void* to_array;
    size_t to_pitch, width, height;
  } copy;
  std::memset(&copy, 0, sizeof copy);
  const std::vector<float> host{1, 2, 3, 4, 5, 6};
  const uint64_t device = upload(std::vector<float>(8, 0));
  copy.from_kind = 1, copy.from_host = host.data(), copy.from_x = 4, copy.from_pitch = 12;
  copy.to_kind = 2, copy.to_device = device, copy.to_pitch = 16;
  copy.width = 8, copy.height = 2;
  OK(cu("cuMemcpy2D_v2", static_cast<const void*>(&copy)));
  CHECK((download(device, 8) == std::vector<float>{2, 3, 0, 0, 5, 6, 0, 0}));
  copy.height = 3;
  EQUAL(1, cu("cuMemcpy2D_v2", static_cast<const void*>(&copy)));
}

TEST(FreeingInStreamOrder) {
  begin();
  void* stream = nullptr;
  uint64_t address = 0;
  OK(cu("cuStreamCreate", &stream, 1u));
  OK(cu("cuMemAllocAsync", &address, size_t{16}, stream));
  OK(cu("cuMemsetD32Async", address, 0u, size_t{4}, stream));
  OK(cu("cuMemFreeAsync", address, stream));
  OK(cu("cuMemsetD32Async", address, 0u, size_t{4}, stream));  // too late, seen when it runs
  EQUAL(700, cu("cuStreamSynchronize", stream));
  EQUAL(1u, findings("use-after-free"));
}

TEST(TheChecksAreLevels, {"SOFTCUDA_CHECK", "bounds"}) {
  begin();
  download(allocate(8), 2);
  EQUAL("", report());
}

TEST(ContextsShareTheirDevicesMemory, {"SOFTCUDA_MEM", "1M"}) {
  begin();
  void* second = nullptr;
  uint64_t address = 0;
  OK(cu("cuMemAlloc_v2", &address, size_t{1} << 19));
  OK(cu("cuCtxCreate_v2", &second, 0u, 0));
  EQUAL(2, cu("cuMemAlloc_v2", &address, (size_t{1} << 19) + 1));
  OK(cu("cuMemAlloc_v2", &address, size_t{1} << 19));
}
