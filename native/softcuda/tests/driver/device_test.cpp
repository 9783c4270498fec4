#include <cstdio>
#include <fstream>

#include "harness.h"

using namespace test;

TEST(EveryNameIsExported) {
  for (const char* path : {SOFTCUDA_DRIVER_NAMES, SOFTCUDA_CUBLAS_NAMES}) {
    std::ifstream names(path);
    size_t count = 0;
    for (std::string name; std::getline(names, name); count++) symbol(name.c_str());
    CHECK(count == 312 || count == 494);
  }
}

TEST(WhatIsNotImplementedSaysSo) {
  EQUAL(3, cu("cuTexRefCreate"));
  begin();
  EQUAL(801, cu("cuTexRefCreate"));
  EQUAL(15, cu("cublasZtrsm_v2"));
}

TEST(NothingWorksBeforeInit) {
  int count = 0;
  EQUAL(3, cu("cuDeviceGetCount", &count));
  OK(cu("cuDriverGetVersion", &count));
  EQUAL(13000, count);
  EQUAL(1, cu("cuInit", 1u));
  OK(cu("cuInit", 0u));
  OK(cu("cuInit", 0u));
  OK(cu("cuDeviceGetCount", &count));
  EQUAL(1, count);
}

TEST(NoDevice, {"SOFTCUDA_DEVICES", "0"}) {
  int count = 0;
  EQUAL(100, cu("cuInit", 0u));
  EQUAL(3, cu("cuDeviceGetCount", &count));
}

TEST(UnknownSettingsAreRefused, {"SOFTCUDA_CHECK", "everything"}) { EQUAL(1, cu("cuInit", 0u)); }

TEST(BadSizesAreRefused, {"SOFTCUDA_MEM", "64Q"}) { EQUAL(1, cu("cuInit", 0u)); }

TEST(ADeviceSaysThatItIsSoftware, {"SOFTCUDA_DEVICES", "2"}, {"SOFTCUDA_CC", "9.0"},
     {"SOFTCUDA_DRIVER", "12020"}, {"SOFTCUDA_MEM", "64M"}, {"SOFTCUDA_MULTIPROCESSORS", "132"}) {
  char name[100] = "";
  int value = 0, minor = -1;
  size_t bytes = 0;
  OK(cu("cuInit", 0u));
  OK(cu("cuDeviceGetName", &name[0], 100, 1));
  CHECK(std::string(name).find("software device 1") != std::string::npos);
  OK(cu("cuDeviceComputeCapability", &value, &minor, 1));
  EQUAL(90, value * 10 + minor);
  OK(cu("cuDriverGetVersion", &value));
  EQUAL(12020, value);
  OK(cu("cuDeviceGetAttribute", &value, 16, 1));
  EQUAL(132, value);
  OK(cu("cuDeviceTotalMem_v2", &bytes, 1));
  EQUAL(size_t{64} << 20, bytes);
  OK(cu("cuDeviceCanAccessPeer", &value, 0, 1));
  EQUAL(0, value);
  EQUAL(101, cu("cuDeviceGet", &value, 2));
  EQUAL(101, cu("cuDeviceGetName", &name[0], 100, -1));
}

TEST(Attributes) {
  begin();
  const auto attribute = [](int number) {
    int value = -1;
    OK(cu("cuDeviceGetAttribute", &value, number, 0));
    return value;
  };
  EQUAL(1024, attribute(1));
  EQUAL(49152, attribute(8));
  EQUAL(32, attribute(10));
  EQUAL(8, attribute(75));
  EQUAL(101376, attribute(97));
  int value = 0;
  EQUAL(1, cu("cuDeviceGetAttribute", &value, 0, 0));
  EQUAL(1, cu("cuDeviceGetAttribute", &value, 100000, 0));
}

TEST(ErrorsHaveNames) {
  const char* text = nullptr;
  OK(cu("cuGetErrorName", 700, &text));
  EQUAL(std::string("CUDA_ERROR_ILLEGAL_ADDRESS"), std::string(text));
  OK(cu("cuGetErrorString", 2, &text));
  EQUAL(std::string("out of memory"), std::string(text));
  EQUAL(1, cu("cuGetErrorName", 12345, &text));
}

TEST(FaultsOnDemand, {"SOFTCUDA_FAIL", "cuMemAlloc_v2:2:2,cuCtxSynchronize:1+:719"}) {
  begin();
  uint64_t address = 0;
  OK(cu("cuMemAlloc_v2", &address, size_t{64}));
  EQUAL(2, cu("cuMemAlloc_v2", &address, size_t{64}));
  OK(cu("cuMemAlloc_v2", &address, size_t{64}));
  EQUAL(719, cu("cuCtxSynchronize"));
  EQUAL(719, cu("cuMemAlloc_v2", &address, size_t{64}));  // sticky, as from a kernel
  EQUAL(719, cu("cuCtxSynchronize"));
}

TEST(FaultsFromAFileChangeAtRunTime, {"SOFTCUDA_FAIL", "@softcuda_faults_test"}) {
  const auto write = [](const char* rules) { std::ofstream("softcuda_faults_test") << rules; };
  write("");
  begin();
  uint64_t address = 0;
  OK(cu("cuMemAlloc_v2", &address, size_t{64}));
  write("cuMemAlloc_v2:1:2\n");
  EQUAL(2, cu("cuMemAlloc_v2", &address, size_t{64}));
  OK(cu("cuMemAlloc_v2", &address, size_t{64}));
  write("cuMemAlloc_v2:2:2");
  OK(cu("cuMemAlloc_v2", &address, size_t{64}));
  EQUAL(2, cu("cuMemAlloc_v2", &address, size_t{64}));
  std::remove("softcuda_faults_test");
  OK(cu("cuMemAlloc_v2", &address, size_t{64}));
}
