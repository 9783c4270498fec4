#include "harness.h"

using namespace test;

namespace {

void* stream(unsigned flags = 1) {
  void* handle = nullptr;
  OK(cu("cuStreamCreate", &handle, flags));
  return handle;
}

void* event() {
  void* handle = nullptr;
  OK(cu("cuEventCreate", &handle, 2u));
  return handle;
}

void* instantiate(void* graph) {
  void* exec = nullptr;
  OK(cu("cuGraphInstantiateWithFlags", &exec, graph, 0ull));
  return exec;
}

int capturing(void* where) {
  int status = -1;
  OK(cu("cuStreamIsCapturing", where, &status));
  return status;
}

}  // namespace

TEST(ACaptureIsReplayed) {
  begin();
  void *scale = function(kScale, "scale"), *where = stream(), *graph = nullptr;
  float* host = pinned(3);
  const uint64_t x = upload({1, 1, 1});
  OK(cu("cuStreamBeginCapture_v2", where, 0));
  EQUAL(1, capturing(where));
  OK(cu("cuMemcpyHtoDAsync_v2", x, static_cast<const float*>(host), size_t{12}, where));
  OK(launchScale(scale, x, 3, 2, where));
  OK(launchScale(scale, x, 3, 5, where));
  OK(cu("cuStreamEndCapture", where, &graph));
  EQUAL(0, capturing(where));
  size_t nodes = 0;
  OK(cu("cuGraphGetNodes", graph, static_cast<void**>(nullptr), &nodes));
  EQUAL(size_t{3}, nodes);
  EQUAL(1.0f, download(x, 1)[0]);  // captured, not run
  void* exec = instantiate(graph);
  OK(cu("cuGraphDestroy", graph));
  for (int turn = 1; turn < 4; turn++) {
    for (int i = 0; i < 3; i++) host[i] = static_cast<float>(turn);
    OK(cu("cuGraphLaunch", exec, where));
    OK(cu("cuStreamSynchronize", where));
    EQUAL(10.0f * turn, download(x, 3)[2]);
  }
  OK(cu("cuGraphExecDestroy", exec));
  EQUAL(1, cu("cuGraphLaunch", exec, where));
  EQUAL("", report());
}

static void forkAndJoin() {
  begin();
  void *scale = function(kScale, "scale"), *main = stream(), *side = stream(), *graph = nullptr;
  void *forked = event(), *joined = event();
  const uint64_t x = upload({1}), y = upload({1});
  OK(cu("cuStreamBeginCapture_v2", main, 0));
  OK(launchScale(scale, x, 1, 2, main));
  OK(cu("cuEventRecord", forked, main));
  OK(cu("cuStreamWaitEvent", side, forked, 0u));
  EQUAL(1, capturing(side));
  OK(cu("cuMemcpyDtoDAsync_v2", y, x, size_t{4}, side));
  OK(cu("cuEventRecord", joined, side));
  OK(cu("cuStreamWaitEvent", main, joined, 0u));
  OK(launchScale(scale, x, 1, 3, main));
  OK(cu("cuStreamEndCapture", main, &graph));
  EQUAL(0, capturing(side));
  OK(cu("cuGraphLaunch", instantiate(graph), main));
  OK(cu("cuStreamSynchronize", main));
  EQUAL(2.0f, download(y, 1)[0]);
  EQUAL(6.0f, download(x, 1)[0]);
  EQUAL(907, cu("cuEventSynchronize", joined));
}

TEST(StreamsForkAndJoin) { forkAndJoin(); }
TEST(StreamsForkAndJoinInAnyOrder, {"SOFTCUDA_SEED", "5"}) { forkAndJoin(); }

TEST(AForkWithoutAJoinIsAnError) {
  begin();
  void *main = stream(), *side = stream(), *forked = event(), *graph = nullptr;
  const uint64_t x = allocate(4);
  OK(cu("cuStreamBeginCapture_v2", main, 0));
  OK(cu("cuEventRecord", forked, main));
  OK(cu("cuStreamWaitEvent", side, forked, 0u));
  OK(cu("cuMemsetD32Async", x, 0u, size_t{1}, side));
  EQUAL(903, cu("cuStreamEndCapture", side, &graph));
  EQUAL(904, cu("cuStreamEndCapture", main, &graph));
}

TEST(WaitingBreaksACapture) {
  begin();
  void *where = stream(), *graph = nullptr;
  uint64_t x = allocate(4);
  OK(cu("cuStreamBeginCapture_v2", where, 0));
  EQUAL(900, cu("cuStreamSynchronize", where));
  EQUAL(901, cu("cuMemsetD32Async", x, 0u, size_t{1}, where));
  EQUAL(2, capturing(where));
  EQUAL(901, cu("cuStreamEndCapture", where, &graph));
  OK(cu("cuStreamBeginCapture_v2", where, 0));
  EQUAL(900, cu("cuMemAlloc_v2", &x, size_t{4}));
  EQUAL(901, cu("cuStreamEndCapture", where, &graph));
  OK(cu("cuStreamBeginCapture_v2", where, 2));  // relaxed
  OK(cu("cuMemAlloc_v2", &x, size_t{4}));
  OK(cu("cuStreamEndCapture", where, &graph));
}

TEST(TheLegacyStreamCannotTakePart) {
  begin();
  void *where = stream(0), *graph = nullptr, *outside = event();
  const uint64_t x = allocate(4);
  EQUAL(900, cu("cuStreamBeginCapture_v2", static_cast<void*>(nullptr), 0));
  EQUAL(401, cu("cuStreamEndCapture", where, &graph));
  OK(cu("cuStreamBeginCapture_v2", where, 0));
  EQUAL(906, cu("cuMemsetD32_v2", x, 0u, size_t{1}));
  EQUAL(901, cu("cuStreamEndCapture", where, &graph));
  OK(cu("cuEventRecord", outside, stream()));
  OK(cu("cuStreamBeginCapture_v2", where, 0));
  EQUAL(905, cu("cuStreamWaitEvent", where, outside, 0u));
  EQUAL(901, cu("cuStreamEndCapture", where, &graph));
}
