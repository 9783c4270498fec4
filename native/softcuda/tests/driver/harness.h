// Tests of the driver as a program meets it: by dlopen and by names. Each test runs in a process of
// its own, with the SOFTCUDA_* variables that it asks for and a report file of its own.
#ifndef SOFTCUDA_TESTS_DRIVER_HARNESS_H
#define SOFTCUDA_TESTS_DRIVER_HARNESS_H

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace test {

using Environment = std::vector<std::pair<std::string, std::string>>;

struct Registration {
  Registration(const char* name, Environment environment, void (*body)());
};

void* symbol(
    const char* name);  // in libcuda.so.1 or, by prefix, libcublas.so.12; ends the test if missing
void fail(const char* file, int line, const std::string& message);
std::string report();                                  // what SOFTCUDA_REPORT has by now
size_t findings(const std::string& check);             // how many of a kind
int childFindings(const std::function<void()>& body);  // lines reported by a child that exits
extern const char* const kScale;                       // PTX: scale(float* x, unsigned n, float f)

// Calls by name. Arguments must have the exact types of the parameters: size_t{4}, not 4.
template <class... Arguments>
int cu(const char* name, Arguments... arguments) {
  return reinterpret_cast<int (*)(Arguments...)>(symbol(name))(arguments...);
}

template <class A, class B>
void equal(const A& expected, const B& actual, const char* file, int line, const char* text) {
  if (expected == actual) return;
  std::ostream& out = std::cerr;
  out << "  expected " << expected << ", got " << actual << ": ";
  fail(file, line, text);
}

#define EQUAL(expected, actual) ::test::equal(expected, actual, __FILE__, __LINE__, #actual)
#define OK(call) EQUAL(0, call)
#define CHECK(condition) \
  if (!(condition)) ::test::fail(__FILE__, __LINE__, #condition)
#define TEST(name, ...)                                                                           \
  static void name();                                                                             \
  static ::test::Registration name##_registration(#name, ::test::Environment{__VA_ARGS__}, name); \
  static void name()

// The usual beginning: device 0's primary context, current.
void* begin();
uint64_t allocate(size_t bytes);
uint64_t upload(const std::vector<float>& values);
std::vector<float> download(uint64_t address, size_t count);
void* function(const char* ptx, const char* name);
int launchScale(void* function, uint64_t x, unsigned n, float factor, void* stream = nullptr,
                unsigned blocks = 1);
float* pinned(size_t count);

}  // namespace test

#endif
