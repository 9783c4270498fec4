// The k most similar rows of a sparse matrix for each of its rows, as if it were dense or over the
// columns that two rows have in common.
//
// Call the rows items and the columns users. Items are renumbered, those asked for before all
// others, each part by falling count of ratings, and each user's ratings are gathered into a list
// that ascends in the new numbers (sparse_lists.h). A task owns some items that were asked for and
// takes each pair of them with items from there on: a group of kLanes items for measures of whole
// rows (sparse_whole.h), one item for measures over common columns and for whole rows that must
// have some, which keep several sums for each pair (sparse_pairs.h).
//
// Users are taken in the order of their columns, so that a pair's sum has the same bits in whatever
// task it is taken, and a range of rows those of the whole.
//
// A row with a NaN or an infinity scores NaN with every row and is nobody's neighbour.
//
// Next: for whole rows, one item at a time where a group would have few ratings of each user in
// common, as those of large catalogues do.
#include <type_traits>

#include "../runtime/pool.h"
#include "../runtime/scratch.h"
#include "common_measures.h"
#include "kernels.h"
#include "measures.h"
#include "similarity_blocks.h"
#include "sparse_lists.h"
#include "sparse_pairs.h"
#include "sparse_whole.h"
#include "top_k.h"

namespace talus::TALUS_ISA {
namespace {

// Rows that one lock of the lists guards; a multiple of kLanes.
constexpr int64_t kRowsPerLock = 256;

// How rows are compared by a measure of whole rows.
template <class Measure>
struct ByGroups {
  using Local = GroupLocal;
  static constexpr int kItems = kLanes;
  Measure measure;

  static int64_t local_bytes(const ItemLists& items, int64_t work_keys) {
    Local local;
    int64_t most_slots = items.stored < items.users ? items.stored : items.users;
    return Local::carve(&local, nullptr, items, most_slots, work_keys);
  }
  static bool acquire(Local* local, const ItemLists& items, int64_t work_keys) {
    return local->acquire(items, work_keys);
  }
  void take(const ItemLists& items, bool exclude_self, int64_t first, int64_t width, TopK& lists,
            const Local& local) const {
    take_group(measure, items, exclude_self, first, width, lists, local);
  }
};

// And by one over common columns.
template <class Measure>
struct ByPairs {
  using Local = PairLocal;
  static constexpr int kItems = 1;
  Measure measure;

  static int64_t local_bytes(const ItemLists& items, int64_t work_keys) {
    Local local;
    return Local::carve(&local, nullptr, items.items, Measure::kRecord, work_keys);
  }
  static bool acquire(Local* local, const ItemLists& items, int64_t work_keys) {
    return local->acquire(items, Measure::kRecord, work_keys);
  }
  void take(const ItemLists& items, bool exclude_self, int64_t item, int64_t, TopK& lists,
            const Local& local) const {
    take_pairs(measure, items, exclude_self, item, lists, local);
  }
};

template <class Comparison>
int top_k(const Comparison& comparison, const ItemLists& items, bool exclude_self, TopK& lists) {
  int out_of_memory = 0;
  auto with_local = [&](const auto& body) {
    typename Comparison::Local local;
    if (Comparison::acquire(&local, items, lists.work_keys())) {
      body(local);
    } else {
      __atomic_store_n(&out_of_memory, 1, __ATOMIC_RELAXED);
    }
  };
  // The first items have the most ratings and the most items behind them: long tasks first.
  parallel_for(ceil_div(items.asked, Comparison::kItems), [&](int64_t task, int) {
    with_local([&](const auto& local) {
      int64_t first = task * Comparison::kItems, rest = items.asked - first;
      int64_t width = rest < Comparison::kItems ? rest : Comparison::kItems;
      comparison.take(items, exclude_self, first, width, lists, local);
    });
  });
  parallel_for(ceil_div(items.asked, kRowsPerLock), [&](int64_t block, int) {
    with_local([&](const auto& local) {
      int64_t end =
          (block + 1) * kRowsPerLock < items.asked ? (block + 1) * kRowsPerLock : items.asked;
      for (int64_t row = block * kRowsPerLock; row < end; row++) lists.finish(row, local.work);
    });
  });
  return out_of_memory ? TALUS_OUT_OF_MEMORY : TALUS_OK;
}

// Calls use(comparison) for the measure of sparse rows with that code.
template <class Use>
int with_comparison(int code, const Support& support, int64_t columns, const Use& use) {
  auto use_whole = [&](const auto& measure) {
    using Whole = std::decay_t<decltype(measure)>;
    return support.any() ? use(ByGroups<Whole>{measure})
                         : use(ByPairs<OfWholeRows<Whole>>{OfWholeRows<Whole>(support)});
  };
  switch (code) {
    case kSparseDot:
      return use_whole(Dot{});
    case kSparseCosine:
      return use_whole(Cosine{});
    case kSparsePearson:
      return use_whole(SparsePearson{});
    case kSparseEuclidean:
      return use_whole(Euclidean(columns));
    case kSparseTanimoto:
      return use_whole(Tanimoto{});
    case kSparseCommonCosine:
      return use(ByPairs<CommonCosine>{CommonCosine(support)});
    case kSparseCommonPearson:
      return use(ByPairs<CommonPearson>{CommonPearson(support)});
    default:
      return use(ByPairs<CommonMeanSquaredDifference>{CommonMeanSquaredDifference(support)});
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
  return with_comparison(measure, support, columns, [&](const auto& chosen) {
    items.build(chosen.measure);
    return top_k(chosen, items, exclude_self != 0, lists);
  });
}

int sparse_similarity_top_k_scratch(int measure, int64_t least, float shrinkage, int64_t rows,
                                    int64_t columns, int64_t stored, int64_t asked_rows, int64_t k,
                                    int64_t* bytes) {
  ItemLists items(rows, columns, stored, nullptr, nullptr, nullptr, 0, asked_rows);
  TopK lists(asked_rows, kRowsPerLock, k, rows, nullptr, nullptr, nullptr);
  void* list_memory = nullptr;
  Support support{static_cast<float>(least), shrinkage, 0};
  return with_comparison(measure, support, columns, [&](const auto& chosen) {
    *bytes = carve_shared(nullptr, &items, lists.bytes(), &list_memory) +
             talus_cpu_threads() * chosen.local_bytes(items, lists.work_keys());
    return TALUS_OK;
  });
}

}  // namespace talus::TALUS_ISA
