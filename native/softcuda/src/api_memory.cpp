// Device memory, page-locked host memory, and what a pointer is.
#include "api.h"
#include "host_memory.h"
#include "report.h"

using namespace softcuda;

namespace {

// By all contexts of the device.
size_t usedOnDevice(const Context& context) {
  size_t used = 0;
  for (const auto& entry : driver().contexts.all())
    if (entry.second->device == context.device) used += entry.second->memory.used();
  return used;
}

int allocate(Context& context, uint64_t* address, size_t bytes, const char* label) {
  if (!address || bytes == 0) return kInvalidValue;
  const size_t used = usedOnDevice(context), limit = context.memory.limit();
  if (used > limit || bytes > limit - used) return kOutOfMemory;
  *address = context.memory.allocate(bytes, label);
  return *address ? kSuccess : kOutOfMemory;
}

int checkFreeable(const Context& context, uint64_t address) {
  const Lookup found = context.memory.find(address, 1);
  const bool ours = found.fault == MemoryFault::kNone && found.allocation.address == address &&
                    !found.allocation.module_variable;
  return ours ? kSuccess : kInvalidValue;
}

int allocateHost(Context& context, void** address, size_t bytes, unsigned flags) {
  if (!address || bytes == 0) return kInvalidValue;
  if (const int code = breakCaptures()) return code;
  *address = allocatePageLocked(bytes);
  if (!*address) return kOutOfMemory;
  driver().host_blocks[reinterpret_cast<uintptr_t>(*address)] = {bytes, flags, true, &context};
  return kSuccess;
}

// A driver waits for the device before it lets such memory go, but nothing promises it.
int releaseHost(Context& context, const char* name, void* address, bool owned) {
  const auto found = driver().host_blocks.find(reinterpret_cast<uintptr_t>(address));
  const int missing = owned ? static_cast<int>(kInvalidValue) : kHostMemoryNotRegistered;
  if (found == driver().host_blocks.end() || found->second.owned != owned) return missing;
  if (const int code = breakCaptures()) return code;
  if (hostMemoryInUse(address, found->second.bytes)) {
    Finding finding;
    finding.check = "host-memory-in-use";
    finding.message = std::string(name) + " while a queued copy still uses the memory";
    finding.bytes = found->second.bytes;
    Report::global().add(finding);
  }
  finish(context);
  driver().freeHostBlock(address, owned);
  return context.error;
}

}  // namespace

SOFTCUDA_API cuMemAlloc_v2(uint64_t* address, size_t bytes) {
  return contextCall("cuMemAlloc_v2", [&](Context& context) -> int {
    if (const int code = breakCaptures()) return code;
    return allocate(context, address, bytes, "cuMemAlloc");
  });
}

SOFTCUDA_API cuMemAllocPitch_v2(uint64_t* address, size_t* pitch, size_t width, size_t height,
                                unsigned element) {
  return contextCall("cuMemAllocPitch_v2", [&](Context& context) -> int {
    if (!pitch || (element != 4 && element != 8 && element != 16)) return kInvalidValue;
    if (const int code = breakCaptures()) return code;
    *pitch = (width + 511) / 512 * 512;
    return allocate(context, address, *pitch * height, "cuMemAllocPitch");
  });
}

SOFTCUDA_API cuMemFree_v2(uint64_t address) {
  return contextCall("cuMemFree_v2", [&](Context& context) -> int {
    if (address == 0) return kSuccess;
    if (const int code = checkFreeable(context, address)) return code;
    if (const int code = breakCaptures()) return code;
    if (const int code = finish(context)) return code;  // as hardware does in practice
    return context.memory.release(address) ? kSuccess : kInvalidValue;
  });
}

SOFTCUDA_API cuMemAllocAsync(uint64_t* address, size_t bytes, CudaHandle handle) {
  return streamCall("cuMemAllocAsync", handle, [&](Stream& stream) -> int {
    if (stream.capture) return kNotSupported;
    return allocate(*stream.context, address, bytes, "cuMemAllocAsync");
  });
}

SOFTCUDA_API cuMemFreeAsync(uint64_t address, CudaHandle handle) {
  return streamCall("cuMemFreeAsync", handle, [&](Stream& stream) -> int {
    if (stream.capture) return kNotSupported;
    Context* const context = stream.context;
    if (const int code = checkFreeable(*context, address)) return code;
    Work work;
    work.what = "cuMemFreeAsync";
    work.run = [context, address]() -> int {
      return context->memory.release(address) ? kSuccess : kIllegalAddress;
    };
    return submit(stream, std::move(work));
  });
}

SOFTCUDA_API cuMemGetInfo_v2(size_t* free_bytes, size_t* total) {
  return contextCall("cuMemGetInfo_v2", [&](Context& context) -> int {
    if (!free_bytes || !total) return kInvalidValue;
    const size_t used = usedOnDevice(context);
    *total = context.memory.limit();
    *free_bytes = used < *total ? *total - used : 0;
    return kSuccess;
  });
}

SOFTCUDA_API cuMemGetAddressRange_v2(uint64_t* base, size_t* bytes, uint64_t address) {
  return contextCall("cuMemGetAddressRange_v2", [&](Context&) -> int {
    const Context* owner = driver().owner(address);
    if (!owner) return kNotFound;
    const Lookup found = owner->memory.find(address, 1);
    if (found.fault != MemoryFault::kNone) return kNotFound;
    if (base) *base = found.allocation.address;
    if (bytes) *bytes = found.allocation.bytes;
    return kSuccess;
  });
}

SOFTCUDA_API cuMemAllocHost_v2(void** address, size_t bytes) {
  return contextCall("cuMemAllocHost_v2", [&](Context& context) -> int {
    return allocateHost(context, address, bytes, 0);
  });
}

// Mapping into the device's address space (flag 2) is not supported.
SOFTCUDA_API cuMemHostAlloc(void** address, size_t bytes, unsigned flags) {
  return contextCall("cuMemHostAlloc", [&](Context& context) -> int {
    if (flags > 7) return kInvalidValue;
    if (flags & 2) return kNotSupported;
    return allocateHost(context, address, bytes, flags);
  });
}

SOFTCUDA_API cuMemFreeHost(void* address) {
  return contextCall("cuMemFreeHost", [&](Context& context) -> int {
    return address ? releaseHost(context, "cuMemFreeHost", address, true)
                   : static_cast<int>(kSuccess);
  });
}

SOFTCUDA_API cuMemHostRegister_v2(void* address, size_t bytes, unsigned flags) {
  return contextCall("cuMemHostRegister_v2", [&](Context& context) -> int {
    if (!address || bytes == 0 || driver().owner(reinterpret_cast<uintptr_t>(address)))
      return kInvalidValue;
    if (flags & 2) return kNotSupported;
    if (driver().hostBlock(address, 1)) return kHostMemoryAlreadyRegistered;
    if (const int code = breakCaptures()) return code;
    driver().host_blocks[reinterpret_cast<uintptr_t>(address)] = {bytes, flags, false, &context};
    return kSuccess;
  });
}

SOFTCUDA_API cuMemHostUnregister(void* address) {
  return contextCall("cuMemHostUnregister", [&](Context& context) -> int {
    return releaseHost(context, "cuMemHostUnregister", address, false);
  });
}

SOFTCUDA_API cuMemHostGetFlags(unsigned* flags, void* address) {
  return contextCall("cuMemHostGetFlags", [&](Context&) -> int {
    const HostBlock* block = driver().hostBlock(address, 1);
    if (!flags || !block || !block->owned) return kInvalidValue;
    *flags = block->flags;
    return kSuccess;
  });
}

namespace {

struct PointerAnswer {
  Context* context = nullptr;
  uint64_t begin = 0, bytes = 0, id = 0;
  bool device = false;
};

bool describePointer(uint64_t address, PointerAnswer& answer) {
  const auto host = reinterpret_cast<void*>(address);
  if (Context* owner = driver().owner(address)) {
    const Lookup found = owner->memory.find(address, 1);
    if (found.fault != MemoryFault::kNone) return false;
    answer = {owner, found.allocation.address, found.allocation.bytes, found.allocation.id, true};
    return true;
  }
  const HostBlock* block = driver().hostBlock(host, 1);
  if (!block) return false;
  auto after = driver().host_blocks.upper_bound(address);
  answer = {block->context, (--after)->first, block->bytes, 0, false};
  return true;
}

template <class T>
int put(void* data, T value) {
  *static_cast<T*>(data) = value;
  return kSuccess;
}

// Numbers of CUpointer_attribute.
int pointerAttribute(void* data, int attribute, uint64_t address, const PointerAnswer& answer) {
  switch (attribute) {
    case 1:
      return put(data, answer.context->handle);
    case 2:
      return put(data, answer.device ? 2u : 1u);
    case 3:
      return answer.device ? put(data, address) : static_cast<int>(kInvalidValue);
    case 4:
      return answer.device ? static_cast<int>(kInvalidValue) : put(data, address);
    case 7:
      return put<uint64_t>(data, answer.id);
    case 8:
      return put(data, 0u);  // not managed
    case 9:
      return put(data, answer.context->device);
    case 11:
      return put(data, answer.begin);
    case 12:
      return put<size_t>(data, answer.bytes);
    case 13:
      return put(data, 1u);  // mapped
    default:
      return kNotSupported;
  }
}

}  // namespace

SOFTCUDA_API cuPointerGetAttribute(void* data, int attribute, uint64_t address) {
  return contextCall("cuPointerGetAttribute", [&](Context&) -> int {
    PointerAnswer answer;
    if (!data || !describePointer(address, answer)) return kInvalidValue;
    return pointerAttribute(data, attribute, address, answer);
  });
}
