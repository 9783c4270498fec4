// What processor this is, where kernels that are right on all of them are faster one way or
// another.
#pragma once

namespace talus {

// Whether Intel made it: loads that miss the first-level cache cost it more than others, and lines
// fetched past the second-level one come late.
inline bool is_intel() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_is("intel") != 0;
#else
  return false;
#endif
}

}  // namespace talus
