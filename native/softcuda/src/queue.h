// Streams, events and graphs: work is queued and runs at the latest moment CUDA allows, when the
// host waits for it. With a seed, which of the ready streams goes first is drawn at random. So a
// missing synchronisation, or a host buffer reused too early, gives wrong results here every time,
// not once in a thousand runs.
#ifndef SOFTCUDA_QUEUE_H
#define SOFTCUDA_QUEUE_H

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace softcuda {

struct Context;
struct Stream;

// What is to be done, without when. `run` may be called again by a graph, and returns CUDA's code:
// anything but 0 becomes the context's sticky error.
struct Work {
  enum Kind { kKernel = 0, kCopy = 1, kFill = 2, kHost = 3, kEmpty = 5 } kind = kEmpty;
  std::string what;
  std::function<int()> run;
  const void* host = nullptr;  // host memory that it will touch, kept alive by the caller
  size_t host_bytes = 0;
};

struct Operation {
  Work work;
  Context* context = nullptr;
  Stream* stream = nullptr;
  uint64_t number = 0;  // in order of submission; what it waits for has lower ones
  std::vector<std::shared_ptr<Operation>> after;
  bool done = false;
};
using OperationPointer = std::shared_ptr<Operation>;

struct Node {
  Work work;
  std::vector<size_t> after;  // indices of earlier nodes
};

struct Graph {
  Context* context = nullptr;
  std::vector<Node> nodes;
};

struct GraphExec {
  Context* context = nullptr;
  std::vector<Node> nodes;
  OperationPointer last;  // launches of one executable graph follow each other
};

struct Capture {
  uint64_t id = 0;
  int mode = 0;
  std::thread::id thread;
  std::shared_ptr<Graph> graph;
  Stream* origin = nullptr;
  bool invalid = false;
};

struct Stream {
  Context* context = nullptr;
  void* handle = nullptr;
  uint64_t id = 0;
  unsigned flags = 0;  // 1: does not wait for the legacy default stream
  int priority = 0;
  bool destroyed = false;
  std::deque<OperationPointer> queue;
  OperationPointer last;  // null once done
  std::shared_ptr<Capture> capture;
  std::vector<size_t> tail;  // nodes that the next captured one waits for

  bool blocking() const { return !(flags & 1); }
};

struct Event {
  struct Stamp {
    std::chrono::steady_clock::time_point time;
  };
  Context* context = nullptr;
  unsigned flags = 0;  // 2: no timing
  OperationPointer recorded;
  std::shared_ptr<Stamp> stamp;
  std::shared_ptr<Capture> capture;  // of the last record, if that was captured
  std::vector<size_t> nodes;

  bool timed() const { return !(flags & 2); }
};

using Dependencies = std::vector<OperationPointer>;

// Queues work on a stream, or adds it to the graph that the stream is capturing. Sets `operation`
// where it is not null: to null if captured. `extra`: what it waits for beside its stream's order.
int submit(Stream& stream, Work work, OperationPointer* operation = nullptr,
           const Dependencies& extra = {});

// Run what is needed for one operation, a stream, a context. Returns the context's sticky error.
int finish(Context& context, const OperationPointer& operation);
int finish(Stream& stream);
int finish(Context& context);

// Is it done? If not, runs one piece of work so that a loop of queries comes to an end.
bool query(const OperationPointer& operation);

// Runs a graph's nodes in one of the orders they allow.
int runNodes(const std::vector<Node>& nodes);

// The stream of a handle in this context, or null: 0 and 1 are the legacy default stream, 2 is the
// calling thread's own.
std::shared_ptr<Stream> findStream(Context& context, void* handle);
std::shared_ptr<Stream> addStream(Context& context, unsigned flags, int priority);

// A call that may wait for the device, or allocate, breaks captures it can see (kCaptureUnsupported
// then): those in global mode, and the calling thread's own unless relaxed.
int breakCaptures();
int& captureModeOfThread();

// Does queued work still use this host memory?
bool hostMemoryInUse(const void* address, size_t bytes);

}  // namespace softcuda

#endif
