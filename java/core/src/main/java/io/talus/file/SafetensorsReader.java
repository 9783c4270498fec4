package io.talus.file;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.data.MalformedFileException;
import io.talus.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** A file of {@link Safetensors} whose header has been read. */
public final class SafetensorsReader implements AutoCloseable {
  /** As the format's own reader limits it. */
  private static final long MOST_HEADER_BYTES = 100_000_000;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Object> header;
  private final long dataStart;
  private final byte[] headerBytes;

  public static SafetensorsReader open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new SafetensorsReader(file, channel);
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  private SafetensorsReader(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    if (size < Long.BYTES) {
      throw wrong("has " + size + " bytes; a safetensors file has 8 and a header at least");
    }
    long length = read(0, Long.BYTES).getLong();
    if (length < 2 || length > Math.min(MOST_HEADER_BYTES, size - Long.BYTES)) {
      throw wrong(
          "announces a header of "
              + length
              + " bytes in a file of "
              + size
              + ": it is cut off, or no safetensors file");
    }
    headerBytes = read(Long.BYTES, (int) length).array();
    header = parse(new String(headerBytes, StandardCharsets.UTF_8));
    dataStart = Long.BYTES + length;
  }

  private Map<String, Object> parse(String json) throws IOException {
    try {
      return JSON.std.mapFrom(json);
    } catch (IOException notJson) {
      MalformedFileException wrong = wrong("the header is not JSON: " + notJson.getMessage());
      wrong.initCause(notJson);
      throw wrong;
    }
  }

  /** One text of the metadata, or null. */
  public String metadata(String key) {
    return header.get(Safetensors.METADATA) instanceof Map<?, ?> metadata
            && metadata.get(key) instanceof String text
        ? text
        : null;
  }

  /**
   * Holds the file against what is expected: these tensors and no others, without gaps, to the
   * file's end, and the checksum.
   *
   * @param wanted in any order
   * @param passedOver how the names of tensors begin that may be there too; null for none
   */
  public void require(Map<String, ArrayType> wanted, String passedOver) throws IOException {
    long dataBytes = 0;
    for (String name : header.keySet()) {
      if (!name.equals(Safetensors.METADATA) && !wanted.containsKey(name)) {
        if (passedOver == null || !name.startsWith(passedOver)) {
          throw wrong("holds a tensor '" + name + "' that its description does not name");
        }
        dataBytes += requirePlace(name);
      }
    }
    for (Map.Entry<String, ArrayType> entry : wanted.entrySet()) {
      dataBytes += requireTensor(entry.getKey(), entry.getValue());
    }
    if (channel.size() - dataStart != dataBytes) {
      throw wrong(
          "has "
              + (channel.size() - dataStart)
              + " bytes behind the header; the tensors need "
              + dataBytes);
    }
    requireChecksum();
  }

  private void requireChecksum() throws IOException {
    int place = Safetensors.checksumPlace(headerBytes);
    if (place < 0) {
      throw wrong("has no checksum: it is damaged, or not written by Talus");
    }
    int length = Safetensors.NO_CHECKSUM.length();
    byte[] zeroed = headerBytes.clone();
    Arrays.fill(zeroed, place, place + length, (byte) '0');
    CRC32C checksum = new CRC32C();
    checksum.update(read(0, Long.BYTES));
    checksum.update(zeroed);
    ByteBuffer bytes = ByteBuffer.allocate(Safetensors.CHUNK_ELEMENTS);
    for (long at = dataStart; at < channel.size(); at += bytes.limit()) {
      bytes.clear().limit((int) Math.min(bytes.capacity(), channel.size() - at));
      readFully(at, bytes);
      checksum.update(bytes);
    }
    byte[] digits = Safetensors.digits(checksum);
    if (!Arrays.equals(digits, 0, length, headerBytes, place, place + length)) {
      throw wrong("is damaged: its checksum is not that of its contents");
    }
  }

  private long requireTensor(String name, ArrayType type) throws IOException {
    Map<?, ?> described = describe(name);
    if (!type.elements().name().equals(described.get("dtype"))) {
      throw wrong(name + " is of type " + described.get("dtype") + "; expected " + type.elements());
    }
    List<Long> shape = numbers(type.shape());
    if (!numbers(described.get("shape")).equals(shape)) {
      throw wrong(name + " has shape " + described.get("shape") + "; expected " + shape);
    }
    long found = requirePlace(name);
    if (found != type.bytes()) {
      throw wrong(name + " has " + found + " bytes; expected " + type.bytes());
    }
    return found;
  }

  /** The bytes that a tensor takes, all of which are in the file. */
  private long requirePlace(String name) throws IOException {
    Object place = describe(name).get("data_offsets");
    List<Long> offsets = numbers(place);
    long room = channel.size() - dataStart;
    if (offsets.size() != 2
        || offsets.get(0) < 0
        || offsets.get(1) < offsets.get(0)
        || offsets.get(1) > room) {
      throw wrong(
          name + " lies at " + place + " of " + room + " bytes: the file is cut off or damaged");
    }
    return offsets.get(1) - offsets.get(0);
  }

  private Map<?, ?> describe(String name) throws IOException {
    if (header.get(name) instanceof Map<?, ?> described) {
      return described;
    }
    throw wrong("lacks the tensor '" + name + "' of its description");
  }

  private static List<Long> numbers(Object value) {
    return value instanceof List<?> list && list.stream().allMatch(Number.class::isInstance)
        ? list.stream().map(number -> ((Number) number).longValue()).toList()
        : List.of();
  }

  private static List<Long> numbers(Shape shape) {
    return Arrays.stream(shape.toArray()).boxed().toList();
  }

  /** Fills an array that {@link #require} has found good. */
  public void read(String name, StoredArray array) throws IOException {
    long at = dataStart + numbers(describe(name).get("data_offsets")).get(0);
    long size = array.type().shape().size();
    int width = array.type().elements().bytes();
    ByteBuffer bytes = Safetensors.chunk(array.type());
    for (long from = 0; from < size; from += Safetensors.CHUNK_ELEMENTS) {
      long to = Math.min(size, from + Safetensors.CHUNK_ELEMENTS);
      bytes.clear().limit((int) (to - from) * width);
      readFully(at + from * width, bytes);
      array.read(from, bytes);
    }
  }

  private ByteBuffer read(long at, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    readFully(at, bytes);
    return bytes;
  }

  private void readFully(long start, ByteBuffer bytes) throws IOException {
    long at = start;
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, at);
      if (read < 0) {
        throw wrong("became shorter while it was read");
      }
      at += read;
    }
    bytes.flip();
  }

  /** What is wrong with this file. */
  public MalformedFileException wrong(String what) {
    return new MalformedFileException(file, what);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
