// A sparse matrix of items (rows) x users (columns), turned: every user's ratings in one list.
//
// Items are numbered: first those asked for, then the others, each part by falling count of ratings
// and equal counts in the order of their rows; "item" is that number, "row" the row of the matrix.
// Users' lists ascend in items. Memory: 12 bytes a rating.
#pragma once

#include <stdint.h>
#include <string.h>

#include "../runtime/pool.h"
#include "measures.h"
#include "similarity_blocks.h"

namespace talus::TALUS_ISA {

struct Rating {
  int32_t item;
  float value;  // as it enters the product
};

inline float scaled(float value, const RowTerms& terms) {
  return static_cast<float>((value - terms.shift) * terms.scale);
}

class ItemLists {
 public:
  // Ratings behind the last list that may be read; their items exist.
  static constexpr int kReadableBehind = 32;

  int64_t items, users, stored;
  int64_t first_row, asked;  // rows first_row .. first_row + asked-1 are items 0 .. asked-1
  const int64_t* row_offsets;
  const int32_t* column_indices;
  const float* values;
  int32_t* row_of_item = nullptr;
  RowTerms* terms_of_item = nullptr;
  float* item_terms = nullptr;          // the terms alone, padded by a vector
  int64_t* user_offsets = nullptr;      // into ratings, users + 1
  Rating* ratings = nullptr;            // user by user
  int32_t* position_in_user = nullptr;  // of each value of the matrix, in its user's list

  ItemLists(int64_t rows, int64_t columns, int64_t stored, const int64_t* row_offsets,
            const int32_t* column_indices, const float* values, int64_t first_row, int64_t asked)
      : items(rows),
        users(columns),
        stored(stored),
        first_row(first_row),
        asked(asked),
        row_offsets(row_offsets),
        column_indices(column_indices),
        values(values) {}

  void carve(Carver* carver) {
    row_of_item = carver->take<int32_t>(items + kLanes);  // see TopK
    terms_of_item = carver->take<RowTerms>(items);
    item_terms = carver->take<float>(items + kLanes);
    user_offsets = carver->take<int64_t>(users + 1);
    ratings = carver->take<Rating>(stored + kReadableBehind);
    position_in_user = carver->take<int32_t>(stored);
    cursors_ = carver->take<int32_t>(users);
    of_count_ = carver->take<int64_t>(users + 2);
  }

  int64_t ratings_of_row(int64_t row) const { return row_offsets[row + 1] - row_offsets[row]; }

  // Of `width` items that adjoin and were asked for.
  int64_t most_ratings_of_group(int64_t width) const {
    int64_t most = 0;
    for (int64_t i = 0; i < width && i < asked; i++) most += ratings_of_row(row_of_item[i]);
    return most < users ? most : users;
  }

  template <class Measure>
  void build(const Measure&) {
    number_items();
    constexpr int64_t kPerTask = 512;
    parallel_for(ceil_div(items, kPerTask), [&](int64_t task, int) {
      int64_t end = (task + 1) * kPerTask < items ? (task + 1) * kPerTask : items;
      for (int64_t item = task * kPerTask; item < end; item++) {
        int64_t row = row_of_item[item];
        terms_of_item[item] =
            Measure::sparse_row(values + row_offsets[row], ratings_of_row(row), users);
        item_terms[item] = terms_of_item[item].term;
      }
    });
    fill_users();
  }

 private:
  int32_t* cursors_ = nullptr;
  int64_t* of_count_ = nullptr;

  void number_items() {
    int64_t end = first_row + asked;
    number_rows(0, [&](int64_t row) { return row >= first_row && row < end; });
    if (asked < items) {
      number_rows(asked, [&](int64_t row) { return row < first_row || row >= end; });
    }
  }

  // Counting sort by falling count of ratings of the rows chosen, whose items begin at `item`.
  template <class Choose>
  void number_rows(int64_t item, const Choose& is_chosen) {
    memset(of_count_, 0, (users + 2) * sizeof(int64_t));
    for (int64_t row = 0; row < items; row++) {
      if (is_chosen(row)) of_count_[users - ratings_of_row(row) + 1]++;
    }
    for (int64_t c = 0; c <= users; c++) of_count_[c + 1] += of_count_[c];
    for (int64_t row = 0; row < items; row++) {
      if (is_chosen(row)) {
        row_of_item[item + of_count_[users - ratings_of_row(row)]++] = static_cast<int32_t>(row);
      }
    }
  }

  // Calls use(p) for the values of a row whose users lie in begin .. end-1.
  template <class Use>
  void for_users(int64_t row, int64_t begin, int64_t end, const Use& use) const {
    int64_t low = row_offsets[row], high = row_offsets[row + 1], last = high;
    while (low < high) {
      int64_t middle = low + (high - low) / 2;
      if (column_indices[middle] < begin) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (int64_t p = low; p < last && column_indices[p] < end; p++) use(p);
  }

  // Each task owns a range of users, and looks their part up in every row.
  void fill_users() {
    constexpr int64_t kRatingsPerTask = 1 << 18, kMostTasks = 32;
    int64_t tasks = ceil_div(stored, kRatingsPerTask);
    tasks = tasks < 1 ? 1 : tasks > kMostTasks ? kMostTasks : tasks;
    int64_t width = ceil_div(users, tasks);
    auto end_of = [&](int64_t task) {
      return (task + 1) * width < users ? (task + 1) * width : users;
    };
    memset(cursors_, 0, users * sizeof(int32_t));
    parallel_for(tasks, [&](int64_t task, int) {
      for (int64_t row = 0; row < items; row++) {
        for_users(row, task * width, end_of(task),
                  [&](int64_t p) { cursors_[column_indices[p]]++; });
      }
    });
    memset(ratings + stored, 0, kReadableBehind * sizeof(Rating));
    user_offsets[0] = 0;
    for (int64_t user = 0; user < users; user++) {
      user_offsets[user + 1] = user_offsets[user] + cursors_[user];
      cursors_[user] = 0;
    }
    parallel_for(tasks, [&](int64_t task, int) {
      for (int64_t item = 0; item < items; item++) {
        for_users(row_of_item[item], task * width, end_of(task), [&](int64_t p) {
          int32_t user = column_indices[p], position = cursors_[user]++;
          ratings[user_offsets[user] + position] = {static_cast<int32_t>(item),
                                                    scaled(values[p], terms_of_item[item])};
          position_in_user[p] = position;
        });
      }
    });
  }
};

// |u - v|^2 of two rows of the matrix.
inline float squared_distance(const ItemLists& items, int64_t row_u, int64_t row_v) {
  int64_t p = items.row_offsets[row_u], end_p = items.row_offsets[row_u + 1];
  int64_t q = items.row_offsets[row_v], end_q = items.row_offsets[row_v + 1];
  double sum = 0;
  while (p < end_p || q < end_q) {
    int64_t user_p = p < end_p ? items.column_indices[p] : INT64_MAX;
    int64_t user_q = q < end_q ? items.column_indices[q] : INT64_MAX;
    double difference = 0;
    if (user_p <= user_q) difference += items.values[p++];
    if (user_q <= user_p) difference -= items.values[q++];
    sum += difference * difference;
  }
  return static_cast<float>(sum);
}

}  // namespace talus::TALUS_ISA
