#include <cstring>
#include <fstream>

#include "harness.h"

using namespace test;

TEST(ParametersByPointerAndPacked) {
  begin();
  void* scale = function(kScale, "scale");
  const uint64_t x = upload({1, 2, 3});
  OK(launchScale(scale, x, 3, 2));
  struct {
    uint64_t x;
    unsigned n;
    float factor;
  } packed{x, 3, 10};
  size_t bytes = sizeof packed;
  void* extra[] = {reinterpret_cast<void*>(1), &packed, reinterpret_cast<void*>(2), &bytes,
                   nullptr};
  OK(cu("cuLaunchKernel", scale, 1u, 1u, 1u, 32u, 1u, 1u, 0u, static_cast<void*>(nullptr),
        static_cast<void**>(nullptr), &extra[0]));
  CHECK((download(x, 3) == std::vector<float>{20, 40, 60}));
  bytes = 8;
  EQUAL(1, cu("cuLaunchKernel", scale, 1u, 1u, 1u, 32u, 1u, 1u, 0u, static_cast<void*>(nullptr),
              static_cast<void**>(nullptr), &extra[0]));
  EQUAL("", report());
}

TEST(ParametersAreCopiedAtLaunch) {
  begin();
  void* scale = function(kScale, "scale");
  uint64_t x = upload({1, 2, 3});
  unsigned n = 3;
  float factor = 2;
  void* parameters[] = {&x, &n, &factor};
  OK(cu("cuLaunchKernel", scale, 1u, 1u, 1u, 32u, 1u, 1u, 0u, static_cast<void*>(nullptr),
        &parameters[0], static_cast<void**>(nullptr)));
  factor = 100;
  CHECK((download(x, 3) == std::vector<float>{2, 4, 6}));
}

TEST(BadGeometryIsRefused) {
  begin();
  void* scale = function(kScale, "scale");
  uint64_t x = upload({1});
  unsigned n = 1;
  float factor = 2;
  void* parameters[] = {&x, &n, &factor};
  const auto launch = [&](unsigned grid, unsigned grid_y, unsigned block, unsigned shared) {
    return cu("cuLaunchKernel", scale, grid, grid_y, 1u, block, 1u, 1u, shared,
              static_cast<void*>(nullptr), &parameters[0], static_cast<void**>(nullptr));
  };
  EQUAL(1, launch(0, 1, 32, 0));
  EQUAL(1, launch(1, 65536, 32, 0));
  EQUAL(1, launch(1, 1, 1025, 0));
  EQUAL(1, launch(1, 1, 0, 0));
  EQUAL(1, launch(1, 1, 32, 49153));
  EQUAL(1, cu("cuFuncSetAttribute", scale, 8, 101377));
  OK(cu("cuFuncSetAttribute", scale, 8, 101376));
  OK(launch(1, 1, 32, 101376));
  OK(cu("cuCtxSynchronize"));
}

TEST(HandlesAreChecked) {
  begin();
  void* junk = reinterpret_cast<void*>(0x7777);
  void *module = nullptr, *found = nullptr;
  EQUAL(400, launchScale(junk, 0, 0, 0));
  EQUAL(400, cu("cuModuleGetFunction", &found, junk, "scale"));
  OK(cu("cuModuleLoadData", &module, kScale));
  EQUAL(500, cu("cuModuleGetFunction", &found, module, "absent"));
  CHECK(found == nullptr);
  OK(cu("cuModuleGetFunction", &found, module, "scale"));
  EQUAL(400, launchScale(found, 0, 0, 0, junk));
  OK(cu("cuModuleUnload", module));
  EQUAL(400, launchScale(found, 0, 0, 0));
}

TEST(ErrorsStickUntilTheContextIsDestroyed) {
  begin();
  void* scale = function(kScale, "scale");
  const uint64_t x = upload({1, 2, 3});
  OK(launchScale(scale, x, 4, 2));  // one more than there are
  EQUAL(700, cu("cuCtxSynchronize"));
  uint64_t address = 0;
  EQUAL(700, cu("cuMemAlloc_v2", &address, size_t{4}));
  EQUAL(700, cu("cuMemFree_v2", x));
  EQUAL(700, launchScale(scale, x, 3, 2));
  OK(cu("cuDevicePrimaryCtxReset_v2", 0));
  begin();
  EQUAL(2.0f, download(upload({2}), 1)[0]);
}

TEST(BadPtxIsExplainedInTheLog) {
  begin();
  char log[1000] = "";
  int options[] = {5, 6};
  void* values[] = {&log[0], reinterpret_cast<void*>(sizeof log)};
  void* module = nullptr;
  EQUAL(218,
        cu("cuModuleLoadDataEx", &module, ".version 6.3\nnonsense\n", 2u, &options[0], &values[0]));
  CHECK(std::strlen(log) > 0);
  EQUAL(std::strlen(log) + 1, reinterpret_cast<size_t>(values[1]));
  EQUAL(218, cu("cuModuleLoadData", &module, "not PTX at all"));
  EQUAL(209, cu("cuModuleLoadData", &module,
                "\x7f"
                "ELF"));
  EQUAL(301, cu("cuModuleLoad", &module, "/no/such/file"));
}

TEST(OldDriversRefuseNewPtx, {"SOFTCUDA_DRIVER", "12020"}) {
  begin();
  std::string text = kScale;
  void* module = nullptr;
  OK(cu("cuModuleLoadData", &module, text.c_str()));
  text.replace(text.find("6.3"), 3, "8.3");
  EQUAL(222, cu("cuModuleLoadData", &module, text.c_str()));
}

TEST(OldDevicesRefuseNewTargets, {"SOFTCUDA_CC", "7.5"}) {
  begin();
  std::string text = kScale;
  void* module = nullptr;
  text.replace(text.find("6.3"), 3, "7.0");
  text.replace(text.find("sm_75"), 5, "sm_80");
  EQUAL(209, cu("cuModuleLoadData", &module, text.c_str()));
}

namespace {

// Each block waits until all have begun.
const char* const kMeeting = R"(.version 6.3
.target sm_75
.address_size 64
.visible .entry meeting(.param .u64 counter) {
.reg .pred %p<2>;
.reg .b32 %r<4>;
.reg .b64 %rd<2>;
ld.param.u64 %rd1, [counter];
mov.u32 %r1, %tid.x;
setp.ne.u32 %p1, %r1, 0;
@%p1 bra END;
mov.u32 %r2, %nctaid.x;
atom.global.add.u32 %r3, [%rd1], 1;
WAIT:
ld.volatile.global.u32 %r3, [%rd1];
setp.ge.u32 %p1, %r3, %r2;
@%p1 bra END;
nanosleep.u32 100;
bra.uni WAIT;
END:
bar.sync 0;
ret;
}
)";

int meet(unsigned blocks, unsigned threads) {
  uint64_t counter = upload({0});
  void* parameters[] = {&counter};
  OK(cu("cuLaunchKernel", function(kMeeting, "meeting"), blocks, 1u, 1u, threads, 1u, 1u, 0u,
        static_cast<void*>(nullptr), &parameters[0], static_cast<void**>(nullptr)));
  return cu("cuCtxSynchronize");
}

}  // namespace

TEST(BlocksThatWaitForEachOtherMustFitTogether, {"SOFTCUDA_MULTIPROCESSORS", "3"}) {
  begin();
  OK(meet(3, 1024));
  OK(meet(9, 512));
  OK(meet(48, 32));
  EQUAL("", report());
  EQUAL(719, meet(4, 1024));
  EQUAL(size_t{1}, findings("block-deadlock"));
}

TEST(OccupancyKnowsThreadsAndSharedMemory) {
  begin();
  void* scale = function(kScale, "scale");
  int blocks = 0, grid = 0, block = 0;
  OK(cu("cuOccupancyMaxActiveBlocksPerMultiprocessor", &blocks, scale, 1024, size_t{0}));
  EQUAL(1, blocks);
  OK(cu("cuOccupancyMaxActiveBlocksPerMultiprocessor", &blocks, scale, 128, size_t{0}));
  EQUAL(12, blocks);
  OK(cu("cuOccupancyMaxActiveBlocksPerMultiprocessor", &blocks, scale, 128, size_t{40000}));
  EQUAL(2, blocks);
  OK(cu("cuOccupancyMaxPotentialBlockSize", &grid, &block, scale, static_cast<void*>(nullptr),
        size_t{0}, 0));
  CHECK(block >= 128 && grid >= 2);
  EQUAL(1, cu("cuOccupancyMaxActiveBlocksPerMultiprocessor", &blocks, scale, 1025, size_t{0}));
}

TEST(FunctionsHaveAttributes) {
  begin();
  void* scale = function(kScale, "scale");
  int value = -1;
  OK(cu("cuFuncGetAttribute", &value, 0, scale));
  EQUAL(1024, value);
  OK(cu("cuFuncGetAttribute", &value, 1, scale));
  EQUAL(0, value);
  OK(cu("cuFuncGetAttribute", &value, 6, scale));
  EQUAL(80, value);
}

TEST(CountersAreWritten, {"SOFTCUDA_COUNTERS", "softcuda_counters_test.json"}) {
  std::remove("softcuda_counters_test.json");
  begin();
  void* scale = function(kScale, "scale");
  const uint64_t x = upload({1, 2, 3});
  OK(launchScale(scale, x, 3, 2, nullptr, 4));
  OK(launchScale(scale, x, 3, 2));
  OK(cu("cuCtxSynchronize"));
  std::ifstream file("softcuda_counters_test.json");
  std::string first, second, none;
  CHECK(std::getline(file, first) && std::getline(file, second) && !std::getline(file, none));
  EQUAL(0u, first.find("{\"launch\":1,\"kernel\":\"scale\",\"grid\":[4,1,1],\"block\":[32,1,1]"));
  std::remove("softcuda_counters_test.json");
}
