#include <sys/wait.h>
#include <unistd.h>

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
  OK(cu("cuEventCreate", &handle, 0u));
  return handle;
}

int put(uint64_t to, const float* from, void* where) {
  return cu("cuMemcpyHtoDAsync_v2", to, from, size_t{4}, where);
}

}  // namespace

TEST(AHostBufferReusedTooEarlyIsSeen) {
  begin();
  float* host = pinned(1);
  const uint64_t device = upload({0});
  void* where = stream();
  host[0] = 1;
  OK(put(device, host, where));
  host[0] = 2;  // wrong: the copy has not been waited for
  OK(cu("cuStreamSynchronize", where));
  EQUAL(2.0f, download(device, 1)[0]);
  host[0] = 3;
  OK(put(device, host, where));
  OK(cu("cuStreamSynchronize", where));
  host[0] = 4;
  EQUAL(3.0f, download(device, 1)[0]);
}

TEST(PageableMemoryIsCopiedAtOnceAndReported) {
  begin();
  float host = 1;
  const uint64_t device = allocate(4);
  OK(put(device, &host, stream()));
  host = 2;
  EQUAL(1.0f, download(device, 1)[0]);
  EQUAL(1u, findings("pageable-async-copy"));
}

TEST(StreamsWaitForEventsOnly) {
  begin();
  float* host = pinned(1);
  host[0] = 7;
  const uint64_t device = upload({0}), other = upload({0});
  void *first = stream(), *second = stream(), *done = event();
  OK(put(device, host, first));
  OK(cu("cuMemcpyDtoDAsync_v2", other, device, size_t{4}, second));
  OK(cu("cuStreamSynchronize", second));
  EQUAL(0.0f, download(other, 1)[0]);  // nothing made it wait
  OK(cu("cuEventRecord", done, first));
  OK(cu("cuStreamWaitEvent", second, done, 0u));
  OK(cu("cuMemcpyDtoDAsync_v2", other, device, size_t{4}, second));
  OK(cu("cuStreamSynchronize", second));
  EQUAL(7.0f, download(other, 1)[0]);
}

TEST(TheLegacyStreamOrdersBlockingStreams) {
  begin();
  float* host = pinned(1);
  host[0] = 7;
  const uint64_t device = upload({0}), other = upload({0});
  void *blocking = stream(0), *free_running = stream(1);
  OK(put(device, host, blocking));
  OK(cu("cuMemcpyDtoD_v2", other, device, size_t{4}));  // waits for `blocking`, not for the host
  OK(cu("cuMemcpyDtoDAsync_v2", device, other, size_t{4}, blocking));
  OK(cu("cuStreamSynchronize", blocking));
  EQUAL(7.0f, download(other, 1)[0]);
  host[0] = 8;
  OK(put(device, host, free_running));
  EQUAL(7.0f, download(device, 1)[0]);
}

TEST(QueriesComeToAnEnd) {
  begin();
  void *where = stream(), *done = event();
  OK(cu("cuStreamQuery", where));
  const uint64_t device = allocate(400);
  for (int i = 0; i < 5; i++) OK(cu("cuMemsetD32Async", device, 0u, size_t{100}, where));
  OK(cu("cuEventRecord", done, where));
  int turns = 0;
  while (cu("cuEventQuery", done) == 600) turns++;
  EQUAL(6, turns);
  OK(cu("cuStreamQuery", where));
}

TEST(EventsMeasureTime) {
  begin();
  void *first = event(), *second = event(), *where = stream();
  float milliseconds = -1;
  EQUAL(400, cu("cuEventElapsedTime", &milliseconds, first, second));
  OK(cu("cuEventRecord", first, where));
  OK(cu("cuEventRecord", second, where));
  EQUAL(600, cu("cuEventElapsedTime", &milliseconds, first, second));
  OK(cu("cuEventSynchronize", second));
  OK(cu("cuEventElapsedTime", &milliseconds, first, second));
  CHECK(milliseconds >= 0);
}

namespace {

int callback_code = -1;
void callback(void* data) {
  *static_cast<int*>(data) += 1;
  callback_code = cu("cuCtxSynchronize");
}

}  // namespace

TEST(HostFunctionsRunInOrderAndMayNotCallBack) {
  begin();
  void* where = stream();
  int calls = 0;
  OK(cu("cuLaunchHostFunc", where, &callback, static_cast<void*>(&calls)));
  EQUAL(0, calls);
  OK(cu("cuStreamSynchronize", where));
  EQUAL(1, calls);
  EQUAL(800, callback_code);
}

TEST(StaleHandlesAreErrors) {
  begin();
  void *where = stream(), *done = event();
  OK(cu("cuStreamDestroy_v2", where));
  OK(cu("cuEventDestroy_v2", done));
  EQUAL(400, cu("cuStreamSynchronize", where));
  EQUAL(400, cu("cuStreamDestroy_v2", where));
  EQUAL(400, cu("cuEventRecord", done, static_cast<void*>(nullptr)));
  EQUAL(400, cu("cuStreamSynchronize", reinterpret_cast<void*>(0x1234567)));
}

TEST(ADestroyedStreamStillFinishes) {
  begin();
  float* host = pinned(1);
  host[0] = 5;
  const uint64_t device = upload({0});
  void* where = stream();
  OK(put(device, host, where));
  OK(cu("cuStreamDestroy_v2", where));
  OK(cu("cuCtxSynchronize"));
  EQUAL(5.0f, download(device, 1)[0]);
}

TEST(FreeingHostMemoryInUseIsReported) {
  begin();
  float* host = pinned(1);
  host[0] = 5;
  const uint64_t device = upload({0});
  OK(put(device, host, stream()));
  OK(cu("cuMemFreeHost", static_cast<void*>(host)));
  EQUAL(1u, findings("host-memory-in-use"));
  EQUAL(5.0f, download(device, 1)[0]);
}

// Two streams that race for one word: over the seeds either must win.
static void race() {
  begin();
  float* host = pinned(2);
  host[0] = 1, host[1] = 2;
  const uint64_t device = upload({0});
  OK(put(device, host, stream()));
  OK(put(device, host + 1, stream()));
  OK(cu("cuCtxSynchronize"));
  std::_Exit(static_cast<int>(download(device, 1)[0]));
}

TEST(TheSeedDecidesWhichStreamGoesFirst) {
  bool seen[3] = {};
  for (int seed = 1; seed < 12; seed++) {
    const pid_t child = fork();
    if (child == 0) {
      setenv("SOFTCUDA_SEED", std::to_string(seed).c_str(), 1);
      race();
    }
    int status = 0;
    waitpid(child, &status, 0);
    seen[WEXITSTATUS(status) % 3] = true;
  }
  CHECK(seen[1] && seen[2] && !seen[0]);
}
