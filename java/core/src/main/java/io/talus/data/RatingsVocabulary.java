package io.talus.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The ids of users or of items, numbered from 0 in the order in which they were first added. A hash
 * table over bytes: a reader looks up each line's ids without making a string.
 */
final class RatingsVocabulary {
  private static final int FREE = -1;

  private int size;

  /** The UTF-8 bytes of id i are {@code pool[starts[i] .. starts[i + 1])}. */
  private byte[] pool = new byte[1024];

  private int[] starts = new int[65];
  private int[] hashes = new int[64];

  /** Open addressing, linear probing, at most half full; {@link #FREE} or an index. */
  private int[] table = freeTable(128);

  /**
   * @param what they are ids of, in messages
   */
  static RatingsVocabulary of(List<String> ids, String what) {
    RatingsVocabulary all = new RatingsVocabulary();
    for (String id : ids) {
      int index = all.size;
      if (id.isEmpty() || all.add(id) != index) {
        throw new IllegalArgumentException(
            what + " " + index + ": the id '" + id + "' is empty, or there before");
      }
    }
    return all;
  }

  int size() {
    return size;
  }

  String id(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("index " + index + " of " + size + " ids");
    }
    return new String(
        pool, starts[index], starts[index + 1] - starts[index], StandardCharsets.UTF_8);
  }

  /** The index of the id, which is added where it is new. */
  int add(String id) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return add(bytes, 0, bytes.length);
  }

  int add(byte[] bytes, int from, int to) {
    int hash = hash(bytes, from, to);
    int slot = slot(bytes, from, to, hash);
    if (table[slot] != FREE) {
      return table[slot];
    }
    if (2 * (size + 1) > table.length) {
      growTable();
      slot = slot(bytes, from, to, hash);
    }
    table[slot] = size;
    append(bytes, from, to, hash);
    return size++;
  }

  /** The index of the id, or -1. */
  int find(String id) {
    byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
    return table[slot(bytes, 0, bytes.length, hash(bytes, 0, bytes.length))];
  }

  RatingsVocabulary copy() {
    RatingsVocabulary copy = new RatingsVocabulary();
    copy.size = size;
    copy.pool = pool.clone();
    copy.starts = starts.clone();
    copy.hashes = hashes.clone();
    copy.table = table.clone();
    return copy;
  }

  private void append(byte[] bytes, int from, int to, int hash) {
    int start = starts[size];
    int end = Math.addExact(start, to - from);
    if (end > pool.length) {
      pool = Arrays.copyOf(pool, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(end, 2L * end)));
    }
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * size);
      starts = Arrays.copyOf(starts, 2 * size + 1);
    }
    System.arraycopy(bytes, from, pool, start, to - from);
    starts[size + 1] = end;
    hashes[size] = hash;
  }

  /** Where the id is, or would go. */
  private int slot(byte[] bytes, int from, int to, int hash) {
    int mask = table.length - 1;
    int slot = hash & mask;
    while (table[slot] != FREE && !is(table[slot], bytes, from, to, hash)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean is(int index, byte[] bytes, int from, int to, int hash) {
    return hashes[index] == hash
        && Arrays.equals(pool, starts[index], starts[index + 1], bytes, from, to);
  }

  private void growTable() {
    int[] larger = freeTable(2 * table.length);
    int mask = larger.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = hashes[i] & mask;
      while (larger[slot] != FREE) {
        slot = (slot + 1) & mask;
      }
      larger[slot] = i;
    }
    table = larger;
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    hash *= 0x9E3779B9; // spreads the runs that consecutive numbers make
    return hash ^ (hash >>> 16);
  }

  private static int[] freeTable(int length) {
    int[] slots = new int[length];
    Arrays.fill(slots, FREE);
    return slots;
  }
}
