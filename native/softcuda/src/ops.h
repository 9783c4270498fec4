// What the files of instructions (ops_*.cpp) share: loops over a warp's lanes, and the tables they
// fill.
#ifndef SOFTCUDA_OPS_H
#define SOFTCUDA_OPS_H

#include <cstring>
#include <string>
#include <unordered_map>

#include "warp.h"

namespace softcuda {

// Operands of an instruction with one spelling, one letter each, the result first: p predicate, h
// 16 bits, w 32, d 64.
struct Operation {
  const char* operands;
  Kind kind;
  Handler handler;
  uint8_t fma = 0;
};
using OperationTable = std::unordered_map<std::string, Operation>;

void addIntegerOperations(OperationTable& table);
void addBitOperations(OperationTable& table);
void addFloatOperations(OperationTable& table);
void addSpecialOperations(OperationTable& table);
void addRoundedOperations(OperationTable& table);
void addHalfOperations(OperationTable& table);
const OperationTable& operationTable();

// Families whose operands need more than a letter. Null: no such instruction.
Handler compareHandler(const std::string& comparison, const std::string& type);
Handler selectHandler(size_t bytes);
Handler frequentConversion(const std::string& spelling);  // "rn.f16.f32"
Handler generalConversion(const std::string& to, const std::string& from,
                          const std::string& rounding, bool saturate, bool flush, bool relu,
                          int64_t& packed);
Handler loadHandler(const std::string& type, size_t register_bytes);
Handler storeHandler(size_t bytes, size_t register_bytes);
Handler parameterHandler(const std::string& type, size_t register_bytes);
Handler atomicHandler(const std::string& operation, const std::string& type);
Handler shuffleHandler(const std::string& mode);
Handler voteHandler(const std::string& mode);
Handler matchHandler(const std::string& mode, size_t bytes);
Handler reduxHandler(const std::string& operation, const std::string& type);
Handler activeMaskHandler();
Handler spaceTestHandler(Space space);
Handler moveHandler(size_t bytes);  // 0: predicate
Handler packHandler(size_t bytes, size_t parts, bool unpack);
Handler windowHandler(Space space, bool to, size_t address_bytes);
Handler copyAsyncHandler();
Handler copyCommitHandler();
Handler copyWaitHandler(bool all);
Handler loadMatrixHandler(bool transposed);
Handler mmaHandler(const std::string& shape, const std::string& types);
Handler wmmaLoadHandler(char fragment, const std::string& shape, bool row);
Handler wmmaStoreHandler(const std::string& shape, bool row);
Handler wmmaHandler(const std::string& shape);
Handler barrierSync();
Handler barrierReduce();
Handler noOperation();
Handler deviceFence();

// Instruction::offset of barriers.
enum { kBarrierPlain, kBarrierPopc, kBarrierAnd, kBarrierOr };
// Instruction::offset of setp and of predicate logic: how a comparison joins the third predicate.
enum { kJoinNone, kJoinAnd, kJoinOr, kJoinXor };

inline bool has(Mask mask, int lane) { return mask >> lane & 1; }

inline void setPredicate(Warp& warp, uint32_t slot, Mask mask, Mask value) {
  Mask& predicate = warp.predicate(slot);
  predicate = (predicate & ~mask) | (value & mask);
}

// d[lane] = value(lane) for the lanes of the mask. Results never depend on other lanes' results.
template <class D, class F>
inline __attribute__((always_inline)) void forLanes(D* d, Mask mask, F value) {
  if (__builtin_expect(mask == kAllLanes, 1)) {
#pragma GCC ivdep
    for (int lane = 0; lane < kLanes; ++lane) d[lane] = value(lane);
  } else {
    for (Mask left = mask; left != 0; left &= left - 1) {
      int lane = firstLane(left);
      d[lane] = value(lane);
    }
  }
}

template <class T, auto F, class D = T>
void unary(Warp& warp, const Instruction& i, Mask mask) {
  const T* a = warp.at<T>(i.a);
  forLanes(warp.at<D>(i.d), mask, [=](int lane) { return F(a[lane]); });
}

template <class T, auto F, class D = T, class B = T>
void binary(Warp& warp, const Instruction& i, Mask mask) {
  const T* a = warp.at<T>(i.a);
  const B* b = warp.at<B>(i.b);
  forLanes(warp.at<D>(i.d), mask, [=](int lane) { return F(a[lane], b[lane]); });
}

template <class T, auto F, class D = T, class B = T, class C = D>
void ternary(Warp& warp, const Instruction& i, Mask mask) {
  const T* a = warp.at<T>(i.a);
  const B* b = warp.at<B>(i.b);
  const C* c = warp.at<C>(i.c);
  forLanes(warp.at<D>(i.d), mask, [=](int lane) { return F(a[lane], b[lane], c[lane]); });
}

// A fourth operand from the list of slots.
template <class T, auto F>
void quaternary(Warp& warp, const Instruction& i, Mask mask) {
  const T* a = warp.at<T>(i.a);
  const T* b = warp.at<T>(i.b);
  const T* c = warp.at<T>(i.c);
  const T* e = warp.at<T>((*i.slots)[0]);
  forLanes(warp.at<T>(i.d), mask, [=](int lane) { return F(a[lane], b[lane], c[lane], e[lane]); });
}

}  // namespace softcuda

#endif
