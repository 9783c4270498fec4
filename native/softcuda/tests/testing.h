// What the tests share: checks that count failures, device buffers, compiling and launching.
#ifndef SOFTCUDA_TESTS_TESTING_H
#define SOFTCUDA_TESTS_TESTING_H

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "launch.h"
#include "module.h"

namespace softcuda::testing {

inline int failures = 0;

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
      ++softcuda::testing::failures;                                               \
    }                                                                              \
  } while (false)

inline int finish() {
  if (failures != 0) std::fprintf(stderr, "%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}

inline std::string readFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    std::exit(2);
  }
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string trial(const std::string& name) {
  return readFile(std::string(SOFTCUDA_TRIALS) + "/" + name);
}

inline std::shared_ptr<Module> compileOrDie(const std::string& ptx, Memory& memory) {
  CompileResult result = compile(ptx, memory);
  if (result.module != nullptr) return result.module;
  std::fprintf(stderr, "compile: %d %s\n", result.code, result.error_log.c_str());
  std::exit(2);
}

// Device memory of n values, filled from the host or left as it is.
template <class T>
class Buffer {
 public:
  Buffer(Memory& memory, size_t n)
      : memory_(memory), size_(n), address(memory.allocate(n * sizeof(T), "buffer")) {}
  Buffer(Memory& memory, const std::vector<T>& values) : Buffer(memory, values.size()) {
    put(values);
  }
  ~Buffer() { memory_.release(address); }
  void put(const std::vector<T>& values) {
    std::memcpy(memory_.host(address), values.data(), values.size() * sizeof(T));
    memory_.markWritten(address, values.size() * sizeof(T));
  }
  std::vector<T> get() const {
    std::vector<T> values(size_);
    std::memcpy(values.data(), memory_.host(address), size_ * sizeof(T));
    return values;
  }

 private:
  Memory& memory_;
  size_t size_;

 public:
  const DeviceAddress address;
};

struct Arguments {
  template <class T>
  Arguments& add(T value) {
    size_t offset = (bytes.size() + sizeof(T) - 1) / sizeof(T) * sizeof(T);
    bytes.resize(offset + sizeof(T));
    std::memcpy(bytes.data() + offset, &value, sizeof(T));
    return *this;
  }
  std::vector<uint8_t> bytes;
};

template <class... T>
Arguments arguments(T... values) {
  Arguments result;
  (result.add(values), ...);
  return result;
}

inline Launch launchOf(const std::shared_ptr<Module>& module, const std::string& kernel, Dim3 grid,
                       Dim3 block, const Arguments& arguments) {
  Launch launch;
  launch.module = module;
  launch.kernel = module->kernel(kernel);
  if (launch.kernel == nullptr) {
    std::fprintf(stderr, "no kernel %s\n", kernel.c_str());
    std::exit(2);
  }
  launch.grid = grid;
  launch.block = block;
  launch.parameters = arguments.bytes;
  launch.level = kRaces;
  return launch;
}

}  // namespace softcuda::testing

#endif
