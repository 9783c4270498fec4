// Copies and fills: checked when asked for, as a driver does, and once more when they run.
#ifndef SOFTCUDA_TRANSFER_H
#define SOFTCUDA_TRANSFER_H

#include <cstdint>

#include "driver.h"

namespace softcuda {

// `height` rows of `width` bytes, `pitch` bytes apart, beginning at one address of either kind.
struct Rows {
  uint64_t address = 0;
  size_t pitch = 0;
  bool device = true;

  uint64_t row(size_t index) const { return address + index * pitch; }
};

struct Copy {
  Rows to, from;
  size_t width = 0, height = 1;
};

enum class When { kSync, kAsync };

// Checks, queues and, where CUDA would, waits. A synchronous copy goes to the legacy default
// stream; one between device addresses is not waited for.
int transfer(const char* name, Stream& stream, const Copy& copy, When when);

// value_bytes is 1, 2 or 4; the device range is `height` rows of `width` values.
struct Fill {
  Rows to;
  uint32_t value = 0;
  size_t value_bytes = 1, width = 0, height = 1;
};
int fill(const char* name, Stream& stream, const Fill& fill);

}  // namespace softcuda

#endif
