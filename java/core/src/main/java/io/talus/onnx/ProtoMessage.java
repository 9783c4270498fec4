package io.talus.onnx;

import io.talus.data.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in the encoding of protocol buffers: fields one after another, each its number and
 * kind, then its value.
 */
final class ProtoMessage {
  // Kinds of fields.
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private static final int MOST_BYTES_OF_VARINT = 10;

  private final List<byte[]> parts = new ArrayList<>();
  private long size;

  /** Bytes. */
  long size() {
    return size;
  }

  ProtoMessage integer(int field, long value) {
    start(field, VARINT);
    varint(value);
    return this;
  }

  ProtoMessage real(int field, float value) {
    start(field, FIXED32);
    add(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
    return this;
  }

  ProtoMessage text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoMessage bytes(int field, byte[] value) {
    start(field, LENGTH);
    varint(value.length);
    add(value);
    return this;
  }

  /** A message within this one, as it is now. */
  ProtoMessage message(int field, ProtoMessage value) {
    start(field, LENGTH);
    varint(value.size);
    value.parts.forEach(this::add);
    return this;
  }

  private void start(int field, int kind) {
    varint((long) field << 3 | kind);
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  private void varint(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES_OF_VARINT);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.put((byte) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest).flip();
    byte[] used = new byte[bytes.remaining()];
    bytes.get(used);
    add(used);
  }

  private void add(byte[] part) {
    parts.add(part);
    size += part.length;
  }

  void writeTo(FileChannel channel) throws IOException {
    for (byte[] part : parts) {
      AtomicFile.writeFully(channel, ByteBuffer.wrap(part));
    }
  }
}
