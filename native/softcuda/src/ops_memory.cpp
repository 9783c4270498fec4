// ld and st of every width and space, ld.param of what the launch gave, and the address windows of
// generic pointers.
#include "access.h"
#include "ops.h"

namespace softcuda {
namespace {

// Eight lanes whose accesses lie side by side: kCount elements each.
template <class T, class R, int kCount>
void readSideBySide(const uint8_t* from, R* const* to, int lane) {
  T values[8 * kCount];
  std::memcpy(values, from, sizeof values);
  for (int k = 0; k < kCount; ++k) {
    for (int l = 0; l < 8; ++l) to[k][lane + l] = static_cast<R>(values[l * kCount + k]);
  }
}

template <class T, class R>
void readGroup(const Reach& at, R* const* to, int count, int lane) {
  const uint8_t* from = at.origin + at.address[lane];
  if (at.group[lane / 8] == Pattern::kUniform) {
    for (int k = 0; k < count; ++k) {
      T value;
      std::memcpy(&value, from + k * sizeof(T), sizeof value);
      for (int l = 0; l < 8; ++l) to[k][lane + l] = static_cast<R>(value);
    }
  } else if (at.group[lane / 8] == Pattern::kContiguous) {
    if (count == 1) return readSideBySide<T, R, 1>(from, to, lane);
    if (count == 2) return readSideBySide<T, R, 2>(from, to, lane);
    readSideBySide<T, R, 4>(from, to, lane);
  } else {
    for (int l = lane; l < lane + 8; ++l) {
      T values[4];
      std::memcpy(values, at.origin + at.address[l], count * sizeof(T));
      for (int k = 0; k < count; ++k) to[k][l] = static_cast<R>(values[k]);
    }
  }
}

// T: what memory holds; R: the register's lane, maybe wider.
template <class T, class R>
void read(Warp& warp, const Instruction& i, Mask mask, const Reach& at) {
  const uint32_t* slots = i.slots == nullptr ? &i.d : i.slots->data();
  if (mask == kAllLanes) {
    R ignored[kLanes];
    R* to[4];
    for (int k = 0; k < i.count; ++k) to[k] = slots[k] != 0 ? warp.at<R>(slots[k]) : ignored;
    for (int lane = 0; lane < kLanes; lane += 8) readGroup<T, R>(at, to, i.count, lane);
    return;
  }
  for (int k = 0; k < i.count; ++k) {
    if (slots[k] == 0) continue;  // _
    const uint8_t* origin = at.origin + k * sizeof(T);
    forLanes(warp.at<R>(slots[k]), mask, [&](int lane) {
      T value;
      std::memcpy(&value, origin + at.address[lane], sizeof value);
      return static_cast<R>(value);
    });
  }
}

template <class T, class R>
void load(Warp& warp, const Instruction& i, Mask mask) {
  Reach at;
  while (mask != 0) {
    Mask part = sameSpace(warp, i, mask);
    reach(warp, i, part, at);
    if (warp.worker->level >= kShadow) shadowRead(warp, i, part, at, i.bytes);
    read<T, R>(warp, i, part, at);
    mask &= ~part;
  }
}

// Lanes in ascending order: of several that write the same place the highest one's value stays.
template <class T, class R>
void write(Warp& warp, const Instruction& i, Mask mask, const Reach& at) {
  const uint32_t* slots = i.slots == nullptr ? &i.b : i.slots->data();
  for (int k = 0; k < i.count; ++k) {
    const R* values = warp.at<R>(slots[k]);
    if (i.count == 1 && at.shape == Pattern::kContiguous && mask == kAllLanes) {
      alignas(64) T packed[kLanes];
      for (int lane = 0; lane < kLanes; ++lane) packed[lane] = static_cast<T>(values[lane]);
      std::memcpy(at.origin + at.address[0], packed, sizeof packed);
      return;
    }
    for (Mask left = mask; left != 0; left &= left - 1) {
      int lane = firstLane(left);
      T value = static_cast<T>(values[lane]);
      std::memcpy(at.origin + at.address[lane] + k * sizeof(T), &value, sizeof value);
    }
  }
}

template <class T, class R>
void store(Warp& warp, const Instruction& i, Mask mask) {
  Reach at;
  while (mask != 0) {
    Mask part = sameSpace(warp, i, mask);
    reach(warp, i, part, at);
    if (warp.worker->level >= kShadow) shadowWrite(warp, i, part, at, i.bytes);
    write<T, R>(warp, i, part, at);
    mask &= ~part;
  }
}

// A parameter at a fixed place: the same for all lanes.
template <class T, class R>
void parameter(Warp& warp, const Instruction& i, Mask mask) {
  const uint32_t* slots = i.slots == nullptr ? &i.d : i.slots->data();
  for (int k = 0; k < i.count; ++k) {
    T value;
    std::memcpy(&value, warp.worker->launch->parameters.data() + i.offset + k * sizeof(T),
                sizeof value);
    forLanes(warp.at<R>(slots[k]), mask, [=](int) { return static_cast<R>(value); });
  }
}

template <class T, class R, bool kParameter>
Handler reader() {
  return kParameter ? Handler{parameter<T, R>} : Handler{load<T, R>};
}

template <class T, bool kParameter>
Handler into(size_t register_bytes) {
  if (register_bytes < sizeof(T)) return nullptr;
  if constexpr (sizeof(T) <= 2) {
    if (register_bytes == 2) return reader<T, uint16_t, kParameter>();
  }
  if constexpr (sizeof(T) <= 4) {
    if (register_bytes == 4) return reader<T, uint32_t, kParameter>();
  }
  return register_bytes == 8 ? reader<T, uint64_t, kParameter>() : nullptr;
}

template <bool kParameter>
Handler readerOf(const std::string& type, size_t register_bytes) {
  if (type == "s8") return into<int8_t, kParameter>(register_bytes);
  if (type == "s16") return into<int16_t, kParameter>(register_bytes);
  if (type == "s32") return into<int32_t, kParameter>(register_bytes);
  size_t bytes =
      type.back() == '8' ? 1 : std::stoul("0" + type.substr(type.find_first_of("123456"))) / 8;
  if (bytes == 1) return into<uint8_t, kParameter>(register_bytes);
  if (bytes == 2) return into<uint16_t, kParameter>(register_bytes);
  return bytes == 4 ? into<uint32_t, kParameter>(register_bytes)
                    : into<uint64_t, kParameter>(register_bytes);
}

template <Space kSpace, bool kTo>
void window(Warp& warp, const Instruction& i, Mask mask) {
  const Memory& memory = *warp.worker->memory;
  const uint64_t start = kSpace == Space::kShared ? memory.sharedWindow() : memory.localWindow();
  const uint64_t* a = warp.at<uint64_t>(i.a);
  forLanes(warp.at<uint64_t>(i.d), mask,
           [=](int lane) { return kTo ? a[lane] - start : a[lane] + start; });
}

template <Space kSpace>
void isIn(Warp& warp, const Instruction& i, Mask mask) {
  const Memory& memory = *warp.worker->memory;
  const uint64_t* a = warp.at<uint64_t>(i.a);
  Mask result = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    bool shared = a[lane] - memory.sharedWindow() < Memory::kWindow;
    bool local = a[lane] - memory.localWindow() < Memory::kWindow;
    bool inside = kSpace == Space::kShared  ? shared
                  : kSpace == Space::kLocal ? local
                                            : !shared && !local;
    result |= Mask{inside} << lane;
  }
  setPredicate(warp, i.d, mask, result);
}

}  // namespace

Handler loadHandler(const std::string& type, size_t register_bytes) {
  return readerOf<false>(type, register_bytes);
}

Handler parameterHandler(const std::string& type, size_t register_bytes) {
  return readerOf<true>(type, register_bytes);
}

Handler storeHandler(size_t bytes, size_t register_bytes) {
  if (bytes == 1) {
    return register_bytes == 2   ? store<uint8_t, uint16_t>
           : register_bytes == 4 ? store<uint8_t, uint32_t>
                                 : store<uint8_t, uint64_t>;
  }
  if (bytes == 2) {
    return register_bytes == 2   ? store<uint16_t, uint16_t>
           : register_bytes == 4 ? store<uint16_t, uint32_t>
                                 : store<uint16_t, uint64_t>;
  }
  if (bytes == 4)
    return register_bytes == 4 ? store<uint32_t, uint32_t> : store<uint32_t, uint64_t>;
  return store<uint64_t, uint64_t>;
}

// cvta: generic addresses of global memory are its own.
Handler windowHandler(Space space, bool to, size_t) {
  if (space == Space::kShared)
    return to ? window<Space::kShared, true> : window<Space::kShared, false>;
  if (space == Space::kLocal)
    return to ? window<Space::kLocal, true> : window<Space::kLocal, false>;
  return moveHandler(8);
}

Handler spaceTestHandler(Space space) {
  if (space == Space::kShared) return isIn<Space::kShared>;
  return space == Space::kLocal ? isIn<Space::kLocal> : isIn<Space::kGlobal>;
}

}  // namespace softcuda
