package io.talus.data;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * NumPy's array files: float32 and int32 of any size, row-major, for examples other types too.
 * Reads versions 1 to 3, little- or big-endian; writes version 1, little-endian.
 */
public final class Npy {
  /** Elements moved at a time. */
  private static final int CHUNK = 1 << 20;

  private Npy() {}

  /**
   * Reads a float32 array into a new tensor of {@code factory}.
   *
   * @throws MalformedFileException when the file holds something else, or not as many bytes as its
   *     header announces
   */
  public static Tensor readFloats(Path file, TensorFactory factory) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(file, channel, List.of(NpyType.F4));
      Tensor tensor = factory.tensor(header.shape());
      try {
        transfer(channel, header.order(), tensor, new FloatsIn(tensor), false);
        return tensor;
      } catch (IOException | RuntimeException failed) {
        tensor.close();
        throw failed;
      }
    }
  }

  /** Reads an int32 array into a new tensor of {@code factory}; see {@link #readFloats}. */
  public static IntTensor readInts(Path file, TensorFactory factory) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(file, channel, List.of(NpyType.I4));
      IntTensor tensor = factory.ints(header.shape());
      try {
        transfer(channel, header.order(), tensor, new IntsIn(tensor), false);
        return tensor;
      } catch (IOException | RuntimeException failed) {
        tensor.close();
        throw failed;
      }
    }
  }

  /**
   * Reads examples to learn from, as NumPy saves them.
   *
   * @param features float32, float64 or uint8, of which the last become 0 to 1: examples x
   *     features, or images, examples x height x width, with or without x channels
   * @param labels int32, int64 or uint8: the class of each example, in {@code 0 .. classes - 1}
   * @throws MalformedFileException when a file holds something else, or the counts differ
   * @throws IllegalArgumentException when a feature is NaN or infinite as float32, or a label is no
   *     class, naming the first such place
   */
  public static Dataset readExamples(Path features, Path labels, int classes) throws IOException {
    return NpyExamples.read(features, labels, classes);
  }

  /** Writes a tensor; the file appears whole or not at all. */
  public static void write(Path file, Tensor tensor) throws IOException {
    write(file, "<f4", tensor, new FloatsOut(tensor));
  }

  /** Writes a tensor; the file appears whole or not at all. */
  public static void write(Path file, IntTensor tensor) throws IOException {
    write(file, "<i4", tensor, new IntsOut(tensor));
  }

  private static void write(Path file, String type, DeviceArray array, Chunk chunk)
      throws IOException {
    array.requireOpen();
    AtomicFile.write(
        file,
        channel -> {
          AtomicFile.writeFully(channel, NpyHeader.bytes(type, array.shape()));
          transfer(channel, ByteOrder.LITTLE_ENDIAN, array, chunk, true);
        });
  }

  /** Moves elements {@code from} to {@code to} between an array and a buffer of just that size. */
  private interface Chunk {
    void move(long from, long to, ByteBuffer bytes);
  }

  private record FloatsIn(Tensor tensor) implements Chunk {
    @Override
    public void move(long from, long to, ByteBuffer bytes) {
      tensor.reshape(tensor.size()).rows(from, to).copyFrom(bytes.asFloatBuffer());
    }
  }

  private record FloatsOut(Tensor tensor) implements Chunk {
    @Override
    public void move(long from, long to, ByteBuffer bytes) {
      tensor.reshape(tensor.size()).rows(from, to).copyTo(bytes.asFloatBuffer());
    }
  }

  private record IntsIn(IntTensor tensor) implements Chunk {
    @Override
    public void move(long from, long to, ByteBuffer bytes) {
      tensor.reshape(tensor.size()).rows(from, to).copyFrom(bytes.asIntBuffer());
    }
  }

  private record IntsOut(IntTensor tensor) implements Chunk {
    @Override
    public void move(long from, long to, ByteBuffer bytes) {
      tensor.reshape(tensor.size()).rows(from, to).copyTo(bytes.asIntBuffer());
    }
  }

  private static void transfer(
      FileChannel channel, ByteOrder order, DeviceArray array, Chunk chunk, boolean out)
      throws IOException {
    int most = (int) Math.min(CHUNK, array.size());
    ByteBuffer bytes = ByteBuffer.allocateDirect(most * array.elementBytes()).order(order);
    for (long from = 0; from < array.size(); from += CHUNK) {
      long to = Math.min(array.size(), from + CHUNK);
      bytes.clear().limit((int) (to - from) * array.elementBytes());
      if (out) {
        chunk.move(from, to, bytes);
        AtomicFile.writeFully(channel, bytes);
      } else {
        readFully(channel, bytes);
        chunk.move(from, to, bytes);
      }
    }
  }

  /** The header has been held against the file's size, so that this does not meet the end. */
  static void readFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    bytes.flip();
  }
}
