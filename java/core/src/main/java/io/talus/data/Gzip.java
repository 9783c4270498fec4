package io.talus.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Sees by a stream's first two bytes whether it is compressed. */
final class Gzip {
  private static final int MAGIC_0 = 0x1f;
  private static final int MAGIC_1 = 0x8b;
  private static final int BUFFER_BYTES = 1 << 16;

  private Gzip() {}

  /** The stream's contents, unpacked where they are compressed by gzip. */
  static InputStream unpack(InputStream stream) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(stream, BUFFER_BYTES);
    buffered.mark(2);
    boolean packed = buffered.read() == MAGIC_0 && buffered.read() == MAGIC_1;
    buffered.reset();
    return packed ? new GZIPInputStream(buffered, BUFFER_BYTES) : buffered;
  }
}
