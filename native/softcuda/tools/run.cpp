// Runs one kernel of a PTX or CUDA file on the software device, and says what the checks found and
// what the launch cost:
//
//   softcuda_run saxpy.cu saxpy --grid 4 --block 256 i32=1000 f32=2 'f32[1000]=iota' 'f32[1000]=1'
#include <dlfcn.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr const char* kUsage =
    R"(softcuda_run FILE KERNEL [--grid X[,Y[,Z]]] [--block X[,Y[,Z]]] [--shared BYTES] [ARGUMENT...]

FILE is PTX or, where nvcc is on the PATH, CUDA C++. An argument is a number or a buffer:
  i32=7  i64=7  f32=0.5  f64=0.5      a number
  f32[1000]                           a buffer that was never written (for results)
  f32[1000]=0.5                       filled with a number; also i32, i64, f64
  f32[1000]=iota                      0, 1, 2, ...
  f32[1000]=random                    the same numbers in [-1, 1) every time, of integers 0 to 99
SOFTCUDA_CHECK, SOFTCUDA_SEED, SOFTCUDA_CC and the others mean what they mean anywhere.
)";

[[noreturn]] void stop(const std::string& message) {
  std::fprintf(stderr, "softcuda_run: %s\n", message.c_str());
  std::exit(2);
}

template <class... Arguments>
int call(const char* name, Arguments... arguments) {
  static void* library = dlopen(SOFTCUDA_LIBRARY, RTLD_NOW);
  if (!library) stop(dlerror());
  return reinterpret_cast<int (*)(Arguments...)>(dlsym(library, name))(arguments...);
}

template <class... Arguments>
void must(const char* name, Arguments... arguments) {
  const char* text = "?";
  const int code = call(name, arguments...);
  if (code == 0) return;
  call("cuGetErrorName", code, &text);
  stop(std::string(name) + ": " + text);
}

struct Argument {
  std::string type;
  size_t count = 0;  // 0: a number
  std::string value;
  uint64_t salt = 0;  // so that random buffers differ
  uint64_t word = 0;  // what the kernel gets: the number's bits, or the address

  size_t bytes() const { return type[1] == '6' ? 8 : 4; }
  bool integer() const { return type[0] == 'i'; }

  uint64_t bits(double number) const {
    uint64_t result = 0;
    const auto put = [&](auto converted) { std::memcpy(&result, &converted, sizeof converted); };
    if (type == "f32") put(static_cast<float>(number));
    if (type == "f64") put(number);
    if (type == "i32") put(static_cast<int32_t>(number));
    if (type == "i64") put(static_cast<int64_t>(number));
    return result;
  }

  double number(const uint8_t* from) const {
    const auto get = [&](auto kind) {
      std::memcpy(&kind, from, sizeof kind);
      return static_cast<double>(kind);
    };
    if (type == "f32") return get(float{});
    if (type == "f64") return get(double{});
    return type == "i32" ? get(int32_t{}) : get(int64_t{});
  }
};

double parse(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end) stop("not a number: '" + text + "'");
  return number;
}

Argument readArgument(const std::string& text) {
  Argument argument;
  const size_t equals = text.find('=');
  const std::string left = text.substr(0, equals);
  if (equals != std::string::npos) argument.value = text.substr(equals + 1);
  argument.type = left.substr(0, 3);
  for (const char* known : {"i32", "i64", "f32", "f64", ""}) {
    if (!*known) stop("not an argument: '" + text + "'");
    if (argument.type == known) break;
  }
  if (left.size() > 3 && left[3] == '[')
    argument.count = static_cast<size_t>(parse(left.substr(4, left.find(']') - 4)));
  else
    argument.word = argument.bits(parse(argument.value));
  return argument;
}

double element(const Argument& argument, size_t index) {
  if (argument.value == "iota") return static_cast<double>(index);
  if (argument.value != "random") return parse(argument.value);
  uint64_t hash = (index + 1 + (argument.salt << 40)) * 0x9e3779b97f4a7c15u;
  hash = (hash ^ hash >> 29) * 0xbf58476d1ce4e5b9u;
  const double unit = static_cast<double>(hash >> 40) / (1 << 24);
  return argument.integer() ? static_cast<double>(hash >> 40 & 0xffff) * 100 / 65536 : 2 * unit - 1;
}

void upload(Argument& argument) {
  must("cuMemAlloc_v2", &argument.word, argument.count * argument.bytes());
  if (argument.value.empty()) return;
  std::vector<uint8_t> host(argument.count * argument.bytes());
  for (size_t i = 0; i < argument.count; i++) {
    const uint64_t bits = argument.bits(element(argument, i));
    std::memcpy(&host[i * argument.bytes()], &bits, argument.bytes());
  }
  must("cuMemcpyHtoD_v2", argument.word, static_cast<const void*>(host.data()), host.size());
}

void show(const Argument& argument, size_t index) {
  constexpr size_t kShown = 8;
  std::vector<uint8_t> host(argument.count * argument.bytes());
  must("cuMemcpyDtoH_v2", static_cast<void*>(host.data()), argument.word, host.size());
  double sum = 0;
  std::printf("argument %zu:", index);
  for (size_t i = 0; i < argument.count; i++) {
    const double number = argument.number(&host[i * argument.bytes()]);
    if (i < kShown) std::printf(" %.9g", number);
    sum += number;
  }
  std::printf("%s   (sum %.9g)\n", argument.count > kShown ? " ..." : "", sum);
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char letter : text) result += letter == '\'' ? "'\\''" : std::string(1, letter);
  return result + "'";
}

// The PTX of a file: its own, or what nvcc makes of it, with lines for the findings.
std::string ptxOf(const std::string& path) {
  if (path.size() < 3 || path.substr(path.size() - 3) != ".cu") return path;
  char output[] = "/tmp/softcuda_XXXXXX.ptx";
  if (mkstemps(output, 4) < 0) stop("no temporary file can be made");
  const std::string command =
      "nvcc -ptx -lineinfo -arch=compute_80 -o " + quoted(output) + " " + quoted(path);
  if (std::system(command.c_str()) != 0) stop("nvcc failed: " + command);
  return output;
}

void readSizes(const std::string& text, unsigned sizes[3]) {
  if (std::sscanf(text.c_str(), "%u,%u,%u", &sizes[0], &sizes[1], &sizes[2]) < 1)
    stop("not a size: '" + text + "'");
}

struct Request {
  std::string file, kernel;
  unsigned grid[3] = {1, 1, 1}, block[3] = {32, 1, 1}, shared = 0;
  std::vector<Argument> arguments;
};

Request readRequest(int count, char** words) {
  Request request;
  if (count < 3) {
    std::fputs(kUsage, stderr);
    std::exit(2);
  }
  request.file = words[1];
  request.kernel = words[2];
  for (int i = 3; i < count; i++) {
    const std::string word = words[i];
    if (word.rfind("--", 0) != 0) {
      request.arguments.push_back(readArgument(word));
      request.arguments.back().salt = request.arguments.size();
      continue;
    }
    if (++i == count) stop(word + " needs a value");
    if (word == "--grid")
      readSizes(words[i], request.grid);
    else if (word == "--block")
      readSizes(words[i], request.block);
    else if (word == "--shared")
      request.shared = static_cast<unsigned>(parse(words[i]));
    else
      stop("unknown: " + word);
  }
  return request;
}

void* load(const Request& request) {
  char log[4000] = "";
  int options[] = {5, 6};  // the error log and its size
  void* values[] = {log, reinterpret_cast<void*>(sizeof log)};
  void *module = nullptr, *function = nullptr;
  const std::string path = ptxOf(request.file);
  std::string text;
  if (FILE* file = std::fopen(path.c_str(), "rb")) {
    for (int letter; (letter = std::fgetc(file)) != EOF;) text += static_cast<char>(letter);
    std::fclose(file);
  } else {
    stop("cannot read " + path);
  }
  if (path != request.file) std::remove(path.c_str());
  if (call("cuModuleLoadDataEx", &module, text.c_str(), 2u, &options[0], &values[0]) != 0)
    stop(log);
  must("cuModuleGetFunction", &function, module, request.kernel.c_str());
  return function;
}

}  // namespace

int main(int count, char** words) {
  Request request = readRequest(count, words);
  setenv("SOFTCUDA_COUNTERS", "-", 0);
  void* context = nullptr;
  must("cuInit", 0u);
  must("cuDevicePrimaryCtxRetain", &context, 0);
  must("cuCtxSetCurrent", context);
  void* function = load(request);
  must("cuFuncSetAttribute", function, 8, static_cast<int>(request.shared));
  std::vector<void*> parameters;
  for (Argument& argument : request.arguments) {
    if (argument.count) upload(argument);
    parameters.push_back(&argument.word);
  }
  parameters.resize(parameters.size() + 256);  // null where the kernel takes more: refused
  const unsigned *grid = request.grid, *block = request.block;
  must("cuLaunchKernel", function, grid[0], grid[1], grid[2], block[0], block[1], block[2],
       request.shared, static_cast<void*>(nullptr), parameters.data(),
       static_cast<void**>(nullptr));
  must("cuCtxSynchronize");
  for (size_t i = 0; i < request.arguments.size(); i++)
    if (request.arguments[i].count) show(request.arguments[i], i);
  for (const Argument& argument : request.arguments)
    if (argument.count) must("cuMemFree_v2", argument.word);
  return 0;
}
