package io.talus.file;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.data.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Files of named arrays in the safetensors format: eight bytes with the length of a JSON header
 * (little-endian), the header, then the arrays' bytes without gaps.
 *
 * <p>The metadata have a CRC-32C, as eight hexadecimal digits, of the whole file with zeros in
 * these digits' place.
 */
public final class Safetensors {
  static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  static final int CHUNK_ELEMENTS = 1 << 20;

  /** What comes before the digits of the checksum. Within a text, its quotes would be escaped. */
  private static final String CHECKSUM_FIELD = "\"talus.crc32c\":\"";

  static final String NO_CHECKSUM = "00000000";

  private Safetensors() {}

  /** Writes the file, which appears whole or not at all. */
  public static void write(Path file, Map<String, String> metadata, Map<String, StoredArray> arrays)
      throws IOException {
    Map<String, String> texts = new LinkedHashMap<>(metadata);
    texts.put("talus.crc32c", NO_CHECKSUM);
    Map<String, Object> header = new LinkedHashMap<>();
    header.put(METADATA, texts);
    long offset = 0;
    for (Map.Entry<String, StoredArray> entry : arrays.entrySet()) {
      ArrayType type = entry.getValue().type();
      long end = offset + type.bytes();
      Map<String, Object> described = new LinkedHashMap<>(); // not Map.of: its order varies
      described.put("dtype", type.elements().name());
      described.put("shape", type.shape().toArray());
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
    CRC32C checksum = new CRC32C();
    checksum.update(start.flip());
    start.rewind();
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.writeFully(channel, start);
          for (StoredArray array : arrays.values()) {
            writeElements(channel, array, checksum);
          }
          channel.position(Long.BYTES + checksumPlace(json));
          AtomicFile.writeFully(channel, ByteBuffer.wrap(digits(checksum)));
        });
  }

  /** Where in the header the digits of the checksum are; negative where there are none. */
  static int checksumPlace(byte[] header) {
    int at = new String(header, StandardCharsets.ISO_8859_1).indexOf(CHECKSUM_FIELD);
    int place = at + CHECKSUM_FIELD.length();
    return at < 0 || place + NO_CHECKSUM.length() > header.length ? -1 : place;
  }

  static byte[] digits(CRC32C checksum) {
    return String.format("%08x", checksum.getValue()).getBytes(StandardCharsets.US_ASCII);
  }

  private static void writeElements(FileChannel channel, StoredArray array, CRC32C checksum)
      throws IOException {
    long size = array.type().shape().size();
    ByteBuffer bytes = chunk(array.type());
    for (long from = 0; from < size; from += CHUNK_ELEMENTS) {
      long to = Math.min(size, from + CHUNK_ELEMENTS);
      bytes.clear().limit((int) (to - from) * array.type().elements().bytes());
      array.write(from, bytes);
      checksum.update(bytes.duplicate());
      AtomicFile.writeFully(channel, bytes);
    }
  }

  /** Room for some of an array's elements. */
  static ByteBuffer chunk(ArrayType type) {
    int elements = (int) Math.min(CHUNK_ELEMENTS, type.shape().size());
    return ByteBuffer.allocateDirect(elements * type.elements().bytes())
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
