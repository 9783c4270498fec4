package io.talus.backend.cuda;

import io.talus.data.AtomicFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import jcuda.driver.JCudaDriver;

/**
 * Which products cuBLAS makes, in a file of its own for each model of GPU, driver, cuBLAS and
 * version of our kernels: a choice once made holds for all processes after, and with it the bits.
 * Delete the file to choose anew. Two processes that write at once may lose one of the choices,
 * which is then made again.
 */
final class CublasChoices {
  /** What a choice depends on. */
  record Shape(int layout, long m, long n, long k, int vectors, boolean isFinished) {
    private static final int FIELDS = 6;

    static Shape of(GemmProduct p) {
      return new Shape(p.layout(), p.m, p.n, p.k, p.vectors(), Cublas.isFinished(p));
    }

    private static Shape parse(String[] fields) {
      return new Shape(
          Integer.parseInt(fields[0]),
          Long.parseLong(fields[1]),
          Long.parseLong(fields[2]),
          Long.parseLong(fields[3]),
          Integer.parseInt(fields[4]),
          Boolean.parseBoolean(fields[5]));
    }

    @Override
    public String toString() {
      return layout + "\t" + m + "\t" + n + "\t" + k + "\t" + vectors + "\t" + isFinished;
    }
  }

  private static final System.Logger LOG = System.getLogger("io.talus");
  private static final String THEIRS = "cublas";
  private static final String OURS = "talus";
  private static final int HASH_BYTES = 6;

  private final Path file;
  private final String setting;
  private final Map<Shape, Boolean> known;
  private boolean isWritable = true;

  /**
   * Reads what has been chosen before, if anything.
   *
   * @param folder where the file is; it is made when there is something to write
   * @param setting all that choices depend on but the shape, in one line
   */
  CublasChoices(Path folder, String setting) {
    this.setting = setting;
    file = folder.resolve("products-" + hash(setting.getBytes(StandardCharsets.UTF_8)) + ".tsv");
    known = read();
  }

  /** Those for a GPU, its driver and this cuBLAS. */
  static CublasChoices of(CudaContext context, int cublas) {
    int[] driver = new int[1];
    context.check(JCudaDriver.cuDriverGetVersion(driver), "cuDriverGetVersion", context.name());
    String setting =
        "%s, driver for CUDA %d, cuBLAS %d, kernels %s"
            .formatted(
                context, driver[0], cublas, hash(KernelModule.read("gemm", context.level())));
    return new CublasChoices(JcudaLibrary.cache(), setting);
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /** Whether cuBLAS makes such products; null where that is not known yet. */
  synchronized Boolean get(Shape shape) {
    return known.get(shape);
  }

  /**
   * Keeps a choice.
   *
   * @return that which holds: another process may have been first
   */
  synchronized boolean put(Shape shape, boolean isTheirs) {
    if (isWritable) {
      read().forEach(known::putIfAbsent);
    }
    Boolean before = known.putIfAbsent(shape, isTheirs);
    if (before != null) {
      return before;
    }
    if (isWritable) {
      write();
    }
    return isTheirs;
  }

  private Map<Shape, Boolean> read() {
    Map<Shape, Boolean> choices = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        if (!line.startsWith("#")) {
          String[] fields = line.split("\t", -1);
          if (fields.length != Shape.FIELDS + 1) {
            throw new NumberFormatException("a line has " + fields.length + " fields");
          }
          choices.put(Shape.parse(fields), fields[Shape.FIELDS].equals(THEIRS));
        }
      }
      return choices;
    } catch (NoSuchFileException none) {
      return choices;
    } catch (IOException | NumberFormatException broken) {
      LOG.log(
          Level.WARNING,
          file + " cannot be read (" + broken + "): who makes which products is measured anew");
      return new HashMap<>();
    }
  }

  private void write() {
    StringBuilder text =
        new StringBuilder("# ")
            .append(setting)
            .append("\n# layout, m, n, k, vectors, whether something follows, who is faster\n");
    Map<String, Boolean> sorted = new TreeMap<>();
    known.forEach((shape, isTheirs) -> sorted.put(shape.toString(), isTheirs));
    sorted.forEach(
        (shape, isTheirs) ->
            text.append(shape).append('\t').append(isTheirs ? THEIRS : OURS).append('\n'));
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
    try {
      Files.createDirectories(file.getParent());
      AtomicFile.write(file, channel -> AtomicFile.writeFully(channel, bytes));
    } catch (IOException failed) {
      isWritable = false;
      LOG.log(
          Level.WARNING,
          file
              + " cannot be written ("
              + failed
              + "): the next process measures anew who makes which products, and may choose"
              + " otherwise; -Dtalus.cuda.cache=FOLDER names another folder");
    }
  }
}
