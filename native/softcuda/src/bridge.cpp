#include "bridge.h"

#include "api.h"
#include "config.h"
#include "launch.h"
#include "report.h"

using namespace softcuda;

namespace {

void report(const char* name, const char* check, const std::string& message, uint64_t address,
            size_t bytes) {
  Finding finding;
  finding.check = check;
  finding.message = message;
  finding.kernel = name;
  finding.address = address;
  finding.bytes = bytes;
  Report::global().add(finding);
}

// Kernels' findings have these names too.
const char* checkName(MemoryFault fault) {
  if (fault == MemoryFault::kFreed) return "use-after-free";
  return fault == MemoryFault::kMisaligned ? "misaligned" : "out-of-bounds";
}

}  // namespace

int softcudaSubmit(void* stream_handle, const char* name, int (*run)(const void*), const void* data,
                   size_t bytes) {
  return streamCall(name, stream_handle, [&](Stream& stream) -> int {
    const auto* begin = static_cast<const uint8_t*>(data);
    const std::vector<uint8_t> copy(begin, begin + bytes);
    Work work;
    work.kind = Work::kKernel;
    work.what = name;
    work.run = [run, copy] { return run(copy.data()); };
    return submit(stream, std::move(work));
  });
}

void* softcudaAccess(const char* name, uint64_t address, size_t bytes, size_t alignment,
                     bool writes, int* code) {
  Context* owner = driver().owner(address);
  const Lookup found = owner ? owner->memory.find(address, bytes, alignment) : Lookup{};
  const std::string what =
      std::string(writes ? "write" : "read") + " of " + std::to_string(bytes) + " bytes";
  if (found.fault != MemoryFault::kNone) {
    report(name, checkName(found.fault), std::string(describe(found.fault)) + " " + what, address,
           bytes);
    *code = found.fault == MemoryFault::kMisaligned ? kMisalignedAddress : kIllegalAddress;
    return nullptr;
  }
  if (writes)
    owner->memory.markWritten(address, bytes);
  else if (config().level >= kShadow && !owner->memory.isWritten(address, bytes))
    report(name, "uninitialised", what + " that were never all written", address, bytes);
  return found.host;
}

int softcudaInjected(const char* name) {
  return freeCall(name, [](Driver&) -> int { return kSuccess; });
}
