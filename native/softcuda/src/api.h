// What every function of the driver API goes through: the lock, the faults that SOFTCUDA_FAIL asks
// for, the current context and its sticky error. The declarations are ours; only names, argument
// lists and numbers are CUDA's, so that no toolkit is needed to build.
#ifndef SOFTCUDA_API_H
#define SOFTCUDA_API_H

#include <memory>
#include <mutex>
#include <new>

#include "driver.h"

#define SOFTCUDA_API extern "C" __attribute__((visibility("default"))) int

namespace softcuda {

using CudaHandle = void*;

bool& insideCallback();          // this thread runs a host function of a stream
int injected(const char* name);  // counts the call; the code that a rule gives it, or 0

// For calls that need no cuInit. Exceptions end here.
template <class Body>
int freeCall(const char* name, Body body) {
  if (insideCallback()) return kNotPermitted;
  std::lock_guard<std::mutex> lock(driver().mutex);
  try {
    if (const int code = injected(name)) return code;
    return body(driver());
  } catch (const std::bad_alloc&) {
    return kOutOfMemory;
  } catch (...) {
    return kUnknown;
  }
}

template <class Body>
int driverCall(const char* name, Body body) {
  return freeCall(name, [&](Driver& state) -> int {
    if (!state.initialized) return state.ended ? kDeinitialized : kNotInitialized;
    return body(state);
  });
}

// For calls that work in the current context, which must be free of errors.
template <class Body>
int contextCall(const char* name, Body body) {
  return driverCall(name, [&](Driver&) -> int {
    std::shared_ptr<Context> context;
    if (const int code = currentContext(context)) return code;
    return context->error ? context->error : body(*context);
  });
}

// And on a stream of it.
template <class Body>
int streamCall(const char* name, CudaHandle handle, Body body) {
  return contextCall(name, [&](Context& context) -> int {
    const std::shared_ptr<Stream> stream = findStream(context, handle);
    return stream ? body(*stream) : kInvalidHandle;
  });
}

}  // namespace softcuda

#endif
