#include "driver.h"

#include <algorithm>

#include "config.h"
#include "host_memory.h"
#include "report.h"

namespace softcuda {

bool isSticky(int code) {
  // 214, 220: memory or link broken; 999: the device has gone.
  return code == kIllegalAddress || code == kTimeout || code == 214 || code == 220 || code == 999 ||
         (code >= 710 && code <= 719 && code != 712 && code != 713);
}

Context::Context(int ordinal, unsigned context_flags, size_t memory_limit)
    : device(ordinal), flags(context_flags), memory(memory_limit) {}

Driver& driver() {
  static Driver* only = new Driver;
  return *only;
}

std::vector<void*>& contextStack() {
  thread_local std::vector<void*> stack;
  return stack;
}

int currentContext(std::shared_ptr<Context>& context) {
  const std::vector<void*>& stack = contextStack();
  if (stack.empty() || !stack.back()) return kInvalidContext;
  context = driver().contexts.find(stack.back());
  return context ? static_cast<int>(kSuccess) : kContextIsDestroyed;
}

std::shared_ptr<Context> Driver::createContext(int device, unsigned flags) {
  auto context = std::make_shared<Context>(device, flags, config().memory_bytes);
  context->id = ++last_id;
  context->handle = contexts.add(context);
  context->legacy = std::make_shared<Stream>();
  context->legacy->context = context.get();
  context->legacy->id = ++last_id;
  context->streams.push_back(context->legacy);
  return context;
}

namespace {

void reportHandles(size_t count, const char* what) {
  if (!count) return;
  Finding finding;
  finding.check = "handle-leak";
  finding.message = "context destroyed with " + std::to_string(count) + " live " + what;
  Report::global().add(finding);
}

void reportLeak(const std::string& label, size_t bytes, uint64_t address) {
  Finding finding;
  finding.check = "leak";
  finding.message = std::to_string(bytes) + " bytes from " + label + " were never freed";
  finding.address = address;
  finding.bytes = bytes;
  Report::global().add(finding);
}

}  // namespace

void Driver::reportLeaks(const Context& context) const {
  for (const Allocation& allocation : context.memory.live())
    if (!allocation.module_variable)
      reportLeak(allocation.label, allocation.bytes, allocation.address);
  for (const auto& block : host_blocks)
    if (block.second.context == &context)
      reportLeak(block.second.owned ? "page-locked host memory" : "cuMemHostRegister",
                 block.second.bytes, 0);
}

void Driver::destroyContext(const std::shared_ptr<Context>& context) {
  Context* const dying = context.get();
  finish(*dying);
  if (!dying->error) reportLeaks(*dying);
  const auto belongs = [&](const auto& object) { return object.context == dying; };
  const size_t live_streams = streams.removeIf(belongs);
  const size_t live_events = events.removeIf(belongs);
  const size_t live_graphs = graphs.removeIf(belongs) + graph_execs.removeIf(belongs);
  if (!dying->error) {
    reportHandles(live_streams, "streams");
    reportHandles(live_events, "events");
    reportHandles(live_graphs, "graphs");
  }
  functions.removeIf(belongs);
  modules.removeIf(belongs);
  for (auto it = host_blocks.begin(); it != host_blocks.end();) {
    const auto block = it++;
    if (block->second.context == dying)
      freeHostBlock(reinterpret_cast<void*>(block->first), block->second.owned);
  }
  contexts.remove(dying->handle);
}

Context* Driver::owner(DeviceAddress address) const {
  for (const auto& entry : contexts.all())
    if (entry.second->memory.isDeviceAddress(address)) return entry.second.get();
  return nullptr;
}

const HostBlock* Driver::hostBlock(const void* address, size_t bytes) const {
  const auto begin = reinterpret_cast<uintptr_t>(address);
  auto found = host_blocks.upper_bound(begin);
  if (found == host_blocks.begin()) return nullptr;
  --found;
  const uintptr_t offset = begin - found->first;
  const bool inside = offset < found->second.bytes && bytes <= found->second.bytes - offset;
  return inside ? &found->second : nullptr;
}

bool Driver::freeHostBlock(const void* address, bool owned) {
  const auto found = host_blocks.find(reinterpret_cast<uintptr_t>(address));
  if (found == host_blocks.end() || found->second.owned != owned) return false;
  if (owned) freePageLocked(reinterpret_cast<void*>(found->first), found->second.bytes);
  host_blocks.erase(found);
  return true;
}

}  // namespace softcuda
