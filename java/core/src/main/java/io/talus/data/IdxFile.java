package io.talus.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipException;

/** One IDX file being read: its header, then its bytes, then its end, each checked. */
final class IdxFile implements AutoCloseable {
  static final Kind IMAGES = new Kind("images", 2051, List.of("count", "rows", "columns"));
  static final Kind LABELS = new Kind("labels", 2049, List.of("count"));

  /** The most that gzip can make of a byte, rounded up: no honest header announces more. */
  private static final long MOST_FROM_ONE_BYTE = 1040;

  private final Path path;
  private final InputStream in;
  private final Kind kind;
  private int[] lengths;
  private long total;
  private long have;

  /** What a file holds: how it begins and which lengths follow. */
  record Kind(String name, int magic, List<String> lengths) {
    int headerBytes() {
      return Integer.BYTES * (1 + lengths.size());
    }
  }

  private IdxFile(Path path, InputStream in, Kind kind) {
    this.path = path;
    this.in = in;
    this.kind = kind;
  }

  static IdxFile open(Path path, Kind kind) throws IOException {
    InputStream raw = Files.newInputStream(path);
    try {
      IdxFile file = new IdxFile(path, Gzip.unpack(raw), kind);
      file.readHeader();
      return file;
    } catch (ZipException damaged) {
      raw.close();
      throw new MalformedFileException(path, "the compressed data are damaged", damaged);
    } catch (IOException | RuntimeException failed) {
      raw.close();
      throw failed;
    }
  }

  /** One number of the header. */
  int length(int axis) {
    return lengths[axis];
  }

  /** The bytes that the header announces. */
  long total() {
    return total;
  }

  private void readHeader() throws IOException {
    byte[] bytes = new byte[kind.headerBytes()];
    int read = readUpTo(bytes);
    if (read < bytes.length) {
      throw new MalformedFileException(
          path,
          "has only "
              + read
              + " bytes; an IDX file of "
              + kind.name()
              + " begins with a header of "
              + bytes.length);
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int magic = header.getInt();
    if (magic != kind.magic()) {
      throw new MalformedFileException(
          path,
          "begins with the number "
              + magic
              + "; an IDX file of "
              + kind.name()
              + " begins with "
              + kind.magic());
    }
    lengths = new int[kind.lengths().size()];
    total = 1;
    long most = MOST_FROM_ONE_BYTE * Files.size(path);
    for (int axis = 0; axis < lengths.length; axis++) {
      lengths[axis] = header.getInt();
      // Each factor is below 2^31 and the product before it at most `most`, or the file is refused.
      total *= lengths[axis];
      if (lengths[axis] < 0 || total > most) {
        throw new MalformedFileException(
            path,
            "the header's "
                + kind.lengths().get(axis)
                + " is "
                + lengths[axis]
                + ", which cannot be right for a file of "
                + Files.size(path)
                + " bytes");
      }
    }
  }

  /** Fills {@code bytes} with what comes next. */
  void read(byte[] bytes) throws IOException {
    int read = readUpTo(bytes);
    have += read;
    if (read < bytes.length) {
      throw new MalformedFileException(
          path,
          "ends after "
              + have
              + " bytes behind the header, which announces "
              + total
              + ": the file is cut off");
    }
  }

  /** Refuses a file that goes on. */
  void requireEnd() throws IOException {
    long more;
    try {
      more = in.transferTo(OutputStream.nullOutputStream());
    } catch (EOFException | ZipException damaged) {
      throw new MalformedFileException(
          path, "the end of the compressed data is missing or damaged", damaged);
    }
    if (more > 0) {
      throw new MalformedFileException(
          path, "goes on for " + more + " bytes after the " + total + " that its header announces");
    }
  }

  /** Reads until {@code bytes} is full or the file ends; how many came. */
  private int readUpTo(byte[] bytes) throws IOException {
    int count = 0;
    try {
      while (count < bytes.length) {
        int read = in.read(bytes, count, bytes.length - count);
        if (read < 0) {
          break;
        }
        count += read;
      }
    } catch (EOFException cut) {
      return count; // compressed data that were cut off end like this
    } catch (ZipException damaged) {
      throw new MalformedFileException(path, "the compressed data are damaged", damaged);
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
