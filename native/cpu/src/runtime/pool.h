// The one bounded thread pool of the native backend.
//
// parallel_for hands out task numbers 0 .. tasks-1 to the caller and the pool's workers; which
// thread runs which task is left to chance. For the same bits at every thread count, kernels cut
// their work by size and never by thread count, and combine partial results in task order.
//
// One caller has the pool at a time. A second caller that arrives meanwhile, or a nested call, runs
// its tasks on its own thread: total threads stay bounded, nobody waits, and the results are the
// same bits.
#pragma once

#include <stdint.h>

#include "talus_cpu.h"

namespace talus {

// A task body: context is what parallel_for was given, worker is unique among the threads running
// this loop and below max_workers().
using TaskFunction = void (*)(void* context, int64_t task, int worker);

void parallel_for_raw(int64_t tasks, TaskFunction body, void* context);

// Runs body(task, worker) for every task. Returns when all have finished.
template <class Body>
inline void parallel_for(int64_t tasks, const Body& body) {
  parallel_for_raw(
      tasks,
      [](void* context, int64_t task, int worker) {
        (*static_cast<const Body*>(context))(task, worker);
      },
      const_cast<void*>(static_cast<const void*>(&body)));
}

// Threads that a loop may use now, the caller included; at least 1.
int max_workers();

inline int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace talus
