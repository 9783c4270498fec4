// Streams, events and host functions.
#include <thread>

#include "api.h"

using namespace softcuda;

namespace {

int createStream(const char* name, CudaHandle* handle, unsigned flags, int priority) {
  return contextCall(name, [&](Context& context) -> int {
    if (!handle || flags > 1) return kInvalidValue;
    const std::shared_ptr<Stream> stream = addStream(context, flags, priority);
    stream->handle = driver().streams.add(stream);
    *handle = stream->handle;
    return kSuccess;
  });
}

// On a thread of its own, as a driver does; calls of the API from there are refused.
int runOutside(const std::function<void()>& function) {
  std::thread([&] {
    insideCallback() = true;
    function();
  }).join();
  return kSuccess;
}

int submitHostFunction(Stream& stream, const char* name, std::function<void()> function) {
  Work work;
  work.kind = Work::kHost;
  work.what = name;
  work.run = [function = std::move(function)] { return runOutside(function); };
  return submit(stream, std::move(work));
}

// Waiting for a stream that is being captured breaks the capture.
int breakOwnCapture(Stream& stream) {
  if (!stream.capture) return breakCaptures();
  stream.capture->invalid = true;
  return kCaptureUnsupported;
}

}  // namespace

SOFTCUDA_API cuStreamCreate(CudaHandle* handle, unsigned flags) {
  return createStream("cuStreamCreate", handle, flags, 0);
}

SOFTCUDA_API cuStreamCreateWithPriority(CudaHandle* handle, unsigned flags, int priority) {
  return createStream("cuStreamCreateWithPriority", handle, flags, priority);
}

SOFTCUDA_API cuStreamDestroy_v2(CudaHandle handle) {
  return contextCall("cuStreamDestroy_v2", [&](Context& context) -> int {
    const std::shared_ptr<Stream> stream = driver().streams.find(handle);
    if (!stream || stream->context != &context) return kInvalidHandle;
    if (stream->capture) stream->capture->invalid = true;
    stream->capture = nullptr;
    stream->destroyed = true;  // what is queued still runs
    driver().streams.remove(handle);
    return kSuccess;
  });
}

SOFTCUDA_API cuStreamSynchronize(CudaHandle handle) {
  return streamCall("cuStreamSynchronize", handle, [&](Stream& stream) -> int {
    const int code = breakOwnCapture(stream);
    return code ? code : finish(stream);
  });
}

SOFTCUDA_API cuStreamQuery(CudaHandle handle) {
  return streamCall("cuStreamQuery", handle, [&](Stream& stream) -> int {
    if (const int code = breakOwnCapture(stream)) return code;
    const bool done = query(OperationPointer(stream.last));
    if (stream.context->error) return stream.context->error;
    return done ? static_cast<int>(kSuccess) : kNotReady;
  });
}

SOFTCUDA_API cuStreamGetFlags(CudaHandle handle, unsigned* flags) {
  return streamCall("cuStreamGetFlags", handle, [&](Stream& stream) -> int {
    if (!flags) return kInvalidValue;
    *flags = stream.flags;
    return kSuccess;
  });
}

SOFTCUDA_API cuStreamGetPriority(CudaHandle handle, int* priority) {
  return streamCall("cuStreamGetPriority", handle, [&](Stream& stream) -> int {
    if (!priority) return kInvalidValue;
    *priority = stream.priority;
    return kSuccess;
  });
}

SOFTCUDA_API cuStreamGetId(CudaHandle handle, unsigned long long* id) {
  return streamCall("cuStreamGetId", handle, [&](Stream& stream) -> int {
    if (!id) return kInvalidValue;
    *id = stream.id;
    return kSuccess;
  });
}

SOFTCUDA_API cuStreamGetCtx(CudaHandle handle, CudaHandle* context) {
  return streamCall("cuStreamGetCtx", handle, [&](Stream& stream) -> int {
    if (!context) return kInvalidValue;
    *context = stream.context->handle;
    return kSuccess;
  });
}

SOFTCUDA_API cuLaunchHostFunc(CudaHandle handle, void (*function)(void*), void* data) {
  return streamCall("cuLaunchHostFunc", handle, [&](Stream& stream) -> int {
    if (!function) return kInvalidValue;
    return submitHostFunction(stream, "cuLaunchHostFunc", [function, data] { function(data); });
  });
}

SOFTCUDA_API cuStreamAddCallback(CudaHandle handle, void (*function)(CudaHandle, int, void*),
                                 void* data, unsigned flags) {
  return streamCall("cuStreamAddCallback", handle, [&](Stream& stream) -> int {
    if (!function || flags != 0) return kInvalidValue;
    if (stream.capture) return kCaptureUnsupported;
    return submitHostFunction(stream, "cuStreamAddCallback",
                              [function, handle, data] { function(handle, kSuccess, data); });
  });
}

namespace {

template <class Body>
int eventCall(const char* name, CudaHandle handle, Body body) {
  return contextCall(name, [&](Context&) -> int {
    const std::shared_ptr<Event> event = driver().events.find(handle);
    return event ? body(*event) : kInvalidHandle;
  });
}

int record(Event& event, CudaHandle stream_handle) {
  const std::shared_ptr<Stream> stream = findStream(*event.context, stream_handle);
  if (!stream) return kInvalidHandle;
  event.capture = stream->capture;
  event.nodes = stream->tail;
  event.recorded = nullptr;
  event.stamp = nullptr;
  if (stream->capture)  // no node: later waits read off what came before
    return stream->capture->invalid ? kCaptureInvalidated : static_cast<int>(kSuccess);
  auto stamp = std::make_shared<Event::Stamp>();
  event.stamp = stamp;
  Work work;
  work.what = "cuEventRecord";
  work.run = [stamp]() -> int {
    stamp->time = std::chrono::steady_clock::now();
    return kSuccess;
  };
  return submit(*stream, std::move(work), &event.recorded);
}

int waitCaptured(Stream& stream, const Event& event) {
  if (!event.capture->graph) return kCapturedEvent;  // that capture has ended
  if (stream.capture && stream.capture != event.capture) return kCaptureMerge;
  if (event.capture->invalid) return kCaptureInvalidated;
  stream.capture = event.capture;
  stream.tail.insert(stream.tail.end(), event.nodes.begin(), event.nodes.end());
  return kSuccess;
}

}  // namespace

SOFTCUDA_API cuEventCreate(CudaHandle* handle, unsigned flags) {
  return contextCall("cuEventCreate", [&](Context& context) -> int {
    if (!handle || flags > 3) return flags > 3 && handle ? kNotSupported : kInvalidValue;
    auto event = std::make_shared<Event>();
    event->context = &context;
    event->flags = flags;
    *handle = driver().events.add(event);
    return kSuccess;
  });
}

SOFTCUDA_API cuEventDestroy_v2(CudaHandle handle) {
  return eventCall("cuEventDestroy_v2", handle, [&](Event&) -> int {
    driver().events.remove(handle);
    return kSuccess;
  });
}

SOFTCUDA_API cuEventRecord(CudaHandle handle, CudaHandle stream) {
  return eventCall("cuEventRecord", handle,
                   [&](Event& event) -> int { return record(event, stream); });
}

SOFTCUDA_API cuEventRecordWithFlags(CudaHandle handle, CudaHandle stream, unsigned flags) {
  return eventCall("cuEventRecordWithFlags", handle, [&](Event& event) -> int {
    return flags == 0 ? record(event, stream) : kNotSupported;
  });
}

SOFTCUDA_API cuEventSynchronize(CudaHandle handle) {
  return eventCall("cuEventSynchronize", handle, [&](Event& event) -> int {
    if (event.capture) return kCapturedEvent;
    if (const int code = breakCaptures()) return code;
    return finish(*event.context, event.recorded);
  });
}

SOFTCUDA_API cuEventQuery(CudaHandle handle) {
  return eventCall("cuEventQuery", handle, [&](Event& event) -> int {
    if (event.capture) return kCapturedEvent;
    if (const int code = breakCaptures()) return code;
    const bool done = query(OperationPointer(event.recorded));
    if (event.context->error) return event.context->error;
    return done ? static_cast<int>(kSuccess) : kNotReady;
  });
}

SOFTCUDA_API cuEventElapsedTime(float* milliseconds, CudaHandle first, CudaHandle second) {
  return eventCall("cuEventElapsedTime", first, [&](Event& start) -> int {
    const std::shared_ptr<Event> end = driver().events.find(second);
    if (!end || !start.recorded || !end->recorded) return kInvalidHandle;
    if (!milliseconds) return kInvalidValue;
    if (!start.timed() || !end->timed()) return kInvalidHandle;
    if (!start.recorded->done || !end->recorded->done) return kNotReady;
    const std::chrono::duration<float, std::milli> between = end->stamp->time - start.stamp->time;
    *milliseconds = between.count();
    return kSuccess;
  });
}

SOFTCUDA_API cuStreamWaitEvent(CudaHandle handle, CudaHandle event_handle, unsigned) {
  return streamCall("cuStreamWaitEvent", handle, [&](Stream& stream) -> int {
    const std::shared_ptr<Event> event = driver().events.find(event_handle);
    if (!event) return kInvalidHandle;
    if (event->capture) return waitCaptured(stream, *event);
    if (stream.capture) {
      stream.capture->invalid = true;
      return kCaptureIsolation;
    }
    if (!event->recorded || event->recorded->done) return kSuccess;
    Work work;
    work.what = "cuStreamWaitEvent";
    return submit(stream, std::move(work), nullptr, {event->recorded});
  });
}
