#include "queue.h"

#include <algorithm>
#include <random>
#include <unordered_set>

#include "config.h"
#include "driver.h"

namespace softcuda {
namespace {

constexpr size_t kQueueLimit = 1024;  // a real driver's queues are bounded too

std::mt19937_64& randomness() {
  static auto* only = new std::mt19937_64(config().seed);
  return *only;
}

void execute(const OperationPointer& operation) {
  Context& context = *operation->context;
  if (!context.error && operation->work.run)
    if (const int code = operation->work.run()) context.error = code;
  operation->done = true;
  operation->work.run = nullptr;
  operation->after.clear();
  Stream& stream = *operation->stream;
  while (!stream.queue.empty() && stream.queue.front()->done) stream.queue.pop_front();
  if (stream.last && stream.last->done) stream.last = nullptr;
}

// The operation and all it waits for, in order of submission.
Dependencies needed(const OperationPointer& operation) {
  Dependencies found, open{operation};
  std::unordered_set<Operation*> seen{operation.get()};
  while (!open.empty()) {
    const OperationPointer next = open.back();
    open.pop_back();
    if (next->done) continue;
    found.push_back(next);
    for (const OperationPointer& before : next->after)
      if (seen.insert(before.get()).second) open.push_back(before);
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a->number < b->number; });
  return found;
}

bool isReady(const Operation& operation) {
  return std::all_of(operation.after.begin(), operation.after.end(),
                     [](const OperationPointer& before) { return before->done; });
}

OperationPointer anyReady() {
  Dependencies ready;
  for (const auto& entry : driver().contexts.all())
    for (const auto& stream : entry.second->streams)
      if (!stream->queue.empty() && isReady(*stream->queue.front()))
        ready.push_back(stream->queue.front());
  // Handles hash differently from run to run, the seed alone shall decide.
  std::sort(ready.begin(), ready.end(),
            [](const auto& a, const auto& b) { return a->number < b->number; });
  return ready.at(randomness()() % ready.size());
}

void prune(Context& context) {
  auto& streams = context.streams;
  streams.erase(
      std::remove_if(streams.begin(), streams.end(),
                     [](const auto& stream) { return stream->destroyed && stream->queue.empty(); }),
      streams.end());
}

int captureWork(Stream& stream, Work work) {
  if (stream.capture->invalid) return kCaptureInvalidated;
  std::vector<Node>& nodes = stream.capture->graph->nodes;
  nodes.push_back({std::move(work), stream.tail});
  stream.tail = {nodes.size() - 1};
  return kSuccess;
}

// Work on the legacy default stream would have to wait for a stream that is being captured.
bool breakImplicitCaptures(Context& context) {
  bool broken = false;
  for (const auto& stream : context.streams)
    if (stream->capture && stream->blocking()) broken = stream->capture->invalid = true;
  return broken;
}

void waitInOrder(Stream& stream, Operation& operation) {
  Context& context = *stream.context;
  const auto waitFor = [&](const OperationPointer& before) {
    if (before && !before->done) operation.after.push_back(before);
  };
  waitFor(stream.last);
  if (&stream == context.legacy.get()) {
    for (const auto& other : context.streams)
      if (other->blocking() && other.get() != &stream) waitFor(other->last);
  } else if (stream.blocking()) {
    waitFor(context.legacy->last);
  }
}

}  // namespace

int submit(Stream& stream, Work work, OperationPointer* operation, const Dependencies& extra) {
  static uint64_t last_number = 0;
  Context& context = *stream.context;
  if (operation) operation->reset();
  if (stream.capture) return captureWork(stream, std::move(work));
  if (&stream == context.legacy.get() && breakImplicitCaptures(context)) return kCaptureImplicit;
  auto added = std::make_shared<Operation>();
  added->work = std::move(work);
  added->context = &context;
  added->stream = &stream;
  added->number = ++last_number;
  waitInOrder(stream, *added);
  for (const OperationPointer& before : extra)
    if (before && !before->done) added->after.push_back(before);
  stream.queue.push_back(added);
  stream.last = added;
  if (operation) *operation = added;
  if (stream.queue.size() > kQueueLimit) return finish(context, stream.queue.front());
  return kSuccess;
}

int finish(Context& context, const OperationPointer& operation) {
  if (!operation || operation->done) return context.error;
  if (config().seed == 0) {
    for (const OperationPointer& next : needed(operation)) execute(next);
  } else {
    while (!operation->done) execute(anyReady());
  }
  prune(context);
  return context.error;
}

int finish(Stream& stream) { return finish(*stream.context, OperationPointer(stream.last)); }

int finish(Context& context) {
  const std::vector<std::shared_ptr<Stream>> streams = context.streams;
  for (const auto& stream : streams) finish(*stream);
  return context.error;
}

bool query(const OperationPointer& operation) {
  if (!operation || operation->done) return true;
  execute(config().seed == 0 ? needed(operation).front() : anyReady());
  return false;
}

int runNodes(const std::vector<Node>& nodes) {
  std::vector<bool> done(nodes.size());
  for (size_t left = nodes.size(); left > 0; left--) {
    std::vector<size_t> ready;
    for (size_t node = 0; node < nodes.size(); node++) {
      const auto& after = nodes[node].after;
      if (!done[node] && std::all_of(after.begin(), after.end(), [&](size_t i) { return done[i]; }))
        ready.push_back(node);
      if (config().seed == 0 && !ready.empty()) break;
    }
    const size_t chosen = ready.at(config().seed ? randomness()() % ready.size() : 0);
    if (nodes[chosen].work.run)
      if (const int code = nodes[chosen].work.run()) return code;
    done[chosen] = true;
  }
  return kSuccess;
}

std::shared_ptr<Stream> addStream(Context& context, unsigned flags, int priority) {
  auto stream = std::make_shared<Stream>();
  stream->context = &context;
  stream->flags = flags;
  stream->priority = priority;
  stream->id = ++driver().last_id;
  context.streams.push_back(stream);
  return stream;
}

std::shared_ptr<Stream> findStream(Context& context, void* handle) {
  const auto number = reinterpret_cast<uintptr_t>(handle);
  if (number < 2) return context.legacy;
  if (number == 2) {
    auto& own = context.per_thread[std::this_thread::get_id()];
    if (!own) own = addStream(context, 0, 0);
    return own;
  }
  const std::shared_ptr<Stream> stream = driver().streams.find(handle);
  return stream && stream->context == &context ? stream : nullptr;
}

int& captureModeOfThread() {
  thread_local int mode = 0;
  return mode;
}

int breakCaptures() {
  int code = kSuccess;
  const int mode = captureModeOfThread();
  for (const auto& entry : driver().streams.all()) {
    Capture* capture = entry.second->capture.get();
    if (!capture || mode == 2) continue;
    const bool own = capture->thread == std::this_thread::get_id();
    if (own ? capture->mode == 2 : capture->mode != 0 || mode != 0) continue;
    capture->invalid = true;
    code = kCaptureUnsupported;
  }
  return code;
}

bool hostMemoryInUse(const void* address, size_t bytes) {
  const auto begin = reinterpret_cast<uintptr_t>(address);
  for (const auto& entry : driver().contexts.all())
    for (const auto& stream : entry.second->streams)
      for (const OperationPointer& operation : stream->queue) {
        const auto used = reinterpret_cast<uintptr_t>(operation->work.host);
        if (used < begin + bytes && begin < used + operation->work.host_bytes) return true;
      }
  return false;
}

}  // namespace softcuda
