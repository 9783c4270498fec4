// What a device answers to cuDeviceGetAttribute.
#ifndef SOFTCUDA_ATTRIBUTES_H
#define SOFTCUDA_ATTRIBUTES_H

namespace softcuda {

constexpr int kLastAttribute = 147;
constexpr int kMaxThreads = 1024;
constexpr int kDefaultShared = 49152;  // of a block, without asking for more
constexpr int kReservedShared = 1024;  // of a block, from capability 8.0 on
constexpr int kBlocksPerProcessor = 16;

int deviceAttribute(int attribute, int device);
int sharedPerProcessor();  // bytes
int sharedOptIn();         // bytes a block can have at most
int threadsPerProcessor();

}  // namespace softcuda

#endif
