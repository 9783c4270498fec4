#include "exit.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "config.h"
#include "driver.h"

namespace softcuda {
namespace {

struct Record {
  uint64_t launches = 0;
  Counters counters;
};

std::map<std::string, Record>& totals() {
  static auto* only = new std::map<std::string, Record>;
  return *only;
}

FILE* counterFile() {
  static FILE* only = std::fopen(config().counters_path.c_str(), "a");
  return only;
}

std::string toJson(const Dim3& size) {
  return "[" + std::to_string(size.x) + "," + std::to_string(size.y) + "," +
         std::to_string(size.z) + "]";
}

void writeTables() {
  for (const auto& entry : totals())
    std::fprintf(stderr, "softcuda: %s, %llu launches\n%s\n", entry.first.c_str(),
                 static_cast<unsigned long long>(entry.second.launches),
                 toTable(entry.second.counters).c_str());
}

void leave() {
  // A thread may still be inside a call, then the state is not ours to read.
  std::unique_lock<std::mutex> lock(driver().mutex, std::try_to_lock);
  if (!lock.owns_lock()) return;
  for (const auto& entry : driver().contexts.all())
    if (!entry.second->error) driver().reportLeaks(*entry.second);
  writeTables();
  driver().initialized = false;  // a thread that still runs gets an answer, and touches nothing
  driver().ended = true;
}

}  // namespace

void atExit() {
  Report::global();  // built first, so destroyed after
  std::atexit(leave);
}

void recordLaunch(const Launch& launch, const Counters& counters) {
  const std::string& path = config().counters_path;
  if (path.empty()) return;
  if (path == "-") {
    Record& record = totals()[launch.kernel->name];
    record.launches++;
    record.counters += counters;
    return;
  }
  static uint64_t number = 0;
  if (FILE* file = counterFile()) {
    std::fprintf(file,
                 "{\"launch\":%llu,\"kernel\":%s,\"grid\":%s,\"block\":%s,\"shared\":%u,"
                 "\"counters\":%s}\n",
                 static_cast<unsigned long long>(++number), quoteJson(launch.kernel->name).c_str(),
                 toJson(launch.grid).c_str(), toJson(launch.block).c_str(),
                 launch.dynamic_shared_bytes, toJson(counters).c_str());
    std::fflush(file);
  }
}

}  // namespace softcuda
