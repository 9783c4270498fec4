package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import io.talus.data.RatingsMatrix;
import io.talus.data.Repeats;
import io.talus.file.ArrayType.Elements;
import io.talus.file.StoredArray;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The ratings within a {@link ModelFile}: user u's are at {@code ratings.starts[u] .. [u + 1]} of
 * {@code ratings.items}, {@code ratings.values} and, where there are times, {@code ratings.times}.
 * Ids are UTF-8, each followed by a zero byte.
 */
final class StoredRatings {
  private StoredRatings() {}

  static void put(Ratings ratings, Map<String, Object> described, Map<String, StoredArray> arrays) {
    RatingsMatrix byUser = ratings.byUser();
    int[] starts = new int[byUser.rows() + 1];
    for (int user = 0; user < byUser.rows(); user++) {
      starts[user + 1] = byUser.end(user);
    }
    int[] items = new int[byUser.size()];
    float[] values = new float[items.length];
    long[] times = new long[ratings.hasTimestamps() ? items.length : 0];
    for (int place = 0; place < items.length; place++) {
      items[place] = byUser.column(place);
      values[place] = byUser.value(place);
      if (times.length > 0) {
        times[place] = ratings.timestamp(place);
      }
    }
    byte[] userIds = ids(ratings.users(), ratings::userId);
    byte[] itemIds = ids(ratings.items(), ratings::itemId);
    described.put("users", ratings.users());
    described.put("items", ratings.items());
    described.put("ratings", items.length);
    described.put("times", times.length);
    described.put("duplicates", Long.toString(ratings.duplicates()));
    described.put("userIdBytes", userIds.length);
    described.put("itemIdBytes", itemIds.length);
    arrays.put("ratings.users", StoredArray.of(userIds));
    arrays.put("ratings.ids", StoredArray.of(itemIds));
    arrays.put("ratings.starts", StoredArray.of(starts));
    arrays.put("ratings.items", StoredArray.of(items));
    arrays.put("ratings.values", StoredArray.of(values, values.length));
    arrays.put("ratings.times", StoredArray.of(times));
  }

  static void expect(ModelFile file) {
    file.expect("ratings.users", Elements.U8, file.settings().integer("userIdBytes"));
    file.expect("ratings.ids", Elements.U8, file.settings().integer("itemIdBytes"));
    file.expect("ratings.starts", Elements.I32, file.settings().integer("users") + 1L);
    file.expect("ratings.items", Elements.I32, file.settings().integer("ratings"));
    file.expect("ratings.values", Elements.F32, file.settings().integer("ratings"));
    file.expect("ratings.times", Elements.I64, file.settings().integer("times"));
  }

  static Ratings read(ModelFile file) throws IOException {
    List<String> users = ids(file.bytes("ratings.users"), file.settings().integer("users"));
    List<String> itemIds = ids(file.bytes("ratings.ids"), file.settings().integer("items"));
    int[] starts = file.ints("ratings.starts");
    int[] items = file.ints("ratings.items");
    float[] values = file.floats("ratings.values");
    long[] times = file.longs("ratings.times");
    if (times.length != 0 && times.length != items.length) {
      throw new IllegalArgumentException(times.length + " times of " + items.length + " ratings");
    }
    requireStarts(starts, items.length, "ratings");
    // Files of earlier versions do not tell how many were dropped.
    String duplicates = file.settings().optional("duplicates").map(Object::toString).orElse("0");
    RatingsBuilder builder =
        Ratings.builder(users, itemIds)
            .repeats(Repeats.REFUSED)
            .dropped(Long.parseLong(duplicates));
    for (int user = 0; user + 1 < starts.length; user++) {
      for (int place = starts[user]; place < starts[user + 1]; place++) {
        if (times.length == 0) {
          builder.add(user, items[place], values[place]);
        } else {
          builder.add(user, items[place], values[place], times[place]);
        }
      }
    }
    return builder.build();
  }

  /** Where rows begin: from 0, never falling, to the number of places. */
  static void requireStarts(int[] starts, int places, String what) {
    boolean good = starts[0] == 0 && starts[starts.length - 1] == places;
    for (int row = 0; good && row + 1 < starts.length; row++) {
      good = starts[row] <= starts[row + 1];
    }
    if (!good) {
      throw new IllegalArgumentException(
          what + ".starts do not rise from 0 to the " + places + " that there are");
    }
  }

  private static byte[] ids(int count, IntFunction<String> id) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int index = 0; index < count; index++) {
      String text = id.apply(index);
      if (text.indexOf('\0') >= 0) {
        throw new IllegalArgumentException("the id '" + text + "' has a character of code 0");
      }
      bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      bytes.write(0);
    }
    return bytes.toByteArray();
  }

  private static List<String> ids(byte[] bytes, int count) {
    List<String> ids = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == 0) {
        ids.add(new String(bytes, start, at - start, StandardCharsets.UTF_8));
        start = at + 1;
      }
    }
    if (ids.size() != count || start != bytes.length) {
      throw new IllegalArgumentException("found " + ids.size() + " ids; expected " + count);
    }
    return ids;
  }
}
