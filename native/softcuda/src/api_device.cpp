// Initialisation and what a device says of itself. The numbers are those of a small GPU of the
// compute capability asked for; nothing should be tuned by them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "api.h"
#include "attributes.h"
#include "config.h"
#include "exit.h"

using namespace softcuda;

namespace {

bool exists(const Driver& state, int device) {
  return device >= 0 && static_cast<size_t>(device) < state.devices.size();
}

template <class Body>
int deviceCall(const char* name, int device, Body body) {
  return driverCall(name, [&](Driver& state) -> int {
    return exists(state, device) ? body(state.devices[device]) : kInvalidDevice;
  });
}

}  // namespace

SOFTCUDA_API cuInit(unsigned flags) {
  return freeCall("cuInit", [&](Driver& state) -> int {
    if (flags != 0) return kInvalidValue;
    if (!config().error.empty()) {
      std::fprintf(stderr, "softcuda: %s\n", config().error.c_str());
      return kInvalidValue;
    }
    if (config().devices == 0) return kNoDevice;
    if (!state.initialized) atExit();
    state.devices.resize(config().devices);
    state.initialized = true;
    return kSuccess;
  });
}

SOFTCUDA_API cuDriverGetVersion(int* version) {
  return freeCall("cuDriverGetVersion", [&](Driver&) -> int {
    if (!version) return kInvalidValue;
    *version = config().driver_version;
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceGetCount(int* count) {
  return driverCall("cuDeviceGetCount", [&](Driver& state) -> int {
    if (!count) return kInvalidValue;
    *count = static_cast<int>(state.devices.size());
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceGet(int* device, int ordinal) {
  return deviceCall("cuDeviceGet", ordinal, [&](Device&) -> int {
    if (!device) return kInvalidValue;
    *device = ordinal;
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceGetName(char* name, int bytes, int device) {
  return deviceCall("cuDeviceGetName", device, [&](Device&) -> int {
    if (!name || bytes < 1) return kInvalidValue;
    std::snprintf(name, bytes, "softcuda software device %d (interpreter, no GPU)", device);
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceGetUuid(void* uuid, int device) {
  return deviceCall("cuDeviceGetUuid", device, [&](Device&) -> int {
    if (!uuid) return kInvalidValue;
    char text[32];
    std::snprintf(text, sizeof text, "softcuda-dev-%03d", device);
    std::memcpy(uuid, text, 16);
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceTotalMem_v2(size_t* bytes, int device) {
  return deviceCall("cuDeviceTotalMem_v2", device, [&](Device&) -> int {
    if (!bytes) return kInvalidValue;
    *bytes = config().memory_bytes;
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceGetAttribute(int* value, int attribute, int device) {
  return deviceCall("cuDeviceGetAttribute", device, [&](Device&) -> int {
    if (!value || attribute < 1 || attribute > kLastAttribute) return kInvalidValue;
    *value = deviceAttribute(attribute, device);
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceComputeCapability(int* major, int* minor, int device) {
  return deviceCall("cuDeviceComputeCapability", device, [&](Device&) -> int {
    if (!major || !minor) return kInvalidValue;
    *major = config().capability / 10;
    *minor = config().capability % 10;
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceGetPCIBusId(char* id, int bytes, int device) {
  return deviceCall("cuDeviceGetPCIBusId", device, [&](Device&) -> int {
    if (!id || bytes < 13) return kInvalidValue;
    std::snprintf(id, bytes, "0000:%02x:00.0", device + 1);
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceGetByPCIBusId(int* device, const char* id) {
  return driverCall("cuDeviceGetByPCIBusId", [&](Driver& state) -> int {
    unsigned domain = 0, bus = 0, slot = 0;
    if (!device || !id) return kInvalidValue;
    const bool read = std::sscanf(id, "%x:%x:%x", &domain, &bus, &slot) == 3 ||
                      (domain = 0, std::sscanf(id, "%x:%x", &bus, &slot) == 2);
    if (!read) return kInvalidValue;
    if (domain != 0 || slot != 0 || !exists(state, static_cast<int>(bus) - 1))
      return kInvalidDevice;
    *device = static_cast<int>(bus) - 1;
    return kSuccess;
  });
}

// Kernels reach the memory of their own device only; cuMemcpyPeer works between any two.
SOFTCUDA_API cuDeviceCanAccessPeer(int* can, int device, int peer) {
  return deviceCall("cuDeviceCanAccessPeer", device, [&](Device&) -> int {
    if (!can) return kInvalidValue;
    if (!exists(driver(), peer)) return kInvalidDevice;
    *can = 0;
    return kSuccess;
  });
}

SOFTCUDA_API cuDeviceGetP2PAttribute(int* value, int attribute, int from, int to) {
  return deviceCall("cuDeviceGetP2PAttribute", from, [&](Device&) -> int {
    if (!value || attribute < 1 || attribute > 4) return kInvalidValue;
    if (!exists(driver(), to) || from == to) return kInvalidDevice;
    *value = 0;
    return kSuccess;
  });
}

SOFTCUDA_API cuDevicePrimaryCtxRetain(CudaHandle* context, int device) {
  return deviceCall("cuDevicePrimaryCtxRetain", device, [&](Device& owner) -> int {
    if (!context) return kInvalidValue;
    if (!owner.primary) owner.primary = driver().createContext(device, owner.flags);
    owner.references++;
    *context = owner.primary->handle;
    return kSuccess;
  });
}

SOFTCUDA_API cuDevicePrimaryCtxRelease_v2(int device) {
  return deviceCall("cuDevicePrimaryCtxRelease_v2", device, [&](Device& owner) -> int {
    if (owner.references == 0) return kInvalidContext;
    if (--owner.references > 0) return kSuccess;
    driver().destroyContext(std::exchange(owner.primary, nullptr));
    return kSuccess;
  });
}

SOFTCUDA_API cuDevicePrimaryCtxReset_v2(int device) {
  return deviceCall("cuDevicePrimaryCtxReset_v2", device, [&](Device& owner) -> int {
    if (owner.primary) driver().destroyContext(std::exchange(owner.primary, nullptr));
    owner.references = 0;
    return kSuccess;
  });
}

SOFTCUDA_API cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* active) {
  return deviceCall("cuDevicePrimaryCtxGetState", device, [&](Device& owner) -> int {
    if (flags) *flags = owner.flags;
    if (active) *active = owner.primary != nullptr;
    return kSuccess;
  });
}

SOFTCUDA_API cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags) {
  return deviceCall("cuDevicePrimaryCtxSetFlags_v2", device, [&](Device& owner) -> int {
    owner.flags = flags;
    if (owner.primary) owner.primary->flags = flags;
    return kSuccess;
  });
}
