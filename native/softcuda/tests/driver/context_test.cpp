#include <thread>

#include "harness.h"

using namespace test;

TEST(CallsNeedAContext) {
  uint64_t address = 0;
  OK(cu("cuInit", 0u));
  EQUAL(201, cu("cuMemAlloc_v2", &address, size_t{4}));
  EQUAL(201, cu("cuCtxSynchronize"));
}

TEST(ContextsArePerThread) {
  void* context = begin();
  std::thread([&] {
    void* current = context;
    OK(cu("cuCtxGetCurrent", &current));
    CHECK(current == nullptr);
    EQUAL(201, cu("cuCtxSynchronize"));
    OK(cu("cuCtxSetCurrent", context));
    OK(cu("cuCtxSynchronize"));
  }).join();
  OK(cu("cuCtxSynchronize"));
}

TEST(PrimaryContextsAreCounted) {
  void* first = begin();
  void* second = nullptr;
  OK(cu("cuDevicePrimaryCtxRetain", &second, 0));
  CHECK(first == second);
  int active = 0;
  OK(cu("cuDevicePrimaryCtxRelease_v2", 0));
  OK(cu("cuDevicePrimaryCtxGetState", 0, static_cast<unsigned*>(nullptr), &active));
  EQUAL(1, active);
  OK(cu("cuDevicePrimaryCtxRelease_v2", 0));
  EQUAL(709, cu("cuCtxSynchronize"));
  EQUAL(201, cu("cuDevicePrimaryCtxRelease_v2", 0));
}

TEST(AStackOfContexts, {"SOFTCUDA_DEVICES", "2"}) {
  void *outer = begin(), *inner = nullptr, *popped = nullptr;
  OK(cu("cuCtxCreate_v2", &inner, 0u, 1));
  int device = -1;
  OK(cu("cuCtxGetDevice", &device));
  EQUAL(1, device);
  OK(cu("cuCtxPopCurrent_v2", &popped));
  CHECK(popped == inner);
  OK(cu("cuCtxGetCurrent", &popped));
  CHECK(popped == outer);
  OK(cu("cuCtxPushCurrent_v2", inner));
  OK(cu("cuCtxDestroy_v2", inner));
  OK(cu("cuCtxGetDevice", &device));
  EQUAL(0, device);
  EQUAL(201, cu("cuCtxSetCurrent", inner));
  EQUAL(201, cu("cuCtxDestroy_v2", outer));  // a primary context is released instead
}

TEST(PeersCopyButDoNotMap, {"SOFTCUDA_DEVICES", "2"}) {
  void *first = begin(), *second = nullptr;
  const uint64_t from = upload({1, 2, 3});
  OK(cu("cuCtxCreate_v2", &second, 0u, 1));
  const uint64_t to = allocate(12);
  EQUAL(217, cu("cuCtxEnablePeerAccess", first, 0u));
  OK(cu("cuMemcpyPeer", to, second, from, first, size_t{12}));
  EQUAL(3.0f, download(to, 3)[2]);
  EQUAL(1, cu("cuMemcpyPeer", to, first, from, second, size_t{12}));
}

TEST(WhatIsLeftIsReported) {
  begin();
  void *stream = nullptr, *event = nullptr;
  allocate(100);
  pinned(4);
  OK(cu("cuStreamCreate", &stream, 0u));
  OK(cu("cuEventCreate", &event, 0u));
  OK(cu("cuDevicePrimaryCtxRelease_v2", 0));
  EQUAL(2u, findings("leak"));
  EQUAL(2u, findings("handle-leak"));
}

TEST(LeaksAreReportedAtExit) {
  EQUAL(1, childFindings([] {
          begin();
          allocate(10);
        }));
  EQUAL(0, childFindings([] {
          begin();
          OK(cu("cuMemFree_v2", allocate(10)));
        }));
}
