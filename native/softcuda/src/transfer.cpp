#include "transfer.h"

#include <cstring>
#include <map>

#include "config.h"
#include "launch.h"
#include "report.h"

namespace softcuda {
namespace {

void report(const char* check, const std::string& message, uint64_t address, size_t bytes) {
  Finding finding;
  finding.check = check;
  finding.message = message;
  finding.address = address;
  finding.bytes = bytes;
  Report::global().add(finding);
}

bool allThere(const Rows& rows, size_t width, size_t height) {
  if (!rows.device) return rows.address != 0 && !driver().owner(rows.address);
  const Context* owner = driver().owner(rows.address);
  if (!owner) return false;
  for (size_t i = 0; i < height; i++)
    if (owner->memory.find(rows.row(i), width).fault != MemoryFault::kNone) return false;
  return true;
}

// At run time the memory may be gone: hardware would fault then, or write into what came after it.
bool stillThere(const char* name, const Rows& rows, size_t width, size_t height) {
  if (allThere(rows, width, height)) return true;
  report("use-after-free", std::string(name) + ": memory was freed before the queued work had run",
         rows.address, width * height);
  return false;
}

uint8_t* hostAddress(const Rows& rows, size_t row) {
  if (!rows.device) return reinterpret_cast<uint8_t*>(rows.row(row));
  return driver().owner(rows.address)->memory.host(rows.row(row));
}

void trackWritten(const char* name, const Copy& copy, size_t row) {
  const uint64_t to = copy.to.row(row), from = copy.from.row(row);
  Context* const target = copy.to.device ? driver().owner(to) : nullptr;
  if (!copy.from.device) return target->memory.markWritten(to, copy.width);
  Context* const source = driver().owner(from);
  if (target == source) return target->memory.copyWritten(to, from, copy.width);
  const size_t unwritten = source->memory.firstUnwritten(from, copy.width);
  if (unwritten < copy.width && config().level >= kShadow)
    report("uninitialised",
           std::string(name) + " copies memory that was never written, from byte " +
               std::to_string(unwritten) + " of " + std::to_string(copy.width),
           from + unwritten, copy.width);
  if (target) target->memory.markWritten(to, copy.width);
}

int runCopy(const char* name, const Copy& copy) {
  if (!stillThere(name, copy.to, copy.width, copy.height) ||
      !stillThere(name, copy.from, copy.width, copy.height))
    return kIllegalAddress;
  for (size_t row = 0; row < copy.height; row++) {
    std::memmove(hostAddress(copy.to, row), hostAddress(copy.from, row), copy.width);
    if (copy.to.device || copy.from.device) trackWritten(name, copy, row);
  }
  return kSuccess;
}

int runFill(const char* name, const Fill& fill) {
  const size_t bytes = fill.width * fill.value_bytes;
  if (!stillThere(name, fill.to, bytes, fill.height)) return kIllegalAddress;
  for (size_t row = 0; row < fill.height; row++) {
    uint8_t* to = hostAddress(fill.to, row);
    for (size_t i = 0; i < fill.width; i++)
      std::memcpy(to + i * fill.value_bytes, &fill.value, fill.value_bytes);
    driver().owner(fill.to.address)->memory.markWritten(fill.to.row(row), bytes);
  }
  return kSuccess;
}

size_t extent(const Rows& rows, size_t width, size_t height) {
  return (height - 1) * rows.pitch + width;
}

// True if host memory takes part that is not page-locked.
bool isPageable(const Copy& copy) {
  const auto pageable = [&](const Rows& rows) {
    return !rows.device && !driver().hostBlock(reinterpret_cast<void*>(rows.address),
                                               extent(rows, copy.width, copy.height));
  };
  return pageable(copy.to) || pageable(copy.from);
}

void reportPageable(const char* name, const Copy& copy) {
  static std::map<std::string, int> reported;
  if (reported[name]++ >= 8) return;
  report("pageable-async-copy",
         std::string(name) +
             " with host memory that is not page-locked: not asynchronous, and "
             "unsafe if the memory moves",
         copy.to.device ? copy.to.address : copy.from.address, copy.width * copy.height);
}

Work copyWork(const char* name, const Copy& copy) {
  Work work;
  work.kind = Work::kCopy;
  work.what = name;
  work.run = [name, copy] { return runCopy(name, copy); };
  const Rows& host = copy.to.device ? copy.from : copy.to;
  if (!host.device) {
    work.host = reinterpret_cast<const void*>(host.address);
    work.host_bytes = extent(host, copy.width, copy.height);
  }
  return work;
}

}  // namespace

int transfer(const char* name, Stream& stream, const Copy& copy, When when) {
  if (copy.width == 0 || copy.height == 0) return kSuccess;
  if (!allThere(copy.to, copy.width, copy.height) || !allThere(copy.from, copy.width, copy.height))
    return kInvalidValue;
  const bool pageable = isPageable(copy);
  if (when == When::kAsync && pageable) reportPageable(name, copy);
  OperationPointer queued;
  if (const int code = submit(stream, copyWork(name, copy), &queued)) return code;
  const bool on_device = copy.to.device && copy.from.device;
  const bool wait = when == When::kSync ? !on_device : pageable;
  return wait && queued ? finish(*stream.context, queued) : static_cast<int>(kSuccess);
}

int fill(const char* name, Stream& stream, const Fill& fill) {
  if (fill.width == 0 || fill.height == 0) return kSuccess;
  if (fill.to.address % fill.value_bytes != 0 || fill.to.pitch % fill.value_bytes != 0)
    return kInvalidValue;
  if (!allThere(fill.to, fill.width * fill.value_bytes, fill.height)) return kInvalidValue;
  Work work;
  work.kind = Work::kFill;
  work.what = name;
  work.run = [name, fill] { return runFill(name, fill); };
  return submit(stream, std::move(work));
}

}  // namespace softcuda
