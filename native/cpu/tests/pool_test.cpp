// The pool under callers that meet, nest and change its size: every task runs once, worker numbers
// are unique among the threads of a loop, and nobody waits for ever.
#include "runtime/pool.h"

#include <stdio.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

std::atomic<int> failures{0};

void expect(bool good, const char* what) {
  if (good) return;
  fprintf(stderr, "failed: %s\n", what);
  failures++;
}

void run_loop(int64_t tasks) {
  std::vector<std::atomic<int>> runs(tasks);
  std::atomic<int> busy[64] = {};
  talus::parallel_for(tasks, [&](int64_t task, int worker) {
    bool known = worker >= 0 && worker < 64;
    expect(known, "a worker number below max_workers()");
    if (known) expect(busy[worker].fetch_add(1) == 0, "one task at a time for a worker number");
    runs[task]++;
    if (known) busy[worker]--;
  });
  for (int64_t task = 0; task < tasks; task++) expect(runs[task] == 1, "each task runs once");
}

void every_task_runs_once() {
  for (int threads = 1; threads <= 5; threads++) {
    talus_cpu_set_threads(threads);
    for (int64_t tasks = 0; tasks < 40; tasks++) {
      for (int repeat = 0; repeat < 50; repeat++) run_loop(tasks);
    }
  }
}

void nested_loops_run_inline() {
  talus_cpu_set_threads(4);
  for (int repeat = 0; repeat < 200; repeat++) {
    std::atomic<int> runs{0};
    talus::parallel_for(8, [&](int64_t, int) {
      talus::parallel_for(8, [&](int64_t, int worker) {
        expect(worker == 0, "a nested loop has one worker");
        runs++;
      });
    });
    expect(runs == 64, "nested loops run every task");
  }
}

void callers_meet() {
  talus_cpu_set_threads(3);
  std::vector<std::thread> callers;
  for (int c = 0; c < 3; c++) {
    callers.emplace_back([] {
      for (int repeat = 0; repeat < 2000; repeat++) run_loop(repeat % 17);
    });
  }
  for (int repeat = 0; repeat < 200; repeat++) talus_cpu_set_threads(1 + repeat % 5);
  for (std::thread& caller : callers) caller.join();
}

void sleepers_wake() {
  talus_cpu_set_threads(4);
  for (int repeat = 0; repeat < 50; repeat++) {
    std::this_thread::sleep_for(std::chrono::microseconds(repeat * 10));
    run_loop(9);
  }
}

}  // namespace

int main() {
  every_task_runs_once();
  nested_loops_run_inline();
  callers_meet();
  sleepers_wake();
  expect(talus_cpu_set_threads(0) >= 1, "the default is at least one thread");
  return failures == 0 ? 0 : 1;
}
