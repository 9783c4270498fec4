// What the cuBLAS stand-in needs of the driver.
#ifndef SOFTCUDA_BRIDGE_H
#define SOFTCUDA_BRIDGE_H

#include <cstddef>
#include <cstdint>

#define SOFTCUDA_BRIDGE extern "C" __attribute__((visibility("default")))

// Queues run(data) on a stream of the current context, with a copy of `bytes` bytes of data. What
// run returns is CUDA's code. Returns CUDA's code.
SOFTCUDA_BRIDGE int softcudaSubmit(void* stream, const char* name, int (*run)(const void*),
                                   const void* data, size_t bytes);

// Only from within run: checks an access as one of a kernel would be, and says where the bytes lie.
// Sets *code to 700 or 716, reports a finding and returns null on a fault.
SOFTCUDA_BRIDGE void* softcudaAccess(const char* name, uint64_t address, size_t bytes,
                                     size_t alignment, bool writes, int* code);

// The code that SOFTCUDA_FAIL asks for at this call, or 0.
SOFTCUDA_BRIDGE int softcudaInjected(const char* name);

#endif
