#include <string.h>

#include "talus_cpu.h"

// The exported kernel pointers, and the functions that they may point to.
#define TALUS_OP(name, ...) int (*talus_##name)(__VA_ARGS__) = nullptr;
#include "talus_cpu_ops.h"
#undef TALUS_OP

#define TALUS_OP(name, ...) int name(__VA_ARGS__);
#if defined(TALUS_HAVE_X86)
namespace talus::avx512 {
#include "talus_cpu_ops.h"
}
namespace talus::avx2 {
#include "talus_cpu_ops.h"
}
#endif
namespace talus::portable {
#include "talus_cpu_ops.h"
}
#undef TALUS_OP

namespace {

struct Isa {
  const char* name;
  bool (*supported)();
  void (*choose)();
};

// Best first.
const Isa kIsas[] = {
#define TALUS_OP(name, ...) talus_##name = talus::TALUS_CHOSEN::name;
#if defined(TALUS_HAVE_X86)
    {"avx512",
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("fma") != 0;
     },
     [] {
#define TALUS_CHOSEN avx512
#include "talus_cpu_ops.h"
#undef TALUS_CHOSEN
     }},
    {"avx2", [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") != 0; },
     [] {
#define TALUS_CHOSEN avx2
#include "talus_cpu_ops.h"
#undef TALUS_CHOSEN
     }},
#endif
    {"portable", [] { return true; },
     [] {
#define TALUS_CHOSEN portable
#include "talus_cpu_ops.h"
#undef TALUS_CHOSEN
     }},
#undef TALUS_OP
};

const Isa* chosen = nullptr;

const Isa* find(const char* name) {
  for (const Isa& isa : kIsas) {
    if (strcmp(isa.name, name) == 0) return &isa;
  }
  return nullptr;
}

const Isa* best() {
  for (const Isa& isa : kIsas) {
    if (isa.supported()) return &isa;
  }
  return nullptr;
}

}  // namespace

int talus_cpu_select(const char* name) {
  bool automatic = name == nullptr || strcmp(name, "auto") == 0;
  const Isa* isa = automatic ? best() : find(name);
  if (isa == nullptr) return TALUS_UNKNOWN;
  if (!isa->supported()) return TALUS_UNSUPPORTED;
  isa->choose();
  chosen = isa;
  return TALUS_OK;
}

const char* talus_cpu_isa(void) { return chosen == nullptr ? "" : chosen->name; }

int talus_cpu_supports(const char* name) {
  const Isa* isa = find(name);
  return isa != nullptr && isa->supported() ? 1 : 0;
}
