// The driver's state: devices, contexts, and the objects that handles name. One mutex guards it
// all; every call of the API holds it (see api.h).
#ifndef SOFTCUDA_DRIVER_H
#define SOFTCUDA_DRIVER_H

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "memory.h"
#include "module.h"
#include "queue.h"

namespace softcuda {

// CUDA's numbers beside those of module.h.
constexpr int kNotInitialized = 3;
constexpr int kDeinitialized = 4;
constexpr int kNoDevice = 100;
constexpr int kInvalidDevice = 101;
constexpr int kInvalidContext = 201;
constexpr int kPeerAccessUnsupported = 217;
constexpr int kFileNotFound = 301;
constexpr int kInvalidHandle = 400;
constexpr int kNotReady = 600;
constexpr int kContextIsDestroyed = 709;
constexpr int kHostMemoryAlreadyRegistered = 712;
constexpr int kHostMemoryNotRegistered = 713;
constexpr int kNotPermitted = 800;
constexpr int kNotSupported = 801;
constexpr int kCaptureUnsupported = 900;
constexpr int kCaptureInvalidated = 901;
constexpr int kCaptureMerge = 902;
constexpr int kCaptureUnmatched = 903;
constexpr int kCaptureUnjoined = 904;
constexpr int kCaptureIsolation = 905;
constexpr int kCaptureImplicit = 906;
constexpr int kCapturedEvent = 907;
constexpr int kCaptureWrongThread = 908;
constexpr int kUnknown = 999;

// After these a context answers every call with the same code, until it is destroyed.
bool isSticky(int code);

// Live objects by handle. A handle is no address and is never handed out twice, so that a stale or
// made-up one is an error, not a crash.
template <class T>
class Table {
 public:
  explicit Table(uint64_t kind) : next_(kind << 40 | 0x10) {}

  void* add(std::shared_ptr<T> object) {
    void* handle = reinterpret_cast<void*>(next_);
    next_ += 0x10;
    objects_.emplace(handle, std::move(object));
    return handle;
  }
  std::shared_ptr<T> find(void* handle) const {
    const auto found = objects_.find(handle);
    return found == objects_.end() ? nullptr : found->second;
  }
  bool remove(void* handle) { return objects_.erase(handle) > 0; }
  template <class Condition>
  size_t removeIf(Condition condition) {
    size_t removed = 0;
    for (auto it = objects_.begin(); it != objects_.end();)
      if (condition(*it->second)) {
        it = objects_.erase(it);
        removed++;
      } else {
        ++it;
      }
    return removed;
  }
  const std::unordered_map<void*, std::shared_ptr<T>>& all() const { return objects_; }

 private:
  uint64_t next_;
  std::unordered_map<void*, std::shared_ptr<T>> objects_;
};

struct Context {
  Context(int ordinal, unsigned context_flags, size_t memory_limit);

  void* handle = nullptr;
  uint64_t id = 0;
  int device;
  unsigned flags;
  int error = 0;  // sticky
  Memory memory;
  std::vector<std::shared_ptr<Stream>> streams;  // a destroyed one stays until its work is done
  std::shared_ptr<Stream> legacy;                // handles 0 and 1; among `streams`
  std::map<std::thread::id, std::shared_ptr<Stream>> per_thread;  // handle 2
  std::map<int, size_t> limits;
};

struct LoadedModule {
  Context* context;
  std::shared_ptr<Module> module;
  std::map<std::string, void*> functions;  // handles given out
};

struct Function {
  Context* context;
  void* owner;  // the module's handle
  std::shared_ptr<Module> module;
  const Kernel* kernel;
  int max_dynamic_shared;  // set by cuFuncSetAttribute
  int carveout = -1;
};

struct HostBlock {
  size_t bytes;
  unsigned flags;
  bool owned;  // allocated by the driver rather than registered
  Context* context;
};

struct Device {
  std::shared_ptr<Context> primary;
  unsigned references = 0, flags = 0;
};

struct Driver {
  std::mutex mutex;
  bool initialized = false, ended = false;
  uint64_t last_id = 0;
  std::vector<Device> devices;
  Table<Context> contexts{0x51};
  Table<Stream> streams{0x52};
  Table<Event> events{0x53};
  Table<LoadedModule> modules{0x54};
  Table<Function> functions{0x55};
  Table<Graph> graphs{0x56};
  Table<GraphExec> graph_execs{0x57};
  std::map<uintptr_t, HostBlock> host_blocks;

  std::shared_ptr<Context> createContext(int device, unsigned flags);
  void destroyContext(const std::shared_ptr<Context>& context);
  Context* owner(DeviceAddress address) const;  // the context whose memory this is, or null
  // The page-locked block that holds all of [address, address + bytes), or null.
  const HostBlock* hostBlock(const void* address, size_t bytes) const;
  bool freeHostBlock(const void* address, bool owned);
  void reportLeaks(const Context& context) const;
};

Driver& driver();  // never destroyed

// The calling thread's current contexts, innermost last.
std::vector<void*>& contextStack();
int currentContext(std::shared_ptr<Context>& context);  // kInvalidContext, kContextIsDestroyed

}  // namespace softcuda

#endif
