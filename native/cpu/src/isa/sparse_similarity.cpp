// The k most similar rows of a sparse matrix for each of its rows, as if it were dense.
//
// Call the rows items and the columns users. Items are renumbered by falling count of ratings, and
// each user's ratings are gathered into a list that ascends in the new numbers. A task owns a group
// of kLanes items. For every user who rated any of them it makes one vector of their ratings, and
// adds vector * rating to the sums of each item from the group on in the user's list: one
// multiply-add of a vector for up to kLanes useful products, however short the lists. Sums of an
// item with the group are one vector, and those of popular items, used most, lie together. Then the
// group's sums, a tile of items x kLanes, are offered to the lists of both sides (top_k.h).
//
// A row with a NaN or an infinity scores NaN with every row and is nobody's neighbour.
//
// Cosine top-50 of 3,706 items x 6,040 users, 1,000,209 Zipf-distributed ratings (1.44e8 useful
// products, 3.1e7 vector multiply-adds) on a busy machine: 0.24 to 0.33 of the processor time of a
// scalar accumulation in Java. 60 % goes to the multiply-adds. 59,047 x 162,541 with 25 million
// ratings: 17 s of processor time, 390 MB of scratch. Next: blocks of items, so that the sums of
// large catalogues stay in the second-level cache.
#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "kernels.h"
#include "measures.h"
#include "similarity_blocks.h"
#include "sparse_lists.h"
#include "top_k.h"

namespace talus::TALUS_ISA {
namespace {

// Rows that one lock of the lists guards; a multiple of kLanes.
constexpr int64_t kRowsPerLock = 256;

// Sums are asked for kAhead ratings before they are needed, kAtOnce at a time: most come from the
// second-level cache. The lists are followed by kAhead + kAtOnce readable ratings.
constexpr int kAhead = 16, kAtOnce = 4;
static_assert(kAhead + kAtOnce <= ItemLists::kReadableBehind, "prefetches stay in the lists");

// A user who rated items of the group: the ratings from the group's first item on.
struct Slot {
  int64_t begin, end;
};

// Memory of one task.
struct Local {
  int32_t* slot_of_user;  // slot number + 1, or 0
  Slot* slots;
  float* ratings;  // slots x kLanes
  float* sums;     // items x kLanes
  uint64_t* work;

  static int64_t carve(Local* local, void* memory, const ItemLists& items, int64_t work_keys) {
    Carver carver(memory);
    int64_t most_slots = items.most_ratings_of_group(kLanes);
    local->slot_of_user = carver.take<int32_t>(items.users);
    local->slots = carver.take<Slot>(most_slots);
    local->ratings = carver.take<float>(most_slots * kLanes);
    local->sums = carver.take<float>(items.items * kLanes);
    local->work = carver.take<uint64_t>(work_keys);
    return carver.used();
  }

  bool acquire(const ItemLists& items, int64_t work_keys) {
    void* memory = scratch(kSparseLocal, carve(this, nullptr, items, work_keys));
    if (memory == nullptr) return false;
    carve(this, memory, items, work_keys);
    return true;
  }
};

// Fills slots and ratings for items first .. end-1; returns the number of slots.
int64_t gather_group(const ItemLists& items, int64_t first, int64_t end, const Local& local) {
  memset(local.slot_of_user, 0, items.users * sizeof(int32_t));
  int64_t count = 0;
  for (int64_t item = first; item < end; item++) {
    const RowTerms& terms = items.terms_of_item[item];
    int64_t row = items.row_of_item[item];
    for (int64_t p = items.row_offsets[row]; p < items.row_offsets[row + 1]; p++) {
      int32_t user = items.column_indices[p];
      int32_t slot = local.slot_of_user[user];
      if (slot == 0) {
        // The first of the group's items that the user rated comes first in the user's list.
        local.slots[count] = {items.user_offsets[user] + items.position_in_user[p],
                              items.user_offsets[user + 1]};
        store(local.ratings + count * kLanes, Vec{});
        slot = local.slot_of_user[user] = static_cast<int32_t>(++count);
      }
      local.ratings[(slot - 1) * kLanes + item - first] = scaled(items.values[p], terms);
    }
  }
  return count;
}

// sums[item - first] = the dot products of that item with the items of the group.
__attribute__((noinline)) void accumulate(const ItemLists& items, int64_t first, int64_t slots,
                                          const Local& local) {
  memset(local.sums, 0, (items.items - first) * kLanes * sizeof(float));
  float* sums_of_0 = local.sums - first * kLanes;
  auto sums_of = [&](const Rating* r) {
    return sums_of_0 + static_cast<int64_t>(r->item) * kLanes;
  };
  for (int64_t s = 0; s < slots; s++) {
    Vec ratings = load(local.ratings + s * kLanes);
    auto add = [&](const Rating* r) {
      float* sums = sums_of(r);
      store(sums, fma(ratings, splat(r->value), load(sums)));
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
                 int64_t width, TopK& lists, const Local& local) {
  auto distance = [&](int64_t row, int64_t column) {
    return squared_distance(items, items.row_of_item[row], items.row_of_item[column]);
  };
  int64_t row = first, end = first + width;
  while (row < items.items) {
    ScoreTile tile{local.sums + (row - first) * kLanes,
                   kLanes,
                   end - row,
                   width,
                   row,
                   first,
                   items.item_terms + row,
                   items.item_terms + first,
                   true,
                   exclude_self};
    bool two = row / kRowsPerLock != first / kRowsPerLock;
    lists.lock(first);
    if (two) lists.lock(row);
    offer_tile(lists, measure, tile, distance, local.work);
    if (two) lists.unlock(row);
    lists.unlock(first);
    row = end;
    end = (row / kRowsPerLock + 1) * kRowsPerLock;
    if (end > items.items) end = items.items;
  }
}

template <class Measure>
int top_k(const Measure& measure, const ItemLists& items, bool exclude_self, TopK& lists) {
  int out_of_memory = 0;
  auto with_local = [&](const auto& body) {
    Local local;
    if (local.acquire(items, lists.work_keys())) {
      body(local);
    } else {
      __atomic_store_n(&out_of_memory, 1, __ATOMIC_RELAXED);
    }
  };
  // The first groups have the most ratings and the most items behind them: long tasks first.
  parallel_for(ceil_div(items.items, kLanes), [&](int64_t group, int) {
    with_local([&](const Local& local) {
      int64_t first = group * kLanes, rest = items.items - first;
      int64_t width = rest < kLanes ? rest : kLanes;
      int64_t slots = gather_group(items, first, first + width, local);
      accumulate(items, first, slots, local);
      offer_group(measure, items, exclude_self, first, width, lists, local);
    });
  });
  parallel_for(ceil_div(items.items, kRowsPerLock), [&](int64_t block, int) {
    with_local([&](const Local& local) {
      int64_t end =
          (block + 1) * kRowsPerLock < items.items ? (block + 1) * kRowsPerLock : items.items;
      for (int64_t row = block * kRowsPerLock; row < end; row++) lists.finish(row, local.work);
    });
  });
  return out_of_memory ? TALUS_OUT_OF_MEMORY : TALUS_OK;
}

// Calls use(measure) for the measure of sparse rows with that code.
template <class Use>
int with_sparse_measure(int measure, int64_t columns, const Use& use) {
  switch (measure) {
    case kDot:
      return use(Dot());
    case kCosine:
      return use(Cosine());
    case kPearson:
      return use(SparsePearson());
    default:
      return use(Euclidean(columns));
  }
}

}  // namespace

int sparse_similarity_top_k_f32(int measure, int64_t rows, int64_t columns,
                                const int64_t* row_offsets, const int32_t* column_indices,
                                const float* values, int exclude_self, int64_t k, int32_t* indices,
                                float* scores) {
  if (rows == 0 || k == 0) return TALUS_OK;
  ItemLists items(rows, columns, row_offsets, column_indices, values);
  void* list_memory = nullptr;
  int64_t list_bytes = TopK(rows, kRowsPerLock, k, rows, nullptr, indices, scores).bytes();
  auto carve = [&](void* memory) {
    Carver carver(memory);
    items.carve(&carver);
    list_memory = carver.take<char>(list_bytes);
    return carver.used();
  };
  void* memory = scratch(kSparseShared, carve(nullptr));
  if (memory == nullptr) return TALUS_OUT_OF_MEMORY;
  carve(memory);
  TopK lists(rows, kRowsPerLock, k, rows, items.row_of_item, indices, scores);
  lists.start(list_memory);
  return with_sparse_measure(measure, columns, [&](const auto& chosen) {
    items.build(chosen);
    return top_k(chosen, items, exclude_self != 0, lists);
  });
}

}  // namespace talus::TALUS_ISA
