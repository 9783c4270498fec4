package io.talus.train;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.data.AtomicFile;
import io.talus.data.MalformedFileException;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of named float32 tensors in the safetensors format: eight bytes with the length of a JSON
 * header (little-endian), the header, then the tensors' bytes without gaps.
 */
final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final String FLOAT32 = "F32";
  private static final int ALIGNMENT = 8;

  /** As the format's own reader limits it. */
  private static final long MOST_HEADER_BYTES = 100_000_000;

  private static final int CHUNK_ELEMENTS = 1 << 20;

  private Safetensors() {}

  /** Writes the file, which appears whole or not at all. */
  static void write(Path file, Map<String, String> metadata, Map<String, Tensor> tensors)
      throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put(METADATA, metadata);
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      long end = offset + tensor.bytes();
      Map<String, Object> described = new LinkedHashMap<>(); // not Map.of: its order varies
      described.put("dtype", FLOAT32);
      described.put("shape", tensor.shape().toArray());
      described.put("data_offsets", new long[] {offset, end});
      header.put(entry.getKey(), described);
      offset = end;
    }
    byte[] json = JSON.std.asString(header).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.writeFully(channel, start.flip());
          for (Tensor tensor : tensors.values()) {
            writeElements(channel, tensor);
          }
        });
  }

  private static void writeElements(FileChannel channel, Tensor tensor) throws IOException {
    Tensor flat = tensor.reshape(tensor.size());
    ByteBuffer bytes = chunk(flat);
    for (long from = 0; from < flat.size(); from += CHUNK_ELEMENTS) {
      long to = Math.min(flat.size(), from + CHUNK_ELEMENTS);
      bytes.clear().limit((int) (to - from) * Float.BYTES);
      flat.rows(from, to).copyTo(bytes.asFloatBuffer());
      AtomicFile.writeFully(channel, bytes);
    }
  }

  private static ByteBuffer chunk(Tensor flat) {
    int elements = (int) Math.min(CHUNK_ELEMENTS, flat.size());
    return ByteBuffer.allocateDirect(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Reader open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new Reader(file, channel);
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  /** A file whose header has been read. */
  static final class Reader implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final Map<String, Object> header;
    private final long dataStart;
    private long dataBytes;

    private Reader(Path file, FileChannel channel) throws IOException {
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
      header = parse(StandardCharsets.UTF_8.decode(read(Long.BYTES, (int) length)).toString());
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
    String metadata(String key) {
      return header.get(METADATA) instanceof Map<?, ?> metadata
              && metadata.get(key) instanceof String text
          ? text
          : null;
    }

    /**
     * Holds the header against what is expected: these tensors and no others, without gaps, to the
     * file's end.
     *
     * @param wanted in any order
     */
    void require(Map<String, Shape> wanted) throws IOException {
      for (String name : header.keySet()) {
        if (!name.equals(METADATA) && !wanted.containsKey(name)) {
          throw wrong("holds a tensor '" + name + "' that its network does not have");
        }
      }
      for (Map.Entry<String, Shape> entry : wanted.entrySet()) {
        dataBytes += requireTensor(entry.getKey(), entry.getValue());
      }
      if (channel.size() - dataStart != dataBytes) {
        throw wrong(
            "has "
                + (channel.size() - dataStart)
                + " bytes behind the header; the tensors need "
                + dataBytes);
      }
    }

    private long requireTensor(String name, Shape shape) throws IOException {
      Map<?, ?> described = describe(name);
      long bytes = Math.multiplyExact(shape.size(), (long) Float.BYTES);
      if (!FLOAT32.equals(described.get("dtype"))) {
        throw wrong(name + " is of type " + described.get("dtype") + "; expected " + FLOAT32);
      }
      if (!numbers(described.get("shape")).equals(numbers(shape))) {
        throw wrong(name + " has shape " + described.get("shape") + "; expected " + numbers(shape));
      }
      List<Long> offsets = numbers(described.get("data_offsets"));
      long room = channel.size() - dataStart;
      if (offsets.size() != 2
          || offsets.get(0) < 0
          || offsets.get(1) > room
          || offsets.get(1) - offsets.get(0) != bytes) {
        throw wrong(
            name
                + " lies at "
                + described.get("data_offsets")
                + " of "
                + room
                + " bytes; expected "
                + bytes
                + " bytes within: the file is cut off or damaged");
      }
      return bytes;
    }

    private Map<?, ?> describe(String name) throws IOException {
      if (header.get(name) instanceof Map<?, ?> described) {
        return described;
      }
      throw wrong("lacks the tensor '" + name + "' of its network");
    }

    private static List<Long> numbers(Object value) {
      return value instanceof List<?> list && list.stream().allMatch(Number.class::isInstance)
          ? list.stream().map(number -> ((Number) number).longValue()).toList()
          : List.of();
    }

    private static List<Long> numbers(Shape shape) {
      return Arrays.stream(shape.toArray()).boxed().toList();
    }

    /** Fills a tensor that {@link #require} has found good. */
    void read(String name, Tensor tensor) throws IOException {
      long at = dataStart + numbers(describe(name).get("data_offsets")).get(0);
      Tensor flat = tensor.reshape(tensor.size());
      ByteBuffer bytes = chunk(flat);
      for (long from = 0; from < flat.size(); from += CHUNK_ELEMENTS) {
        long to = Math.min(flat.size(), from + CHUNK_ELEMENTS);
        bytes.clear().limit((int) (to - from) * Float.BYTES);
        readFully(at + from * Float.BYTES, bytes);
        flat.rows(from, to).copyFrom(bytes.asFloatBuffer());
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

    MalformedFileException wrong(String what) {
      return new MalformedFileException(file, what);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
