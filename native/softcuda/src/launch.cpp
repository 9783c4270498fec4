#include "launch.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>
#include <numeric>
#include <thread>

#include "shared.h"
#include "warp.h"

namespace softcuda {
namespace {

int checkGeometry(const Launch& launch) {
  const Dim3 &grid = launch.grid, &block = launch.block;
  const Kernel& kernel = *launch.kernel;
  if (grid.count() == 0 || block.count() == 0) return kInvalidValue;
  if (block.x > 1024 || block.y > 1024 || block.z > 64 || block.count() > 1024)
    return kInvalidValue;
  if (grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) return kInvalidValue;
  if (launch.parameters.size() != kernel.parameter_bytes) return kInvalidValue;
  if (uint64_t{kernel.static_shared_bytes} + launch.dynamic_shared_bytes >
      launch.max_shared_bytes) {
    return kInvalidValue;
  }
  const uint32_t* required = kernel.required_threads;
  if (required[0] != 0 &&
      (block.x != required[0] || block.y != required[1] || block.z != required[2])) {
    return kInvalidValue;
  }
  if (kernel.max_block_threads != 0 && block.count() > kernel.max_block_threads)
    return kOutOfResources;
  return kSuccess;
}

// The seed's order of blocks: k -> (first + k step) mod count with a step prime to the count.
struct Order {
  Order(uint64_t count_, uint64_t seed) : count(count_) {
    if (seed == 0 || count == 1) return;
    uint64_t random = seed * 0x9e3779b97f4a7c15u;
    first = (random >> 11) % count;
    step = 1 + (random >> 23) % count;
    while (std::gcd(step, count) != 1) ++step;
  }
  uint64_t at(uint64_t k) const {
    return static_cast<uint64_t>((first + static_cast<unsigned __int128>(k) * step) % count);
  }
  uint64_t count, first = 0, step = 1;
};

void work(Worker& worker, const Launch& launch, Shared& shared, const Order& order) {
  try {
    worker.prepare(launch, shared);
    worker.refill();
    while (shared.code == kSuccess) {
      uint64_t k = worker.hasRoom() ? shared.next_block.fetch_add(1) : order.count;
      if (k < order.count) worker.begin(order.at(k));
      if (worker.under_way == 0) break;
      worker.takeTurns();
    }
  } catch (const KernelFault& fault) {
    int expected = kSuccess;
    shared.code.compare_exchange_strong(expected, fault.code);
  } catch (const std::bad_alloc&) {
    shared.code = kOutOfMemory;
  }
  worker.gatherCounts();
}

void publish(const Launch& launch, Shared& shared) {
  for (const auto& entry : shared.findings) Report::global().add(entry.second.finding);
  if (shared.code != kTimeout) return;
  Finding finding;
  finding.check = "timeout";
  finding.kernel = launch.kernel->name;
  finding.message = "more than " + std::to_string(launch.instruction_limit) +
                    " warp instructions: a loop without end?";
  Report::global().add(finding);
}

}  // namespace

int run(const Launch& launch, Counters& counters) {
  if (launch.module == nullptr || launch.kernel == nullptr) return kInvalidValue;
  int code = checkGeometry(launch);
  if (code != kSuccess) return code;
  static std::atomic<uint32_t> launches{0};
  Shared shared;
  shared.budget = static_cast<int64_t>(std::min<uint64_t>(launch.instruction_limit, INT64_MAX));
  Order order(launch.grid.count(), launch.seed);
  bool alone = launch.level >= kRaces || launch.kernel->program->sleeps;
  unsigned threads = alone ? 1 : std::max(1u, launch.threads);
  constexpr uint64_t kWorthAThread =
      4096;  // lanes; starting a thread takes as long as some hundred instructions
  if (launch.grid.count() * launch.block.count() < kWorthAThread) threads = 1;
  threads = static_cast<unsigned>(std::min<uint64_t>(threads, launch.grid.count()));
  // Kept with their memory: for a small kernel that takes longer to get than the kernel to run.
  static std::mutex mutex;
  static std::deque<Worker> workers;
  std::lock_guard<std::mutex> lock(mutex);
  if (workers.size() < threads) workers.resize(threads);
  uint32_t number = ++launches;
  for (unsigned k = 0; k < threads; ++k) workers[k].launch_number = number;
  std::vector<std::thread> others;
  for (unsigned k = 1; k < threads; ++k) {
    others.emplace_back(work, std::ref(workers[k]), std::cref(launch), std::ref(shared),
                        std::cref(order));
  }
  work(workers[0], launch, shared, order);
  for (std::thread& other : others) other.join();
  for (unsigned k = 0; k < threads; ++k) counters += workers[k].counters;
  publish(launch, shared);
  return shared.code;
}

}  // namespace softcuda
