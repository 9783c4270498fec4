// Contexts: which one is current is kept for each thread.
#include "api.h"

using namespace softcuda;

SOFTCUDA_API cuCtxCreate_v2(CudaHandle* context, unsigned flags, int device) {
  return driverCall("cuCtxCreate_v2", [&](Driver& state) -> int {
    if (!context) return kInvalidValue;
    if (device < 0 || static_cast<size_t>(device) >= state.devices.size()) return kInvalidDevice;
    *context = state.createContext(device, flags)->handle;
    contextStack().push_back(*context);
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxDestroy_v2(CudaHandle handle) {
  return driverCall("cuCtxDestroy_v2", [&](Driver& state) -> int {
    const std::shared_ptr<Context> context = state.contexts.find(handle);
    if (!context || state.devices[context->device].primary == context) return kInvalidContext;
    std::vector<void*>& stack = contextStack();
    if (!stack.empty() && stack.back() == handle) stack.pop_back();
    state.destroyContext(context);
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxSetCurrent(CudaHandle handle) {
  return driverCall("cuCtxSetCurrent", [&](Driver& state) -> int {
    if (handle && !state.contexts.find(handle)) return kInvalidContext;
    std::vector<void*>& stack = contextStack();
    if (!stack.empty()) stack.pop_back();
    if (handle) stack.push_back(handle);
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxGetCurrent(CudaHandle* handle) {
  return driverCall("cuCtxGetCurrent", [&](Driver&) -> int {
    if (!handle) return kInvalidValue;
    *handle = contextStack().empty() ? nullptr : contextStack().back();
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxPushCurrent_v2(CudaHandle handle) {
  return driverCall("cuCtxPushCurrent_v2", [&](Driver& state) -> int {
    if (!state.contexts.find(handle)) return kInvalidContext;
    contextStack().push_back(handle);
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxPopCurrent_v2(CudaHandle* handle) {
  return driverCall("cuCtxPopCurrent_v2", [&](Driver&) -> int {
    std::vector<void*>& stack = contextStack();
    if (stack.empty()) return kInvalidContext;
    if (handle) *handle = stack.back();
    stack.pop_back();
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxSynchronize() {
  return contextCall("cuCtxSynchronize", [&](Context& context) -> int {
    if (const int code = breakCaptures()) return code;
    return finish(context);
  });
}

namespace {

// Answers that a context in error still gives.
template <class Body>
int quietCall(const char* name, Body body) {
  return driverCall(name, [&](Driver&) -> int {
    std::shared_ptr<Context> context;
    const int code = currentContext(context);
    return code ? code : body(*context);
  });
}

int defaultLimit(int limit, size_t& value) {
  switch (limit) {
    case 0:  // stack of a thread
      value = 1024;
      return kSuccess;
    case 1:  // printf buffer
      value = 1 << 20;
      return kSuccess;
    case 2:  // heap for malloc in kernels
      value = 8 << 20;
      return kSuccess;
    default:
      return 215;  // CUDA_ERROR_UNSUPPORTED_LIMIT
  }
}

}  // namespace

SOFTCUDA_API cuCtxGetDevice(int* device) {
  return quietCall("cuCtxGetDevice", [&](Context& context) -> int {
    if (!device) return kInvalidValue;
    *device = context.device;
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxGetFlags(unsigned* flags) {
  return quietCall("cuCtxGetFlags", [&](Context& context) -> int {
    if (!flags) return kInvalidValue;
    *flags = context.flags;
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxGetApiVersion(CudaHandle handle, unsigned* version) {
  return driverCall("cuCtxGetApiVersion", [&](Driver& state) -> int {
    if (!version) return kInvalidValue;
    if (handle && !state.contexts.find(handle)) return kInvalidContext;
    *version = 3020;
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxGetId(CudaHandle handle, unsigned long long* id) {
  return driverCall("cuCtxGetId", [&](Driver& state) -> int {
    std::shared_ptr<Context> context = state.contexts.find(handle);
    if (!handle) currentContext(context);
    if (!context) return kContextIsDestroyed;
    if (!id) return kInvalidValue;
    *id = context->id;
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxGetLimit(size_t* value, int limit) {
  return contextCall("cuCtxGetLimit", [&](Context& context) -> int {
    if (!value) return kInvalidValue;
    if (const int code = defaultLimit(limit, *value)) return code;
    const auto set = context.limits.find(limit);
    if (set != context.limits.end()) *value = set->second;
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxSetLimit(int limit, size_t value) {
  return contextCall("cuCtxSetLimit", [&](Context& context) -> int {
    size_t ignored = 0;
    if (const int code = defaultLimit(limit, ignored)) return code;
    context.limits[limit] = value;
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  return contextCall("cuCtxGetStreamPriorityRange", [&](Context&) -> int {
    if (least) *least = 0;
    if (greatest) *greatest = -5;
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxGetCacheConfig(int* preference) {
  return contextCall("cuCtxGetCacheConfig", [&](Context&) -> int {
    if (!preference) return kInvalidValue;
    *preference = 0;
    return kSuccess;
  });
}

SOFTCUDA_API cuCtxSetCacheConfig(int) {
  return contextCall("cuCtxSetCacheConfig", [](Context&) -> int { return kSuccess; });
}

SOFTCUDA_API cuCtxEnablePeerAccess(CudaHandle peer, unsigned) {
  return contextCall("cuCtxEnablePeerAccess", [&](Context&) -> int {
    return driver().contexts.find(peer) ? kPeerAccessUnsupported : kInvalidContext;
  });
}

SOFTCUDA_API cuCtxDisablePeerAccess(CudaHandle peer) {
  return contextCall("cuCtxDisablePeerAccess", [&](Context&) -> int {
    return driver().contexts.find(peer) ? 705 : kInvalidContext;  // peer access not enabled
  });
}
