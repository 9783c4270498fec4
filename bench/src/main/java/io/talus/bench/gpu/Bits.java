package io.talus.bench.gpu;

import io.talus.bench.work.Work;
import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The bit pattern of one result: a hash of all of it, and some elements, by which it can be told
 * how far two that differ are apart.
 *
 * @param operand which operand of the op it is
 * @param hash of all bits, in hexadecimal
 * @param sample bits of elements at equal distances
 */
record Bits(int operand, boolean isFloat, int size, String hash, int[] sample) {
  private static final int SAMPLES = 16;
  private static final int HASH_BYTES = 8;

  /** What one run of a work changes; its answer is checked as well. */
  static List<Bits> of(Work work) {
    List<DeviceArray> operands = work.operands();
    List<int[]> before = operands.stream().map(Bits::read).toList();
    work.verify();
    List<Bits> changed = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      int[] after = read(operands.get(i));
      if (!Arrays.equals(before.get(i), after)) {
        changed.add(
            new Bits(
                i, operands.get(i) instanceof Tensor, after.length, hash(after), sample(after)));
      }
    }
    return changed;
  }

  private static int[] read(DeviceArray array) {
    if (array instanceof Tensor tensor) {
      float[] values = tensor.toArray();
      int[] bits = new int[values.length];
      Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
      return bits;
    }
    return array instanceof IntTensor ints ? ints.toArray() : new int[0];
  }

  private static String hash(int[] bits) {
    ByteBuffer bytes =
        ByteBuffer.allocate(bits.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(bits);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static int[] sample(int[] bits) {
    int[] sample = new int[Math.min(SAMPLES, bits.length)];
    Arrays.setAll(sample, i -> bits[(int) ((long) i * bits.length / sample.length)]);
    return sample;
  }

  boolean isSame(Bits other) {
    return hash.equals(other.hash);
  }

  /** Sampled elements whose bits differ. */
  long differing(Bits other) {
    long count = 0;
    for (int i = 0; i < sample.length; i++) {
      count += sample[i] == other.sample[i] ? 0 : 1;
    }
    return count;
  }

  /** The largest distance of sampled elements in units of the last place; NaN to a number: all. */
  long ulps(Bits other) {
    long most = 0;
    for (int i = 0; i < sample.length && isFloat; i++) {
      if (sample[i] != other.sample[i]) {
        boolean unlike =
            Float.isNaN(Float.intBitsToFloat(sample[i]))
                != Float.isNaN(Float.intBitsToFloat(other.sample[i]));
        long apart = Math.abs(ordered(sample[i]) - ordered(other.sample[i]));
        most = Math.max(most, unlike ? Long.MAX_VALUE : apart);
      }
    }
    return most;
  }

  /** Floats in order as whole numbers, both zeros as 0. */
  private static long ordered(int bits) {
    return bits < 0 ? -(long) (bits & Integer.MAX_VALUE) : bits;
  }

  /** Fields between tabs; {@link #parse} reads them. */
  String text() {
    StringBuilder hex = new StringBuilder();
    for (int bits : sample) {
      hex.append(hex.isEmpty() ? "" : " ").append(Integer.toHexString(bits));
    }
    return operand + "\t" + (isFloat ? "float" : "int") + "\t" + size + "\t" + hash + "\t" + hex;
  }

  /** The five fields from {@code first} on. */
  static Bits parse(String[] fields, int first) {
    int[] sample =
        Arrays.stream(fields[first + 4].split(" "))
            .mapToInt(hex -> Integer.parseUnsignedInt(hex, 16))
            .toArray();
    return new Bits(
        Integer.parseInt(fields[first]),
        fields[first + 1].equals("float"),
        Integer.parseInt(fields[first + 2]),
        fields[first + 3],
        sample);
  }
}
