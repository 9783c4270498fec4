// What the workers of one launch share: the blocks still to run, the budget, what the checks found.
#ifndef SOFTCUDA_SHARED_H
#define SOFTCUDA_SHARED_H

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "launch.h"

namespace softcuda {

struct Shared {
  std::atomic<uint64_t> next_block{0};
  std::atomic<int64_t> budget{0};
  std::atomic<int> code{kSuccess};
  std::mutex mutex;
  // By place and check; the key's order is the order of the report. Of several blocks the first is
  // described.
  struct Entry {
    Finding finding;
    uint64_t block;
  };
  std::map<std::pair<uint32_t, std::string>, Entry> findings;
};

}  // namespace softcuda

#endif
