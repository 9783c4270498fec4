package io.talus.backend.cuda;

import io.talus.backend.BackendUnavailableException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Who makes float32 matrix products: the property {@code talus.cuda.cublas}.
 *
 * <p>MEASURE, the default, keeps what it has chosen ({@link CublasChoices}), so that bits are the
 * same from process to process on one machine with one version of cuBLAS; two machines with the
 * same GPU may choose otherwise, which only OFF rules out. On the software device, whose clock says
 * nothing about a GPU, the default is OFF.
 */
enum CublasMode {
  /** The library's own kernels; cuBLAS is not even loaded. */
  OFF,
  /** cuBLAS, wherever it can. */
  ON,
  /** For each shape whichever is faster: both are timed when a shape is first met, ever. */
  MEASURE;

  private static final String PROPERTY = "talus.cuda.cublas";

  /**
   * @param isSoftware whether there is no GPU that could be timed
   * @throws BackendUnavailableException when the property is none of these
   */
  static CublasMode ofProperty(boolean isSoftware) {
    String set = System.getProperty(PROPERTY, "").strip();
    if (set.isEmpty()) {
      return isSoftware ? OFF : MEASURE;
    }
    for (CublasMode mode : values()) {
      if (mode.word().equals(set)) {
        return mode;
      }
    }
    String known = Arrays.stream(values()).map(CublasMode::word).collect(Collectors.joining(", "));
    throw new BackendUnavailableException(PROPERTY + " is '" + set + "', expected one of " + known);
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
