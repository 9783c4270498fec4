package io.talus.data;

import io.talus.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands before the numbers of an NPY file.
 *
 * @param type of each number
 * @param shape lengths of the axes; a single value has one axis of length 1
 * @param order of the bytes of a number
 */
record NpyHeader(NpyType type, long[] shape, ByteOrder order) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int MOST_TEXT_BYTES = 1 << 20;

  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  /**
   * Reads the header and leaves the channel at the first number.
   *
   * @param types what the numbers may be
   */
  static NpyHeader read(Path file, FileChannel channel, List<NpyType> types) throws IOException {
    ByteBuffer start = read(file, channel, MAGIC.length + 2);
    byte[] magic = new byte[MAGIC.length];
    start.get(magic);
    int version = start.get();
    if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 3) {
      throw new MalformedFileException(
          file, "does not begin as an NPY file of version 1, 2 or 3 does");
    }
    long length =
        version == 1
            ? Short.toUnsignedInt(read(file, channel, Short.BYTES).getShort())
            : Integer.toUnsignedLong(read(file, channel, Integer.BYTES).getInt());
    if (length > MOST_TEXT_BYTES) {
      throw new MalformedFileException(file, "announces a header of " + length + " bytes");
    }
    String text = StandardCharsets.UTF_8.decode(read(file, channel, (int) length)).toString();
    NpyHeader header = parse(file, text, types);
    requireSize(file, channel, header);
    return header;
  }

  private static NpyHeader parse(Path file, String text, List<NpyType> types) throws IOException {
    String descr = find(file, TYPE, text, "'descr'");
    NpyType type = NpyType.of(descr);
    if (type == null || !types.contains(type)) {
      throw new MalformedFileException(
          file, "holds numbers of type '" + descr + "'; expected " + NpyType.describe(types));
    }
    if (find(file, FORTRAN, text, "'fortran_order'").equals("True")) {
      throw new MalformedFileException(
          file, "is in column-major order; save numpy.ascontiguousarray(x) for row-major order");
    }
    ByteOrder order = descr.charAt(0) == '<' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    return new NpyHeader(type, parseShape(file, find(file, SHAPE, text, "'shape'"), type), order);
  }

  private static String find(Path file, Pattern pattern, String text, String key)
      throws MalformedFileException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new MalformedFileException(
          file, "the header has no proper " + key + ": " + text.strip());
    }
    return matcher.group(1);
  }

  private static long[] parseShape(Path file, String text, NpyType type)
      throws MalformedFileException {
    try {
      long[] lengths =
          Arrays.stream(text.split(","))
              .map(String::strip)
              .filter(length -> !length.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      lengths = lengths.length == 0 ? new long[] {1} : lengths;
      Math.multiplyExact(Shape.of(lengths).size(), (long) type.bytes());
      return lengths;
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new MalformedFileException(file, "the header's shape (" + text + ") is no shape");
    }
  }

  private static void requireSize(Path file, FileChannel channel, NpyHeader header)
      throws IOException {
    Shape shape = Shape.of(header.shape());
    long have = channel.size() - channel.position();
    long wanted = shape.size() * header.type().bytes();
    if (have != wanted) {
      throw new MalformedFileException(
          file,
          "has "
              + have
              + " bytes behind the header, which announces an array of "
              + shape
              + ": "
              + wanted
              + " bytes");
    }
  }

  private static ByteBuffer read(Path file, FileChannel channel, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new MalformedFileException(file, "ends within the header of an NPY file");
      }
    }
    return bytes.flip();
  }

  /** A version 1 header, padded so that the numbers begin at a multiple of 64 bytes. */
  static ByteBuffer bytes(String type, Shape shape) {
    String lengths = Arrays.toString(shape.toArray());
    String tuple = "(" + lengths.substring(1, lengths.length() - 1) + ",)";
    String text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + tuple + ", }";
    int before = MAGIC.length + 2 + Short.BYTES;
    int end = (before + text.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    byte[] padded = new byte[end - before];
    Arrays.fill(padded, (byte) ' ');
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, padded, 0, text.length());
    padded[padded.length - 1] = '\n';
    ByteBuffer bytes = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded.length).put(padded);
    return bytes.flip();
  }
}
