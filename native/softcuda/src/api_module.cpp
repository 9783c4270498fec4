// Modules: PTX text in, functions and variables out.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

#include "api.h"
#include "attributes.h"
#include "config.h"

using namespace softcuda;

namespace {

// The JIT options that say where logs go; their sizes come in and the used sizes go out by value.
struct JitLogs {
  char* info = nullptr;
  char* error = nullptr;
  void** info_bytes = nullptr;
  void** error_bytes = nullptr;
  void** wall_time = nullptr;
};

JitLogs readOptions(unsigned count, const int* options, void** values) {
  JitLogs logs;
  for (unsigned i = 0; i < count; i++) {
    switch (options[i]) {  // numbers of CUjit_option
      case 2:
        logs.wall_time = &values[i];
        break;
      case 3:
        logs.info = static_cast<char*>(values[i]);
        break;
      case 4:
        logs.info_bytes = &values[i];
        break;
      case 5:
        logs.error = static_cast<char*>(values[i]);
        break;
      case 6:
        logs.error_bytes = &values[i];
        break;
      default:
        break;  // register limits, optimisation and caching mean nothing here
    }
  }
  return logs;
}

void writeLog(const std::string& text, char* buffer, void** bytes) {
  if (!buffer || !bytes) return;
  const auto room = static_cast<size_t>(static_cast<unsigned>(reinterpret_cast<uintptr_t>(*bytes)));
  if (room == 0) return;
  const size_t used = std::min(text.size(), room - 1);
  std::memcpy(buffer, text.data(), used);
  buffer[used] = '\0';
  *bytes = reinterpret_cast<void*>(used ? used + 1 : 0);
}

// A compiled image begins with one of these; only PTX text can be interpreted.
bool isBinary(const void* image) {
  const auto* text = static_cast<const char*>(image);  // may end after fewer than four bytes
  return !std::strncmp(text,
                       "\x7f"
                       "ELF",
                       4) ||
         !std::strncmp(text, "\x50\xed\x55\xba", 4);
}

CompileResult compileImage(Context& context, const void* image) {
  CompileResult result;
  if (isBinary(image)) {
    result.code = kNoBinaryForGpu;
    result.error_log = "softcuda: only PTX text can be loaded, not a cubin or fatbin";
    return result;
  }
  CompileOptions options;
  options.capability = config().capability;
  options.ptx_version = newestPtx(config().driver_version);
  return compile(static_cast<const char*>(image), context.memory, options);
}

int load(Context& context, CudaHandle* handle, const void* image, const JitLogs& logs) {
  if (!handle || !image) return kInvalidValue;
  const CompileResult result = compileImage(context, image);
  writeLog(result.error_log, logs.error, logs.error_bytes);
  writeLog(result.info_log, logs.info, logs.info_bytes);
  if (result.code) return result.code;
  auto loaded = std::make_shared<LoadedModule>();
  loaded->context = &context;
  loaded->module = result.module;
  *handle = driver().modules.add(loaded);
  return kSuccess;
}

template <class Body>
int moduleCall(const char* name, CudaHandle handle, Body body) {
  return contextCall(name, [&](Context& context) -> int {
    const std::shared_ptr<LoadedModule> loaded = driver().modules.find(handle);
    return loaded && loaded->context == &context ? body(*loaded) : kInvalidHandle;
  });
}

}  // namespace

SOFTCUDA_API cuModuleLoadData(CudaHandle* handle, const void* image) {
  return contextCall("cuModuleLoadData",
                     [&](Context& context) -> int { return load(context, handle, image, {}); });
}

SOFTCUDA_API cuModuleLoadDataEx(CudaHandle* handle, const void* image, unsigned count,
                                const int* options, void** values) {
  return contextCall("cuModuleLoadDataEx", [&](Context& context) -> int {
    if (count && (!options || !values)) return kInvalidValue;
    return load(context, handle, image, readOptions(count, options, values));
  });
}

SOFTCUDA_API cuModuleLoadFatBinary(CudaHandle* handle, const void* image) {
  return contextCall("cuModuleLoadFatBinary",
                     [&](Context& context) -> int { return load(context, handle, image, {}); });
}

SOFTCUDA_API cuModuleLoad(CudaHandle* handle, const char* path) {
  return contextCall("cuModuleLoad", [&](Context& context) -> int {
    if (!path) return kInvalidValue;
    std::ifstream file(path, std::ios::binary);
    if (!file) return kFileNotFound;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return load(context, handle, text.c_str(), {});
  });
}

SOFTCUDA_API cuModuleUnload(CudaHandle handle) {
  return moduleCall("cuModuleUnload", handle, [&](LoadedModule& loaded) -> int {
    finish(*loaded.context);
    driver().functions.removeIf([&](const Function& function) { return function.owner == handle; });
    Context* const context = loaded.context;
    driver().modules.remove(handle);
    return context->error;
  });
}

SOFTCUDA_API cuModuleGetFunction(CudaHandle* function, CudaHandle handle, const char* name) {
  return moduleCall("cuModuleGetFunction", handle, [&](LoadedModule& loaded) -> int {
    if (!function || !name) return kInvalidValue;
    const Kernel* kernel = loaded.module->kernel(name);
    if (!kernel) return kNotFound;
    void*& known = loaded.functions[name];
    if (!known) {
      const int dynamic = kDefaultShared - static_cast<int>(kernel->static_shared_bytes);
      known = driver().functions.add(std::make_shared<Function>(
          Function{loaded.context, handle, loaded.module, kernel, std::max(dynamic, 0)}));
    }
    *function = known;
    return kSuccess;
  });
}

SOFTCUDA_API cuModuleGetGlobal_v2(uint64_t* address, size_t* bytes, CudaHandle handle,
                                  const char* name) {
  return moduleCall("cuModuleGetGlobal_v2", handle, [&](LoadedModule& loaded) -> int {
    if (!name) return kInvalidValue;
    const Variable* variable = loaded.module->variable(name);
    if (!variable) return kNotFound;
    if (address) *address = variable->address;
    if (bytes) *bytes = variable->bytes;
    return kSuccess;
  });
}

SOFTCUDA_API cuModuleGetLoadingMode(int* mode) {
  return driverCall("cuModuleGetLoadingMode", [&](Driver&) -> int {
    if (!mode) return kInvalidValue;
    *mode = 1;  // eager
    return kSuccess;
  });
}
