// The k most similar rows of a sparse matrix for each of its rows, as if it were dense or over the
// columns that two rows have in common.
//
// Call the rows items and the columns users. Items are renumbered, those asked for before all
// others, each part by falling count of ratings, and each user's ratings are gathered into a list
// that ascends in the new numbers. A task owns a group of kLanes items that were asked for. For
// every user who rated any of them it makes one vector of their ratings, and adds vector * rating
// to the sums of each item from the group on in the user's list: one multiply-add of a vector for
// up to kLanes useful products, however short the lists. Sums of an item with the group are one
// vector, and those of popular items, used most, lie together. Then the group's sums, a tile of
// items x kLanes, are offered to the lists of both sides (top_k.h), of those that were asked for.
// Measures over common columns keep several sums for each pair (common_measures.h), of which the
// scores are made before they are offered.
//
// Users are taken in the order of their columns, so that a pair's sum has the same bits in whatever
// group it is taken, and a range of rows those of the whole.
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
#include "common_measures.h"
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
  uint64_t* is_in_group;  // a bit for each user
  int32_t* slot_of_user;  // of those in the group
  Slot* slots;
  float* ratings;  // slots x kLanes
  float* present;  // the same, 1 where there is a rating; null where no measure asks
  float* sums;     // items x kSums x kLanes
  uint64_t* work;

  static int64_t carve(Local* local, void* memory, const ItemLists& items, int64_t most_slots,
                       int sums, int64_t work_keys) {
    Carver carver(memory);
    local->is_in_group = carver.take<uint64_t>(ceil_div(items.users, 64));
    local->slot_of_user = carver.take<int32_t>(items.users);
    local->slots = carver.take<Slot>(most_slots);
    local->ratings = carver.take<float>(most_slots * kLanes);
    local->present = sums == 1 ? nullptr : carver.take<float>(most_slots * kLanes);
    local->sums = carver.take<float>(items.items * sums * kLanes);
    local->work = carver.take<uint64_t>(work_keys);
    return carver.used();
  }

  bool acquire(const ItemLists& items, int sums, int64_t work_keys) {
    int64_t most_slots = items.most_ratings_of_group(kLanes);
    void* memory = scratch(kSparseLocal, carve(this, nullptr, items, most_slots, sums, work_keys));
    if (memory == nullptr) return false;
    carve(this, memory, items, most_slots, sums, work_keys);
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
int64_t number_slots(const ItemLists& items, int64_t first, int64_t end, const Local& local) {
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
int64_t gather_group(const ItemLists& items, int64_t first, int64_t end, const Local& local) {
  int64_t count = number_slots(items, first, end, local);
  for (int64_t s = 0; s < count; s++) local.slots[s].begin = -1;
  memset(local.ratings, 0, count * kLanes * sizeof(float));
  if (local.present != nullptr) memset(local.present, 0, count * kLanes * sizeof(float));
  for_group(items, first, end, [&](int64_t item, int64_t p) {
    int32_t user = items.column_indices[p];
    Slot* slot = local.slots + local.slot_of_user[user];
    if (slot->begin < 0) {
      // The first of the group's items that the user rated comes first in the user's list.
      *slot = {items.user_offsets[user] + items.position_in_user[p], items.user_offsets[user + 1]};
    }
    int64_t at = (slot - local.slots) * kLanes + item - first;
    local.ratings[at] = scaled(items.values[p], items.terms_of_item[item]);
    if (local.present != nullptr) local.present[at] = 1;
  });
  return count;
}

// sums[item - first] = the sums over that item and the items of the group.
template <class Measure>
__attribute__((noinline)) void accumulate(const ItemLists& items, int64_t first, int64_t slots,
                                          const Local& local) {
  constexpr int64_t kEach = Measure::kSums * kLanes;
  memset(local.sums, 0, (items.items - first) * kEach * sizeof(float));
  float* sums_of_0 = local.sums - first * kEach;
  auto sums_of = [&](const Rating* r) { return sums_of_0 + static_cast<int64_t>(r->item) * kEach; };
  for (int64_t s = 0; s < slots; s++) {
    Vec ratings = load(local.ratings + s * kLanes), present = {};
    if (Measure::kSums > 1) present = load(local.present + s * kLanes);
    auto add = [&](const Rating* r) {
      Measure::add(ratings, present, splat(r->value), sums_of(r));
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

// Puts a score in the place of each pair's sums, one vector for each item.
template <class Measure>
void score_group(const OfWholeRows<Measure>&, int64_t, const Local&) {}

template <class Measure>
void score_group(const Measure& measure, int64_t items, const Local& local) {
  for (int64_t i = 0; i < items; i++) {
    const float* sums = local.sums + i * Measure::kSums * kLanes;
    store(local.sums + i * kLanes, measure.support.of(Measure::similarity(sums), load(sums)));
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
    bool two = asked && row / kRowsPerLock != first / kRowsPerLock;
    lists.lock(first);
    if (two) lists.lock(row);
    offer_tile(lists, measure, tile, distance, local.work);
    if (two) lists.unlock(row);
    lists.unlock(first);
    row = end;
    end = (row / kRowsPerLock + 1) * kRowsPerLock;
    if (row < items.asked && items.asked < end) end = items.asked;
    if (end > items.items) end = items.items;
  }
}

template <class Measure>
int top_k(const Measure& measure, const ItemLists& items, bool exclude_self, TopK& lists) {
  int out_of_memory = 0;
  auto with_local = [&](const auto& body) {
    Local local;
    if (local.acquire(items, Measure::kSums, lists.work_keys())) {
      body(local);
    } else {
      __atomic_store_n(&out_of_memory, 1, __ATOMIC_RELAXED);
    }
  };
  // The first groups have the most ratings and the most items behind them: long tasks first.
  parallel_for(ceil_div(items.asked, kLanes), [&](int64_t group, int) {
    with_local([&](const Local& local) {
      int64_t first = group * kLanes, rest = items.asked - first;
      int64_t width = rest < kLanes ? rest : kLanes;
      int64_t slots = gather_group(items, first, first + width, local);
      accumulate<Measure>(items, first, slots, local);
      score_group(measure, items.items - first, local);
      offer_group(measure, items, exclude_self, first, width, lists, local);
    });
  });
  parallel_for(ceil_div(items.asked, kRowsPerLock), [&](int64_t block, int) {
    with_local([&](const Local& local) {
      int64_t end =
          (block + 1) * kRowsPerLock < items.asked ? (block + 1) * kRowsPerLock : items.asked;
      for (int64_t row = block * kRowsPerLock; row < end; row++) lists.finish(row, local.work);
    });
  });
  return out_of_memory ? TALUS_OUT_OF_MEMORY : TALUS_OK;
}

// Calls use(measure) for the measure of sparse rows with that code.
template <class Use>
int with_sparse_measure(int measure, const Support& support, int64_t columns, const Use& use) {
  switch (measure) {
    case kSparseDot:
      return use(OfWholeRows<Dot>());
    case kSparseCosine:
      return use(OfWholeRows<Cosine>());
    case kSparsePearson:
      return use(OfWholeRows<SparsePearson>());
    case kSparseEuclidean:
      return use(OfWholeRows<Euclidean>(Euclidean(columns)));
    case kSparseTanimoto:
      return use(OfWholeRows<Tanimoto>());
    case kSparseCommonCosine:
      return use(CommonCosine(support));
    case kSparseCommonPearson:
      return use(CommonPearson(support));
    default:
      return use(CommonMeanSquaredDifference(support));
  }
}

// What all tasks share: the turned matrix, and the lists of the rows asked for.
int64_t carve_shared(void* memory, ItemLists* items, int64_t list_bytes, void** list_memory) {
  Carver carver(memory);
  items->carve(&carver);
  *list_memory = carver.take<char>(list_bytes);
  return carver.used();
}

}  // namespace

int sparse_similarity_top_k_f32(int measure, int64_t least, float shrinkage, int after_the_first,
                                int64_t rows, int64_t columns, const int64_t* row_offsets,
                                const int32_t* column_indices, const float* values,
                                int64_t first_row, int64_t asked_rows, int exclude_self, int64_t k,
                                int32_t* indices, float* scores) {
  if (asked_rows == 0 || k == 0) return TALUS_OK;
  ItemLists items(rows, columns, row_offsets[rows], row_offsets, column_indices, values, first_row,
                  asked_rows);
  auto lists_named = [&](const int32_t* names) {
    return TopK(asked_rows, kRowsPerLock, k, rows, names, indices - first_row * k,
                scores - first_row * k);
  };
  void* list_memory = nullptr;
  int64_t list_bytes = lists_named(nullptr).bytes();
  void* memory = scratch(kSparseShared, carve_shared(nullptr, &items, list_bytes, &list_memory));
  if (memory == nullptr) return TALUS_OUT_OF_MEMORY;
  carve_shared(memory, &items, list_bytes, &list_memory);
  TopK lists = lists_named(items.row_of_item);
  lists.start(list_memory);
  Support support{static_cast<float>(least), shrinkage, after_the_first != 0 ? 1.0f : 0.0f};
  return with_sparse_measure(measure, support, columns, [&](const auto& chosen) {
    items.build(chosen);
    return top_k(chosen, items, exclude_self != 0, lists);
  });
}

int sparse_similarity_top_k_scratch(int measure, int64_t rows, int64_t columns, int64_t stored,
                                    int64_t asked_rows, int64_t k, int64_t* bytes) {
  ItemLists items(rows, columns, stored, nullptr, nullptr, nullptr, 0, asked_rows);
  TopK lists(asked_rows, kRowsPerLock, k, rows, nullptr, nullptr, nullptr);
  void* list_memory = nullptr;
  Local local;
  int64_t most_slots = stored < columns ? stored : columns;
  return with_sparse_measure(measure, Support{}, columns, [&](const auto& chosen) {
    *bytes = carve_shared(nullptr, &items, lists.bytes(), &list_memory) +
             talus_cpu_threads() *
                 Local::carve(&local, nullptr, items, most_slots, chosen.kSums, lists.work_keys());
    return TALUS_OK;
  });
}

}  // namespace talus::TALUS_ISA
