// Temporary: lets the library link while kernels are being written. Deleted when the last one is in
// place.
#include "kernels.h"
#pragma GCC diagnostic ignored "-Wunused-parameter"
namespace talus::TALUS_ISA {
#define TALUS_OP(name, ...) \
  __attribute__((weak)) int name(__VA_ARGS__) { return TALUS_UNKNOWN; }
#include "talus_cpu_ops.h"
#undef TALUS_OP
}  // namespace talus::TALUS_ISA
