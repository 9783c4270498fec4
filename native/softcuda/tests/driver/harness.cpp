#include "harness.h"

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace test {
namespace {

struct Case {
  const char* name;
  Environment environment;
  void (*body)();
};

std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

bool failed = false;

std::string reportPath() { return std::getenv("SOFTCUDA_REPORT"); }

int runChild(const Case& test) {
  const std::string path = std::string("softcuda_") + test.name + "_" + std::to_string(getpid());
  unlink(path.c_str());
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    setenv("SOFTCUDA_REPORT", path.c_str(), 1);
    for (const auto& variable : test.environment)
      setenv(variable.first.c_str(), variable.second.c_str(), 1);
    test.body();
    std::exit(failed ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  unlink(path.c_str());
  return status;
}

}  // namespace

Registration::Registration(const char* name, Environment environment, void (*body)()) {
  cases().push_back({name, std::move(environment), body});
}

void* symbol(const char* name) {
  const bool blas = !std::strncmp(name, "cublas", 6);
  void* library = dlopen(blas ? SOFTCUDA_CUBLAS_LIBRARY : SOFTCUDA_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  void* found = library ? dlsym(library, name) : nullptr;
  if (found) return found;
  std::cerr << "  " << name << ": " << dlerror() << "\n";
  std::_Exit(2);
}

void fail(const char* file, int line, const std::string& message) {
  std::cerr << file << ":" << line << ": " << message << "\n";
  failed = true;
}

std::string report() {
  std::ifstream file(reportPath());
  return {std::istreambuf_iterator<char>(file), {}};
}

size_t findings(const std::string& check) {
  const std::string text = report(), key = "\"" + check + "\"";
  size_t count = 0;
  for (size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) count++;
  return count;
}

int childFindings(const std::function<void()>& body) {
  const std::string path = reportPath() + "_child";
  unlink(path.c_str());
  const pid_t child = fork();
  if (child == 0) {
    setenv("SOFTCUDA_REPORT", path.c_str(), 1);
    body();
    std::exit(0);
  }
  waitpid(child, nullptr, 0);
  std::ifstream file(path);
  int lines = 0;
  for (std::string line; std::getline(file, line);) lines++;
  unlink(path.c_str());
  return lines;
}

const char* const kScale = R"(
.version 6.3
.target sm_75
.address_size 64

.visible .entry scale(.param .u64 x, .param .u32 n, .param .f32 f)
{
	.reg .pred %p<2>;
	.reg .f32 %f<4>;
	.reg .b32 %r<6>;
	.reg .b64 %rd<5>;

	ld.param.u64 %rd1, [x];
	ld.param.u32 %r1, [n];
	ld.param.f32 %f1, [f];
	mov.u32 %r2, %ctaid.x;
	mov.u32 %r3, %ntid.x;
	mov.u32 %r4, %tid.x;
	mad.lo.s32 %r5, %r2, %r3, %r4;
	setp.ge.u32 %p1, %r5, %r1;
	@%p1 bra $done;
	cvta.to.global.u64 %rd2, %rd1;
	mul.wide.u32 %rd3, %r5, 4;
	add.s64 %rd4, %rd2, %rd3;
	ld.global.f32 %f2, [%rd4];
	mul.f32 %f3, %f2, %f1;
	st.global.f32 [%rd4], %f3;
$done:
	ret;
}
)";

void* begin() {
  void* context = nullptr;
  OK(cu("cuInit", 0u));
  OK(cu("cuDevicePrimaryCtxRetain", &context, 0));
  OK(cu("cuCtxSetCurrent", context));
  return context;
}

uint64_t allocate(size_t bytes) {
  uint64_t address = 0;
  OK(cu("cuMemAlloc_v2", &address, bytes));
  return address;
}

uint64_t upload(const std::vector<float>& values) {
  const uint64_t address = allocate(values.size() * sizeof(float));
  OK(cu("cuMemcpyHtoD_v2", address, values.data(), values.size() * sizeof(float)));
  return address;
}

std::vector<float> download(uint64_t address, size_t count) {
  std::vector<float> values(count);
  OK(cu("cuMemcpyDtoH_v2", values.data(), address, count * sizeof(float)));
  return values;
}

void* function(const char* ptx, const char* name) {
  void *module = nullptr, *found = nullptr;
  OK(cu("cuModuleLoadData", &module, ptx));
  OK(cu("cuModuleGetFunction", &found, module, name));
  return found;
}

int launchScale(void* function, uint64_t x, unsigned n, float factor, void* stream,
                unsigned blocks) {
  void* parameters[] = {&x, &n, &factor};
  return cu("cuLaunchKernel", function, blocks, 1u, 1u, 32u, 1u, 1u, 0u, stream, &parameters[0],
            static_cast<void**>(nullptr));
}

float* pinned(size_t count) {
  void* address = nullptr;
  OK(cu("cuMemAllocHost_v2", &address, count * sizeof(float)));
  return static_cast<float*>(address);
}

}  // namespace test

int main() {
  int bad = 0;
  for (const auto& test : test::cases()) {
    const int status = test::runChild(test);
    if (status == 0) continue;
    std::cout << "FAILED " << test.name << " (status " << status << ")\n";
    bad++;
  }
  std::cout << test::cases().size() - bad << " of " << test::cases().size() << " passed\n";
  return bad ? 1 : 0;
}
