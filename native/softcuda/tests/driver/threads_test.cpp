#include <thread>

#include "harness.h"

using namespace test;

// Four threads, each with streams, memory and a graph of its own in the one context.
static void work(void* context, float factor) {
  OK(cu("cuCtxSetCurrent", context));
  void *scale = function(kScale, "scale"), *stream = nullptr, *graph = nullptr, *exec = nullptr;
  int relaxed = 2;  // the others allocate meanwhile
  OK(cu("cuThreadExchangeStreamCaptureMode", &relaxed));
  OK(cu("cuStreamCreate", &stream, 1u));
  float* host = pinned(1);
  const uint64_t x = allocate(4);
  OK(cu("cuStreamBeginCapture_v2", stream, 2));
  OK(cu("cuMemcpyHtoDAsync_v2", x, static_cast<const float*>(host), size_t{4}, stream));
  OK(launchScale(scale, x, 1, factor, stream));
  OK(cu("cuMemcpyDtoHAsync_v2", host, x, size_t{4}, stream));
  OK(cu("cuStreamEndCapture", stream, &graph));
  OK(cu("cuGraphInstantiateWithFlags", &exec, graph, 0ull));
  for (int turn = 0; turn < 50; turn++) {
    host[0] = 1;
    OK(cu("cuGraphLaunch", exec, stream));
    OK(launchScale(scale, x, 1, factor, stream));
    OK(cu("cuMemcpyDtoHAsync_v2", host, x, size_t{4}, stream));
    OK(cu("cuStreamSynchronize", stream));
    EQUAL(factor * factor, host[0]);
  }
  OK(cu("cuMemFreeHost", static_cast<void*>(host)));
  OK(cu("cuMemFree_v2", x));
}

static void fourThreads() {
  void* context = begin();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++) threads.emplace_back(work, context, static_cast<float>(i + 2));
  for (std::thread& thread : threads) thread.join();
  EQUAL("", report());
}

TEST(ThreadsDoNotDisturbEachOther) { fourThreads(); }
TEST(NorInAnyOtherOrder, {"SOFTCUDA_SEED", "7"}) { fourThreads(); }
