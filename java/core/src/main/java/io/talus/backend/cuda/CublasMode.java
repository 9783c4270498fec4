package io.talus.backend.cuda;

import io.talus.backend.BackendUnavailableException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Who makes float32 matrix products: the property {@code talus.cuda.cublas}.
 *
 * <p>Only OFF, the default, keeps the promise of the same bits from process to process: what
 * MEASURE chooses may change with the weather, and what cuBLAS computes with its version. Within a
 * process a shape keeps its choice, and so its bits.
 */
enum CublasMode {
  /** The library's own kernels; cuBLAS is not even loaded. */
  OFF,
  /** cuBLAS, wherever it can. */
  ON,
  /** For each shape whichever is faster: both are timed when a shape is first met. */
  MEASURE;

  private static final String PROPERTY = "talus.cuda.cublas";

  /**
   * @throws BackendUnavailableException when the property is none of these
   */
  static CublasMode ofProperty() {
    String set = System.getProperty(PROPERTY, "").strip();
    if (set.isEmpty()) {
      return OFF;
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
