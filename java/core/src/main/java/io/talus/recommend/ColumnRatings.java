package io.talus.recommend;

import io.talus.data.RatingsMatrix;
import java.util.Arrays;

/** What each row gave one column; NaN where nothing. */
interface ColumnRatings {
  float of(int row);

  /** Looks one up after the other. */
  static ColumnRatings searched(RatingsMatrix byColumn, int column) {
    return row -> {
      int place = byColumn.find(column, row);
      return place < 0 ? Float.NaN : byColumn.value(place);
    };
  }

  /** One column at a time, laid out for many look-ups. Not for several threads. */
  final class Dense implements ColumnRatings {
    private final RatingsMatrix byColumn;
    private final float[] values;

    Dense(RatingsMatrix byColumn) {
      this.byColumn = byColumn;
      this.values = new float[byColumn.columns()];
    }

    void load(int column) {
      Arrays.fill(values, Float.NaN);
      for (int place = byColumn.start(column); place < byColumn.end(column); place++) {
        values[byColumn.column(place)] = byColumn.value(place);
      }
    }

    @Override
    public float of(int row) {
      return values[row];
    }
  }
}
