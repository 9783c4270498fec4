package io.talus.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the numbers of an NPY file may be. */
enum NpyType {
  F4("float32", Float.BYTES) {
    @Override
    double next(ByteBuffer bytes) {
      return bytes.getFloat();
    }
  },
  F8("float64", Double.BYTES) {
    @Override
    double next(ByteBuffer bytes) {
      return bytes.getDouble();
    }
  },
  I4("int32", Integer.BYTES) {
    @Override
    double next(ByteBuffer bytes) {
      return bytes.getInt();
    }
  },
  I8("int64", Long.BYTES) {
    @Override
    double next(ByteBuffer bytes) {
      return bytes.getLong();
    }
  },
  U1("uint8", 1) {
    @Override
    double next(ByteBuffer bytes) {
      return bytes.get() & 0xFF;
    }
  };

  private final String numpyName;
  private final int bytes;

  NpyType(String numpyName, int bytes) {
    this.numpyName = numpyName;
    this.bytes = bytes;
  }

  /** Of one number. */
  int bytes() {
    return bytes;
  }

  /** The next number; an int64 beyond 2^53 is rounded. */
  abstract double next(ByteBuffer from);

  /** Its letters in a header, behind the one for the order of bytes. */
  private String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As in {@code '<f4' (float32)}. */
  private String describe() {
    return "'" + (bytes == 1 ? "|" : "<") + code() + "' (" + numpyName + ")";
  }

  static String describe(List<NpyType> types) {
    return types.stream().map(NpyType::describe).collect(Collectors.joining(" or "));
  }

  /** The one of a header, or null where it is none of them. */
  static NpyType of(String descr) {
    boolean isOne = descr.length() == 3 && "<>|".indexOf(descr.charAt(0)) >= 0;
    return Arrays.stream(values())
        .filter(type -> isOne && descr.endsWith(type.code()))
        .filter(type -> (type.bytes == 1) == (descr.charAt(0) == '|'))
        .findAny()
        .orElse(null);
  }
}
