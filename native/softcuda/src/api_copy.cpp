// Copies and fills.
#include "api.h"
#include "transfer.h"

using namespace softcuda;

namespace {

Rows onDevice(uint64_t address) { return {address, 0, true}; }
Rows onHost(const void* address) { return {reinterpret_cast<uint64_t>(address), 0, false}; }
Rows either(uint64_t address) { return {address, 0, driver().owner(address) != nullptr}; }

int copySync(const char* name, Rows to, Rows from, size_t bytes) {
  return contextCall(name, [&](Context& context) -> int {
    return transfer(name, *context.legacy, {to, from, bytes, 1}, When::kSync);
  });
}

int copyAsync(const char* name, Rows to, Rows from, size_t bytes, CudaHandle handle) {
  return streamCall(name, handle, [&](Stream& stream) -> int {
    return transfer(name, stream, {to, from, bytes, 1}, When::kAsync);
  });
}

int fillOn(const char* name, CudaHandle handle, const Fill& what) {
  return streamCall(name, handle, [&](Stream& stream) -> int { return fill(name, stream, what); });
}

Fill filling(uint64_t address, size_t value_bytes, uint32_t value, size_t count) {
  return {onDevice(address), value, value_bytes, count, 1};
}

Fill filling2D(uint64_t address, size_t pitch, size_t value_bytes, uint32_t value, size_t width,
               size_t height) {
  return {{address, pitch, true}, value, value_bytes, width, height};
}

}  // namespace

SOFTCUDA_API cuMemcpyHtoD_v2(uint64_t to, const void* from, size_t bytes) {
  return copySync("cuMemcpyHtoD_v2", onDevice(to), onHost(from), bytes);
}

SOFTCUDA_API cuMemcpyDtoH_v2(void* to, uint64_t from, size_t bytes) {
  return copySync("cuMemcpyDtoH_v2", onHost(to), onDevice(from), bytes);
}

SOFTCUDA_API cuMemcpyDtoD_v2(uint64_t to, uint64_t from, size_t bytes) {
  return copySync("cuMemcpyDtoD_v2", onDevice(to), onDevice(from), bytes);
}

SOFTCUDA_API cuMemcpy(uint64_t to, uint64_t from, size_t bytes) {
  return contextCall("cuMemcpy", [&](Context& context) -> int {
    return transfer("cuMemcpy", *context.legacy, {either(to), either(from), bytes, 1}, When::kSync);
  });
}

SOFTCUDA_API cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, CudaHandle stream) {
  return copyAsync("cuMemcpyHtoDAsync_v2", onDevice(to), onHost(from), bytes, stream);
}

SOFTCUDA_API cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, CudaHandle stream) {
  return copyAsync("cuMemcpyDtoHAsync_v2", onHost(to), onDevice(from), bytes, stream);
}

SOFTCUDA_API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, CudaHandle stream) {
  return copyAsync("cuMemcpyDtoDAsync_v2", onDevice(to), onDevice(from), bytes, stream);
}

SOFTCUDA_API cuMemcpyAsync(uint64_t to, uint64_t from, size_t bytes, CudaHandle handle) {
  return streamCall("cuMemcpyAsync", handle, [&](Stream& stream) -> int {
    return transfer("cuMemcpyAsync", stream, {either(to), either(from), bytes, 1}, When::kAsync);
  });
}

namespace {

bool belongs(uint64_t address, CudaHandle context) {
  const Context* owner = driver().owner(address);
  return owner && owner->handle == context;
}

int copyPeer(const char* name, Stream& stream, uint64_t to, CudaHandle to_context, uint64_t from,
             CudaHandle from_context, size_t bytes) {
  if (!belongs(to, to_context) || !belongs(from, from_context)) return kInvalidValue;
  return transfer(name, stream, {onDevice(to), onDevice(from), bytes, 1}, When::kAsync);
}

}  // namespace

SOFTCUDA_API cuMemcpyPeer(uint64_t to, CudaHandle to_context, uint64_t from,
                          CudaHandle from_context, size_t bytes) {
  return contextCall("cuMemcpyPeer", [&](Context& context) -> int {
    return copyPeer("cuMemcpyPeer", *context.legacy, to, to_context, from, from_context, bytes);
  });
}

SOFTCUDA_API cuMemcpyPeerAsync(uint64_t to, CudaHandle to_context, uint64_t from,
                               CudaHandle from_context, size_t bytes, CudaHandle handle) {
  return streamCall("cuMemcpyPeerAsync", handle, [&](Stream& stream) -> int {
    return copyPeer("cuMemcpyPeerAsync", stream, to, to_context, from, from_context, bytes);
  });
}

namespace {

// CUDA_MEMCPY2D_v2, member by member.
struct Side2D {
  size_t x_bytes, y;
  unsigned kind;  // 1 host, 2 device, 3 array, 4 whatever the address is
  void* host;
  uint64_t device;
  void* array;
  size_t pitch;
};
struct Copy2D {
  Side2D from, to;
  size_t width, height;
};
static_assert(sizeof(Copy2D) == 128, "laid out as CUDA's");

bool locate(const Side2D& side, size_t width, Rows& rows) {
  if (side.kind == 0 || side.kind > 4 || side.kind == 3) return false;
  const size_t pitch = side.pitch ? side.pitch : width;
  if (pitch < width + side.x_bytes && side.pitch) return false;
  rows = side.kind == 1 ? onHost(side.host) : onDevice(side.device);
  if (side.kind == 4) rows = either(side.device);
  rows.address += side.y * pitch + side.x_bytes;
  rows.pitch = pitch;
  return true;
}

int copy2D(const char* name, Stream& stream, const Copy2D* given, When when) {
  Copy copy;
  if (!given || !locate(given->to, given->width, copy.to) ||
      !locate(given->from, given->width, copy.from))
    return kInvalidValue;
  copy.width = given->width;
  copy.height = given->height;
  return transfer(name, stream, copy, when);
}

}  // namespace

SOFTCUDA_API cuMemcpy2D_v2(const Copy2D* copy) {
  return contextCall("cuMemcpy2D_v2", [&](Context& context) -> int {
    return copy2D("cuMemcpy2D_v2", *context.legacy, copy, When::kSync);
  });
}

SOFTCUDA_API cuMemcpy2DUnaligned_v2(const Copy2D* copy) {
  return contextCall("cuMemcpy2DUnaligned_v2", [&](Context& context) -> int {
    return copy2D("cuMemcpy2DUnaligned_v2", *context.legacy, copy, When::kSync);
  });
}

SOFTCUDA_API cuMemcpy2DAsync_v2(const Copy2D* copy, CudaHandle handle) {
  return streamCall("cuMemcpy2DAsync_v2", handle, [&](Stream& stream) -> int {
    return copy2D("cuMemcpy2DAsync_v2", stream, copy, When::kAsync);
  });
}

SOFTCUDA_API cuMemsetD8_v2(uint64_t address, unsigned char value, size_t count) {
  return fillOn("cuMemsetD8_v2", nullptr, filling(address, 1, value, count));
}

SOFTCUDA_API cuMemsetD16_v2(uint64_t address, unsigned short value, size_t count) {
  return fillOn("cuMemsetD16_v2", nullptr, filling(address, 2, value, count));
}

SOFTCUDA_API cuMemsetD32_v2(uint64_t address, unsigned value, size_t count) {
  return fillOn("cuMemsetD32_v2", nullptr, filling(address, 4, value, count));
}

SOFTCUDA_API cuMemsetD8Async(uint64_t address, unsigned char value, size_t count,
                             CudaHandle stream) {
  return fillOn("cuMemsetD8Async", stream, filling(address, 1, value, count));
}

SOFTCUDA_API cuMemsetD16Async(uint64_t address, unsigned short value, size_t count,
                              CudaHandle stream) {
  return fillOn("cuMemsetD16Async", stream, filling(address, 2, value, count));
}

SOFTCUDA_API cuMemsetD32Async(uint64_t address, unsigned value, size_t count, CudaHandle stream) {
  return fillOn("cuMemsetD32Async", stream, filling(address, 4, value, count));
}

SOFTCUDA_API cuMemsetD2D8_v2(uint64_t address, size_t pitch, unsigned char value, size_t width,
                             size_t height) {
  return fillOn("cuMemsetD2D8_v2", nullptr, filling2D(address, pitch, 1, value, width, height));
}

SOFTCUDA_API cuMemsetD2D32_v2(uint64_t address, size_t pitch, unsigned value, size_t width,
                              size_t height) {
  return fillOn("cuMemsetD2D32_v2", nullptr, filling2D(address, pitch, 4, value, width, height));
}

SOFTCUDA_API cuMemsetD2D8Async(uint64_t address, size_t pitch, unsigned char value, size_t width,
                               size_t height, CudaHandle stream) {
  return fillOn("cuMemsetD2D8Async", stream, filling2D(address, pitch, 1, value, width, height));
}

SOFTCUDA_API cuMemsetD2D32Async(uint64_t address, size_t pitch, unsigned value, size_t width,
                                size_t height, CudaHandle stream) {
  return fillOn("cuMemsetD2D32Async", stream, filling2D(address, pitch, 4, value, width, height));
}
