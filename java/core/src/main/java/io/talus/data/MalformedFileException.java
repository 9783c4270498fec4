package io.talus.data;

import java.io.IOException;
import java.nio.file.Path;

/** A file is not what it should be. The message says which file, where, and what was expected. */
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param what what is wrong, and what was expected
   */
  public MalformedFileException(Path file, String what) {
    this(file.toString(), what);
  }

  /**
   * @param line counted from 1
   * @param what what is wrong, and what was expected
   */
  public MalformedFileException(Path file, long line, String what) {
    this(file + ", line " + line, what);
  }

  /** For data that come from elsewhere than a file of their own. */
  public MalformedFileException(String source, String what) {
    super(source + ": " + what);
  }

  MalformedFileException(Path file, String what, Throwable cause) {
    super(file + ": " + what, cause);
  }
}
