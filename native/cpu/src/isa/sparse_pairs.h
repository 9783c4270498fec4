// Sums over the columns that two rows of a sparse matrix have in common, one item at a time.
//
// For every user who rated the item, the user's list is walked from the item on, and what the two
// ratings have to say is added to the sums of each item there: a record of two to eight floats for
// each pair, which is one short vector (common_measures.h). So the cost is that of the pairs that
// exist, and all sums of a pair are in one cache line. Then the sums become scores, a block at a
// time, which are offered to the lists of both sides.
#pragma once

#include "../runtime/scratch.h"
#include "common_measures.h"
#include "similarity_blocks.h"
#include "sparse_lists.h"
#include "top_k.h"

namespace talus::TALUS_ISA {

// Memory of one task; item j of it stands for item + j.
struct PairLocal {
  float* sums;    // items x kRecord
  float* scores;  // items, padded by a plane
  uint64_t* work;

  static int64_t carve(PairLocal* local, void* memory, int64_t items, int record,
                       int64_t work_keys) {
    Carver carver(memory);
    local->sums = carver.take<float>(items * record);
    local->scores = carver.take<float>(items + kPlane);
    local->work = carver.take<uint64_t>(work_keys);
    return carver.used();
  }

  bool acquire(const ItemLists& items, int record, int64_t work_keys) {
    void* memory = scratch(kSparseLocal, carve(this, nullptr, items.items, record, work_keys));
    if (memory == nullptr) return false;
    carve(this, memory, items.items, record, work_keys);
    return true;
  }
};

template <class Measure>
__attribute__((noinline)) void accumulate_pairs(const ItemLists& items, int64_t item,
                                                const PairLocal& local) {
  // Users whose lists are asked for before they are needed: the first ratings of a list come from
  // memory. And ratings whose sums are: most come from the second-level cache.
  constexpr int kUsersAhead = 4, kAhead = 16, kAtOnce = 4;
  static_assert(kAhead + kAtOnce <= ItemLists::kReadableBehind, "prefetches stay in the lists");
  constexpr int64_t kRecord = Measure::kRecord;
  memset(local.sums, 0, (items.items - item) * kRecord * sizeof(float));
  float* sums_of_0 = local.sums - item * kRecord;
  auto sums_of = [&](const Rating* r) {
    return sums_of_0 + static_cast<int64_t>(r->item) * kRecord;
  };
  auto list_of = [&](int64_t p) {
    return items.ratings + items.user_offsets[items.column_indices[p]] + items.position_in_user[p];
  };
  int64_t row = items.row_of_item[item], end_p = items.row_offsets[row + 1];
  for (int64_t p = items.row_offsets[row]; p < end_p; p++) {
    __builtin_prefetch(list_of(p + kUsersAhead < end_p ? p + kUsersAhead : p));
    alignas(64) float taken[kRecord];
    Measure::take(scaled(items.values[p], items.terms_of_item[item]), taken);
    const Rating* r = list_of(p);
    const Rating* end = items.ratings + items.user_offsets[items.column_indices[p] + 1];
    for (; end - r >= kAtOnce; r += kAtOnce) {
      for (int i = 0; i < kAtOnce; i++) __builtin_prefetch(sums_of(r + kAhead + i), 1);
      for (int i = 0; i < kAtOnce; i++) Measure::add(taken, r[i].value, sums_of(r + i));
    }
    for (; r < end; r++) Measure::add(taken, r->value, sums_of(r));
  }
}

// scores[j] of the pairs of an item and all from there on.
template <class Measure>
__attribute__((noinline)) void score_pairs(const Measure& measure, const ItemLists& items,
                                           int64_t item, const PairLocal& local) {
  int64_t count = items.items - item;
  alignas(64) float planes[Measure::kSums * kPlane] = {};
  for (int64_t begin = 0; begin < count; begin += kPlane) {
    int64_t width = count - begin < kPlane ? count - begin : kPlane;
    const float* sums = local.sums + begin * Measure::kRecord;
    for (int64_t j = 0; j < width; j++) {
      for (int s = 0; s < Measure::kSums; s++) {
        planes[s * kPlane + j] = sums[j * Measure::kRecord + s];
      }
    }
    for (int64_t j = 0; j < kPlane; j += kLanes) {
      Vec score = measure.support.of(Measure::similarity(planes + j), load(planes + j));
      store(local.scores + begin + j, score);
    }
  }
}

template <class Whole>
__attribute__((noinline)) void score_pairs(const OfWholeRows<Whole>& measure,
                                           const ItemLists& items, int64_t item,
                                           const PairLocal& local) {
  for (int64_t other = item; other < items.items; other++) {
    int64_t j = other - item;
    auto distance = [&] {
      return squared_distance(items, items.row_of_item[item], items.row_of_item[other]);
    };
    local.scores[j] = measure.of_sums(local.sums + j * measure.kRecord, items.item_terms[item],
                                      items.item_terms[other], distance);
  }
}

// To the lists of the other items that were asked for, a lock's at a time, then to the item's own.
template <class Measure>
void offer_pairs(const Measure& measure, const ItemLists& items, bool exclude_self, int64_t item,
                 TopK& lists, const PairLocal& local) {
  auto offer = [&](int64_t begin, int64_t end, bool to_own_list) {
    ScoreTile tile{local.scores + begin - item,
                   0,
                   1,
                   end - begin,
                   item,
                   begin,
                   items.item_terms + item,
                   items.item_terms + begin,
                   to_own_list,
                   !to_own_list,
                   exclude_self};
    lists.lock(to_own_list ? item : begin);
    auto no_distance = [](int64_t, int64_t) { return 0.0f; };
    offer_tile(lists, measure, tile, no_distance, local.work);
    lists.unlock(to_own_list ? item : begin);
  };
  for (int64_t begin = item; begin < items.asked;) {
    int64_t end = (begin / lists.rows_per_lock + 1) * lists.rows_per_lock;
    end = end < items.asked ? end : items.asked;
    offer(begin, end, false);
    begin = end;
  }
  offer(item, items.items, true);
}

// Offers the pairs of an item that was asked for and all from there on.
template <class Measure>
void take_pairs(const Measure& measure, const ItemLists& items, bool exclude_self, int64_t item,
                TopK& lists, const PairLocal& local) {
  accumulate_pairs<Measure>(items, item, local);
  score_pairs(measure, items, item, local);
  offer_pairs(measure, items, exclude_self, item, lists, local);
}

}  // namespace talus::TALUS_ISA
