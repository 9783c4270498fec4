package io.talus.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Examples in two NPY files, see {@link Npy#readExamples}. */
final class NpyExamples {
  private static final List<NpyType> FEATURES = List.of(NpyType.F4, NpyType.F8, NpyType.U1);
  private static final List<NpyType> LABELS = List.of(NpyType.I4, NpyType.I8, NpyType.U1);
  private static final double BYTE_MAXIMUM = 255;

  /** Numbers read at a time. */
  private static final int CHUNK = 1 << 16;

  private NpyExamples() {}

  private interface NumberAction {
    void see(int index, double value) throws IOException;
  }

  static Dataset read(Path features, Path labels, int classes) throws IOException {
    int[] labelOf = labels(labels);
    try (FileChannel channel = FileChannel.open(features, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(features, channel, FEATURES);
      long[] shape = header.shape();
      if (shape.length < 2 || shape.length > 4) {
        throw new MalformedFileException(
            features,
            "holds an array of "
                + Arrays.toString(shape)
                + "; expected examples x features, or images: examples x height x width, with"
                + " or without x channels");
      }
      if (shape[0] != labelOf.length) {
        throw new MalformedFileException(
            features,
            "holds " + shape[0] + " examples, " + labels + " " + labelOf.length + " labels");
      }
      float[] values = new float[count(features, header)];
      double scale = header.type() == NpyType.U1 ? BYTE_MAXIMUM : 1;
      forEach(features, channel, header, (i, value) -> values[i] = (float) (value / scale));
      return shape.length == 2
          ? Dataset.of(values, labelOf, classes)
          : Dataset.ofImages(values, labelOf, classes, image(shape));
    }
  }

  private static ImageShape image(long[] shape) {
    int channels = shape.length == 3 ? 1 : Math.toIntExact(shape[3]);
    return new ImageShape(Math.toIntExact(shape[1]), Math.toIntExact(shape[2]), channels);
  }

  private static int[] labels(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(file, channel, LABELS);
      int[] labels = new int[count(file, header)];
      if (header.shape().length != 1) {
        throw new MalformedFileException(
            file, "holds an array of " + Arrays.toString(header.shape()) + "; expected one axis");
      }
      forEach(
          file,
          channel,
          header,
          (i, value) -> {
            labels[i] = (int) value;
            if (labels[i] != value || value < 0) {
              throw new MalformedFileException(
                  file, String.format(Locale.ROOT, "label %d is %.0f, no class", i, value));
            }
          });
      return labels;
    }
  }

  private static int count(Path file, NpyHeader header) throws IOException {
    long count = Arrays.stream(header.shape()).reduce(1, (a, b) -> a * b);
    if (count == 0 || count > Integer.MAX_VALUE - 8) {
      throw new MalformedFileException(
          file, "holds " + count + " numbers; a dataset has some, but below 2^31 - 8");
    }
    return (int) count;
  }

  private static void forEach(Path file, FileChannel channel, NpyHeader header, NumberAction action)
      throws IOException {
    int count = count(file, header);
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * header.type().bytes()).order(header.order());
    bytes.limit(0);
    for (int i = 0; i < count; i++) {
      if (!bytes.hasRemaining()) {
        bytes.clear().limit(Math.min(CHUNK, count - i) * header.type().bytes());
        Npy.readFully(channel, bytes);
      }
      action.see(i, header.type().next(bytes));
    }
  }
}
