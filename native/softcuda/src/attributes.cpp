#include "attributes.h"

#include "config.h"

namespace softcuda {
namespace {

struct Attribute {
  int number, value;
};

// Numbers of CUdevice_attribute. What is not listed is 0: unknown or not supported.
constexpr Attribute kAttributes[] = {
    {1, kMaxThreads},     // threads of a block
    {2, 1024},            // block x
    {3, 1024},            // block y
    {4, 64},              // block z
    {5, 2147483647},      // grid x
    {6, 65535},           // grid y
    {7, 65535},           // grid z
    {8, kDefaultShared},  // shared memory of a block
    {9, 65536},           // constant memory
    {10, 32},             // warp size
    {11, 2147483647},     // pitch of copies
    {12, 65536},          // registers of a block
    {13, 1000000},        // clock, kHz
    {14, 512},            // texture alignment
    {15, 1},              // copies beside kernels
    {31, 1},              // concurrent kernels
    {36, 1000000},        // memory clock, kHz
    {37, 64},             // memory bus, bits
    {38, 1048576},        // level-2 cache
    {40, 1},              // copy engines
    {41, 1},              // one address space for host and devices
    {51, 32},             // texture pitch alignment
    {78, 1},              // stream priorities
    {79, 1},              // global level-1 cache
    {80, 1},              // local level-1 cache
    {82, 65536},          // registers of a multiprocessor
    {87, 32},             // single to double precision
    {90, 1},              // compute preemption
    {99, 1},              // cuMemHostRegister
    {106, kBlocksPerProcessor},
    {115, 1},  // cuMemAllocAsync
};

}  // namespace

int sharedPerProcessor() { return config().capability >= 80 ? 102400 : 65536; }

int sharedOptIn() {
  return config().capability >= 80 ? sharedPerProcessor() - kReservedShared : sharedPerProcessor();
}

int threadsPerProcessor() { return config().capability >= 80 ? 1536 : 1024; }

int deviceAttribute(int attribute, int device) {
  switch (attribute) {
    case 16:
      return config().multiprocessors;
    case 33:  // PCI bus
      return device + 1;
    case 39:
      return threadsPerProcessor();
    case 75:
      return config().capability / 10;
    case 76:
      return config().capability % 10;
    case 81:
      return sharedPerProcessor();
    case 84:  // several GPUs on one board
      return 0;
    case 85:
      return device;
    case 97:
      return sharedOptIn();
    case 111:
      return config().capability >= 80 ? kReservedShared : 0;
    default:
      for (const Attribute& known : kAttributes)
        if (known.number == attribute) return known.value;
      return 0;
  }
}

}  // namespace softcuda
