// Functions of two integers that more than one family of instructions has.
#ifndef SOFTCUDA_INTEGERS_H
#define SOFTCUDA_INTEGERS_H

namespace softcuda {

template <class T>
inline T least(T a, T b) {
  return a < b ? a : b;
}
template <class T>
inline T most(T a, T b) {
  return a > b ? a : b;
}
template <class T>
inline T bitAnd(T a, T b) {
  return a & b;
}
template <class T>
inline T bitOr(T a, T b) {
  return a | b;
}
template <class T>
inline T bitXor(T a, T b) {
  return a ^ b;
}

}  // namespace softcuda

#endif
