// Functions: attributes, occupancy, launches.
#include <algorithm>
#include <cstring>

#include "api.h"
#include "attributes.h"
#include "config.h"
#include "exit.h"
#include "launch.h"

using namespace softcuda;

namespace {

template <class Body>
int functionCall(const char* name, CudaHandle handle, Body body) {
  return contextCall(name, [&](Context& context) -> int {
    const std::shared_ptr<Function> function = driver().functions.find(handle);
    return function && function->context == &context ? body(*function) : kInvalidHandle;
  });
}

int blockThreads(const Kernel& kernel) {
  return kernel.max_block_threads ? static_cast<int>(kernel.max_block_threads) : kMaxThreads;
}

}  // namespace

SOFTCUDA_API cuFuncGetAttribute(int* value, int attribute, CudaHandle handle) {
  return functionCall("cuFuncGetAttribute", handle, [&](Function& function) -> int {
    const Kernel& kernel = *function.kernel;
    const int answers[] = {blockThreads(kernel),
                           static_cast<int>(kernel.static_shared_bytes),
                           0,  // constant bytes
                           static_cast<int>(kernel.local_bytes),
                           static_cast<int>(kernel.register_hint),  // only ptxas knows: 0
                           function.module->ptx_version,
                           config().capability,
                           0,  // cache mode
                           function.max_dynamic_shared,
                           function.carveout};
    if (!value || attribute < 0 || attribute > 15) return kInvalidValue;
    *value = attribute < 10 ? answers[attribute] : 0;
    return kSuccess;
  });
}

SOFTCUDA_API cuFuncSetAttribute(CudaHandle handle, int attribute, int value) {
  return functionCall("cuFuncSetAttribute", handle, [&](Function& function) -> int {
    if (attribute == 8) {
      const int most = sharedOptIn() - static_cast<int>(function.kernel->static_shared_bytes);
      if (value < 0 || value > most) return kInvalidValue;
      function.max_dynamic_shared = value;
      return kSuccess;
    }
    if (attribute != 9 || value < -1 || value > 100) return kInvalidValue;
    function.carveout = value;
    return kSuccess;
  });
}

SOFTCUDA_API cuFuncSetCacheConfig(CudaHandle handle, int) {
  return functionCall("cuFuncSetCacheConfig", handle, [](Function&) -> int { return kSuccess; });
}

SOFTCUDA_API cuFuncGetModule(CudaHandle* module, CudaHandle handle) {
  return functionCall("cuFuncGetModule", handle, [&](Function& function) -> int {
    if (!module) return kInvalidValue;
    *module = function.owner;
    return kSuccess;
  });
}

namespace {

// By threads, shared memory and the number of blocks alone: registers are ptxas's secret.
int activeBlocks(const Function& function, int threads, size_t dynamic_shared) {
  const size_t warps = (threads + 31) / 32;
  const size_t reserved = config().capability >= 80 ? kReservedShared : 0;
  const size_t shared = function.kernel->static_shared_bytes + dynamic_shared + reserved;
  size_t blocks = kBlocksPerProcessor;
  blocks = std::min<size_t>(blocks, threadsPerProcessor() / (warps * 32));
  if (shared) blocks = std::min<size_t>(blocks, sharedPerProcessor() / shared);
  return static_cast<int>(blocks);
}

bool badThreads(const Function& function, int threads) {
  return threads < 1 || threads > blockThreads(*function.kernel);
}

int occupancy(const char* name, int* blocks, CudaHandle handle, int threads, size_t shared) {
  return functionCall(name, handle, [&](Function& function) -> int {
    if (!blocks || badThreads(function, threads)) return kInvalidValue;
    *blocks = activeBlocks(function, threads, shared);
    return kSuccess;
  });
}

using SharedForThreads = size_t (*)(int threads);

int bestBlock(const char* name, int* grid, int* block, CudaHandle handle,
              SharedForThreads shared_of, size_t shared, int limit) {
  return functionCall(name, handle, [&](Function& function) -> int {
    if (!grid || !block || limit < 0) return kInvalidValue;
    const int most = blockThreads(*function.kernel);
    int best = -1;
    for (int threads = limit ? std::min(limit, most) : most; threads > 0;
         threads = (threads - 1) / 32 * 32) {
      const int blocks = activeBlocks(function, threads, shared_of ? shared_of(threads) : shared);
      if (blocks * threads <= best) continue;
      best = blocks * threads;
      *grid = blocks * deviceAttribute(16, 0);
      *block = threads;
    }
    return kSuccess;
  });
}

}  // namespace

SOFTCUDA_API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CudaHandle handle,
                                                         int threads, size_t shared) {
  return occupancy("cuOccupancyMaxActiveBlocksPerMultiprocessor", blocks, handle, threads, shared);
}

SOFTCUDA_API cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, CudaHandle handle,
                                                                  int threads, size_t shared,
                                                                  unsigned) {
  return occupancy("cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags", blocks, handle, threads,
                   shared);
}

SOFTCUDA_API cuOccupancyMaxPotentialBlockSize(int* grid, int* block, CudaHandle handle,
                                              SharedForThreads shared_of, size_t shared,
                                              int limit) {
  return bestBlock("cuOccupancyMaxPotentialBlockSize", grid, block, handle, shared_of, shared,
                   limit);
}

SOFTCUDA_API cuOccupancyMaxPotentialBlockSizeWithFlags(int* grid, int* block, CudaHandle handle,
                                                       SharedForThreads shared_of, size_t shared,
                                                       int limit, unsigned) {
  return bestBlock("cuOccupancyMaxPotentialBlockSizeWithFlags", grid, block, handle, shared_of,
                   shared, limit);
}

SOFTCUDA_API cuOccupancyAvailableDynamicSMemPerBlock(size_t* bytes, CudaHandle handle, int blocks,
                                                     int threads) {
  return functionCall(
      "cuOccupancyAvailableDynamicSMemPerBlock", handle, [&](Function& function) -> int {
        if (!bytes || blocks < 1 || badThreads(function, threads)) return kInvalidValue;
        const int reserved = config().capability >= 80 ? kReservedShared : 0;
        const int each = std::min(sharedPerProcessor() / blocks - reserved, sharedOptIn());
        const int left = each - static_cast<int>(function.kernel->static_shared_bytes);
        *bytes = std::max(left, 0);
        return kSuccess;
      });
}

namespace {

// The code a driver gives before anything runs, or 0.
int refuse(const Function& function, const Launch& launch) {
  const Kernel& kernel = *function.kernel;
  const Dim3 &grid = launch.grid, &block = launch.block;
  if (grid.count() == 0 || block.count() == 0) return kInvalidValue;
  if (grid.x > 2147483647u || grid.y > 65535 || grid.z > 65535) return kInvalidValue;
  if (block.x > 1024 || block.y > 1024 || block.z > 64) return kInvalidValue;
  if (block.count() > kMaxThreads) return kInvalidValue;
  if (block.count() > static_cast<uint64_t>(blockThreads(kernel))) return kOutOfResources;
  const uint32_t* required = kernel.required_threads;
  if (required[0] && (block.x != required[0] || block.y != std::max(1u, required[1]) ||
                      block.z != std::max(1u, required[2])))
    return kInvalidValue;
  const auto dynamic = static_cast<uint64_t>(launch.dynamic_shared_bytes);
  return dynamic > static_cast<uint64_t>(function.max_dynamic_shared) ? kInvalidValue : kSuccess;
}

// One pointer a parameter, or a packed buffer with its size: (void*)1, buffer, (void*)2, &size, 0.
int readParameters(const Kernel& kernel, void** pointers, void** extra, Launch& launch) {
  launch.parameters.assign(kernel.parameter_bytes, 0);
  if (kernel.parameters.empty()) return kSuccess;
  if ((pointers != nullptr) == (extra != nullptr)) return kInvalidValue;
  if (pointers) {
    for (size_t i = 0; i < kernel.parameters.size(); i++) {
      const Parameter& parameter = kernel.parameters[i];
      if (!pointers[i]) return kInvalidValue;
      std::memcpy(&launch.parameters[parameter.offset], pointers[i], parameter.bytes);
    }
    return kSuccess;
  }
  const void* buffer = nullptr;
  size_t bytes = 0;
  for (; *extra; extra += 2) {
    const auto key = reinterpret_cast<uintptr_t>(extra[0]);
    if (key == 1) buffer = extra[1];
    if (key == 2) bytes = *static_cast<const size_t*>(extra[1]);
    if (key > 2) return kInvalidValue;
  }
  const Parameter& last = kernel.parameters.back();
  if (!buffer || bytes < last.offset + last.bytes) return kInvalidValue;
  std::memcpy(launch.parameters.data(), buffer, std::min<size_t>(bytes, kernel.parameter_bytes));
  return kSuccess;
}

// Of a launch that was not refused.
uint32_t residentBlocks(const Function& function, const Launch& launch) {
  const int threads = static_cast<int>(launch.block.count());
  const int each = activeBlocks(function, threads, launch.dynamic_shared_bytes);
  return static_cast<uint32_t>(std::max(1, each * config().multiprocessors));
}

int runAndCount(const Launch& launch) {
  Counters counters;
  const int code = run(launch, counters);
  recordLaunch(launch, counters);
  return code;
}

}  // namespace

SOFTCUDA_API cuLaunchKernel(CudaHandle handle, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                            unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared,
                            CudaHandle stream_handle, void** pointers, void** extra) {
  return functionCall("cuLaunchKernel", handle, [&](Function& function) -> int {
    const std::shared_ptr<Stream> stream = findStream(*function.context, stream_handle);
    if (!stream) return kInvalidHandle;
    auto launch = std::make_shared<Launch>();
    launch->module = function.module;
    launch->kernel = function.kernel;
    launch->grid = {grid_x, grid_y, grid_z};
    launch->block = {block_x, block_y, block_z};
    launch->dynamic_shared_bytes = shared;
    launch->seed = config().seed;
    launch->level = config().level;
    launch->threads = config().threads;
    launch->max_shared_bytes = sharedOptIn();
    if (const int code = refuse(function, *launch)) return code;
    launch->resident_blocks = residentBlocks(function, *launch);
    if (const int code = readParameters(*function.kernel, pointers, extra, *launch)) return code;
    Work work;
    work.kind = Work::kKernel;
    work.what = function.kernel->name;
    work.run = [launch] { return runAndCount(*launch); };
    return submit(*stream, std::move(work));
  });
}
