// Dot products of rows of a sparse matrix, for measures of whole rows: a group of kLanes items at a
// time.
//
// For every user who rated any item of the group, their ratings become one vector, and vector *
// rating is added to the sums of each item from the group on in the user's list: one multiply-add
// of a vector for up to kLanes useful products, however short the lists. Sums of an item with the
// group are one vector, and those of popular items, used most, lie together. Then the group's sums,
// a tile of items x kLanes, are offered to the lists of both sides (top_k.h), of those that were
// asked for.
#pragma once

#include "../runtime/scratch.h"
#include "measures.h"
#include "similarity_blocks.h"
#include "sparse_lists.h"
#include "top_k.h"

namespace talus::TALUS_ISA {

// Sums are asked for kAhead ratings before they are needed, kAtOnce at a time: most come from the
// second-level cache. The lists are followed by kAhead + kAtOnce readable ratings.
constexpr int kAhead = 16, kAtOnce = 4;
static_assert(kAhead + kAtOnce <= ItemLists::kReadableBehind, "prefetches stay in the lists");

// A user who rated items of the group: the ratings from the group's first item on.
struct Slot {
  int64_t begin, end;
};

// Memory of one task.
struct GroupLocal {
  uint64_t* is_in_group;  // a bit for each user
  int32_t* slot_of_user;  // of those in the group
  Slot* slots;
  float* ratings;  // slots x kLanes
  float* sums;     // items x kLanes
  uint64_t* work;

  static int64_t carve(GroupLocal* local, void* memory, const ItemLists& items, int64_t most_slots,
                       int64_t work_keys) {
    Carver carver(memory);
    local->is_in_group = carver.take<uint64_t>(ceil_div(items.users, 64));
    local->slot_of_user = carver.take<int32_t>(items.users);
    local->slots = carver.take<Slot>(most_slots);
    local->ratings = carver.take<float>(most_slots * kLanes);
    local->sums = carver.take<float>(items.items * kLanes);
    local->work = carver.take<uint64_t>(work_keys);
    return carver.used();
  }

  bool acquire(const ItemLists& items, int64_t work_keys) {
    int64_t most_slots = items.most_ratings_of_group(kLanes);
    void* memory = scratch(kSparseLocal, carve(this, nullptr, items, most_slots, work_keys));
    if (memory == nullptr) return false;
    carve(this, memory, items, most_slots, work_keys);
    return true;
  }
};

// Calls use(item, p) for the values of items first .. end-1.
template <class Use>
void for_group(const ItemLists& items, int64_t first, int64_t end, const Use& use) {
  for (int64_t item = first; item < end; item++) {
    int64_t row = items.row_of_item[item];
    for (int64_t p = items.row_offsets[row]; p < items.row_offsets[row + 1]; p++) use(item, p);
  }
}

// Numbers the users who rated any of the group's items, by their columns; returns how many.
inline int64_t number_slots(const ItemLists& items, int64_t first, int64_t end,
                            const GroupLocal& local) {
  int64_t words = ceil_div(items.users, 64), count = 0;
  memset(local.is_in_group, 0, words * sizeof(uint64_t));
  for_group(items, first, end, [&](int64_t, int64_t p) {
    int32_t user = items.column_indices[p];
    local.is_in_group[user / 64] |= uint64_t{1} << user % 64;
  });
  for (int64_t word = 0; word < words; word++) {
    for (uint64_t bits = local.is_in_group[word]; bits != 0; bits &= bits - 1) {
      local.slot_of_user[word * 64 + __builtin_ctzll(bits)] = static_cast<int32_t>(count++);
    }
  }
  return count;
}

// Fills slots and ratings for items first .. end-1; returns the number of slots.
inline int64_t gather_group(const ItemLists& items, int64_t first, int64_t end,
                            const GroupLocal& local) {
  int64_t count = number_slots(items, first, end, local);
  for (int64_t s = 0; s < count; s++) local.slots[s].begin = -1;
  memset(local.ratings, 0, count * kLanes * sizeof(float));
  for_group(items, first, end, [&](int64_t item, int64_t p) {
    int32_t user = items.column_indices[p];
    Slot* slot = local.slots + local.slot_of_user[user];
    if (slot->begin < 0) {
      // The first of the group's items that the user rated comes first in the user's list.
      *slot = {items.user_offsets[user] + items.position_in_user[p], items.user_offsets[user + 1]};
    }
    int64_t at = (slot - local.slots) * kLanes + item - first;
    local.ratings[at] = scaled(items.values[p], items.terms_of_item[item]);
  });
  return count;
}

// sums[item - first] = the dot products of that item and the items of the group.
inline __attribute__((noinline)) void accumulate_group(const ItemLists& items, int64_t first,
                                                       int64_t slots, const GroupLocal& local) {
  memset(local.sums, 0, (items.items - first) * kLanes * sizeof(float));
  float* sums_of_0 = local.sums - first * kLanes;
  auto sums_of = [&](const Rating* r) {
    return sums_of_0 + static_cast<int64_t>(r->item) * kLanes;
  };
  for (int64_t s = 0; s < slots; s++) {
    Vec ratings = load(local.ratings + s * kLanes);
    auto add = [&](const Rating* r) {
      store(sums_of(r), fma(ratings, splat(r->value), load(sums_of(r))));
    };
    const Rating* r = items.ratings + local.slots[s].begin;
    const Rating* end = items.ratings + local.slots[s].end;
    for (; end - r >= kAtOnce; r += kAtOnce) {
      for (int i = 0; i < kAtOnce; i++) __builtin_prefetch(sums_of(r + kAhead + i), 1);
      for (int i = 0; i < kAtOnce; i++) add(r + i);
    }
    for (; r < end; r++) add(r);
  }
}

template <class Measure>
void offer_group(const Measure& measure, const ItemLists& items, bool exclude_self, int64_t first,
                 int64_t width, TopK& lists, const GroupLocal& local) {
  auto distance = [&](int64_t row, int64_t column) {
    return squared_distance(items, items.row_of_item[row], items.row_of_item[column]);
  };
  int64_t row = first, end = first + width;
  while (row < items.items) {
    bool asked = row < items.asked;
    ScoreTile tile{local.sums + (row - first) * kLanes,
                   kLanes,
                   end - row,
                   width,
                   row,
                   first,
                   items.item_terms + row,
                   items.item_terms + first,
                   asked,
                   true,
                   exclude_self};
    bool two = asked && row / lists.rows_per_lock != first / lists.rows_per_lock;
    lists.lock(first);
    if (two) lists.lock(row);
    offer_tile(lists, measure, tile, distance, local.work);
    if (two) lists.unlock(row);
    lists.unlock(first);
    row = end;
    end = (row / lists.rows_per_lock + 1) * lists.rows_per_lock;
    if (row < items.asked && items.asked < end) end = items.asked;
    if (end > items.items) end = items.items;
  }
}

// Offers the pairs of items first .. first + width-1 and all from there on.
template <class Measure>
void take_group(const Measure& measure, const ItemLists& items, bool exclude_self, int64_t first,
                int64_t width, TopK& lists, const GroupLocal& local) {
  int64_t slots = gather_group(items, first, first + width, local);
  accumulate_group(items, first, slots, local);
  offer_group(measure, items, exclude_self, first, width, lists, local);
}

}  // namespace talus::TALUS_ISA
