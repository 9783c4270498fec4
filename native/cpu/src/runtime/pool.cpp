#include "pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sched.h>
#endif

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>

namespace talus {
namespace {

constexpr int kMostThreads = 1024;

// How long an idle worker looks for work before it sleeps: about 20 to 50 microseconds, the gap
// between the ops of one training step. Longer would take the core from whatever else runs there.
constexpr int kSpins = 2000;

inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

int processors_allowed() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return CPU_COUNT(&set);
#endif
  int count = static_cast<int>(std::thread::hardware_concurrency());
  return count > 0 ? count : 1;
}

// Whole processors that a cgroup v2 quota leaves, or a large number where there is none.
int processors_of_quota() {
  FILE* file = fopen("/sys/fs/cgroup/cpu.max", "r");
  if (file == nullptr) return kMostThreads;
  long long quota = 0, period = 0;
  int fields = fscanf(file, "%lld %lld", &quota, &period);
  fclose(file);
  if (fields != 2 || quota <= 0 || period <= 0) return kMostThreads;
  long long whole = (quota + period - 1) / period;
  return whole < kMostThreads ? static_cast<int>(whole) : kMostThreads;
}

int default_threads() {
  int allowed = processors_allowed(), quota = processors_of_quota();
  int threads = allowed < quota ? allowed : quota;
  return threads < 1 ? 1 : threads > kMostThreads ? kMostThreads : threads;
}

// Tasks are dealt to this many threads at most in advance; more threads help where they can.
constexpr int kMostShares = 64;

// One loop being run. Lives on the caller's stack: `inside` keeps the caller there until the last
// worker has left.
//
// Each thread starts with a share of its own, the same tasks of the same loop each time, so that
// what it wrote last time is still in its cache; then it helps the others with theirs.
struct Loop {
  struct alignas(64) Share {
    std::atomic<int64_t> next;
    int64_t end;
  };

  Loop(int64_t tasks, TaskFunction body, void* context, int threads)
      : body(body), context(context), count(threads < kMostShares ? threads : kMostShares) {
    for (int s = 0; s < count; s++) {
      shares[s].next.store(tasks * s / count, std::memory_order_relaxed);
      shares[s].end = tasks * (s + 1) / count;
    }
  }

  void work(int worker) {
    for (int s = 0; s < count; s++) {
      Share& share = shares[(worker + s) % count];
      while (share.next.load(std::memory_order_relaxed) < share.end) {
        int64_t task = share.next.fetch_add(1, std::memory_order_relaxed);
        if (task < share.end) body(context, task, worker);
      }
    }
  }

  TaskFunction body;
  void* context;
  int count;
  std::atomic<int> workers{1};  // worker numbers given out; 0 is the caller
  Share shares[kMostShares];
};

class Pool {
 public:
  void run(int64_t tasks, TaskFunction body, void* context) {
    int helpers = threads() - 1;
    if (tasks - 1 < helpers) helpers = static_cast<int>(tasks - 1);
    Loop loop(tasks, body, context, helpers + 1);
    start_missing(helpers);
    wanted_.store(helpers, std::memory_order_relaxed);
    // Released: a worker late from the last loop may find this one before it sees the new epoch.
    loop_.store(&loop, std::memory_order_release);
    // Sequentially consistent with sleepers_: either a worker going to sleep sees the new epoch, or
    // we see the sleeper.
    epoch_.fetch_add(1);
    if (sleepers_.load() > 0) {
      std::lock_guard<std::mutex> lock(mutex_);
      wake_.notify_all();
    }
    loop.work(0);
    // No worker may join from here on; wait for those inside to leave.
    loop_.store(nullptr);
    while (inside_.load() != 0) relax();
  }

  // Held by the one caller that has the pool.
  std::mutex caller;

  int set_threads(int threads) {
    if (threads <= 0) threads = default_threads();
    if (threads > kMostThreads) threads = kMostThreads;
    threads_.store(threads, std::memory_order_relaxed);
    return threads;
  }

  int threads() const { return threads_.load(std::memory_order_relaxed); }

 private:
  void start_missing(int helpers) {
    while (started_ < helpers) {
      // A thread that cannot be had costs speed only: the caller does the work.
      pthread_t thread;
      if (pthread_create(&thread, nullptr, &Pool::enter, this) != 0) return;
      pthread_detach(thread);
      started_++;
    }
  }

  static void* enter(void* pool) {
    static_cast<Pool*>(pool)->serve();
    return nullptr;
  }

  void serve() {
    uint64_t seen = 0;
    for (;;) {
      seen = await_epoch_after(seen);
      // Announce before looking, so that the caller, who clears loop_ before it reads inside_,
      // cannot miss us.
      inside_.fetch_add(1);
      Loop* loop = loop_.load();
      if (loop != nullptr) {
        int worker = loop->workers.fetch_add(1, std::memory_order_relaxed);
        if (worker <= wanted_.load(std::memory_order_relaxed)) loop->work(worker);
      }
      inside_.fetch_sub(1);
    }
  }

  uint64_t await_epoch_after(uint64_t seen) {
    for (int spin = 0; spin < kSpins; spin++) {
      uint64_t epoch = epoch_.load(std::memory_order_acquire);
      if (epoch != seen) return epoch;
      relax();
    }
    std::unique_lock<std::mutex> lock(mutex_);
    sleepers_.fetch_add(1);
    wake_.wait(lock, [&] { return epoch_.load() != seen; });
    sleepers_.fetch_sub(1);
    return epoch_.load();
  }

  std::atomic<int> threads_{default_threads()};
  int started_ = 0;
  // What a worker reads to join a loop, in one line of memory.
  alignas(64) std::atomic<uint64_t> epoch_{0};
  std::atomic<Loop*> loop_{nullptr};
  std::atomic<int> wanted_{0};
  alignas(64) std::atomic<int> inside_{0};
  std::atomic<int> sleepers_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
};

// Never destroyed: workers outlive the static destructors of the process.
Pool& pool() {
  static Pool* instance = new (std::nothrow) Pool();
  return *instance;
}

thread_local bool inside_loop = false;

}  // namespace

void parallel_for_raw(int64_t tasks, TaskFunction body, void* context) {
  Pool& shared = pool();
  bool alone = tasks <= 1 || shared.threads() == 1 || inside_loop || !shared.caller.try_lock();
  if (alone) {
    for (int64_t task = 0; task < tasks; task++) body(context, task, 0);
    return;
  }
  inside_loop = true;
  shared.run(tasks, body, context);
  inside_loop = false;
  shared.caller.unlock();
}

int max_workers() { return pool().threads(); }

}  // namespace talus

int talus_cpu_set_threads(int threads) {
  talus::Pool& shared = talus::pool();
  std::lock_guard<std::mutex> lock(shared.caller);
  return shared.set_threads(threads);
}

int talus_cpu_threads(void) { return talus::max_workers(); }
