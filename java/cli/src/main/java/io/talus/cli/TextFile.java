package io.talus.cli;

import io.talus.data.AtomicFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that is written whole or not at all. */
final class TextFile {
  private TextFile() {}

  /**
   * Says at once what would fail in the end.
   *
   * @param file to be written, or null
   * @throws FileNotFoundException when its folder is not there
   */
  static void requireFolder(Path file) throws FileNotFoundException {
    if (file != null && !Files.isDirectory(file.toAbsolutePath().getParent())) {
      throw new FileNotFoundException(
          file + ": " + file.toAbsolutePath().getParent() + " is not a folder");
    }
  }

  static void write(Path file, CharSequence text) throws IOException {
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, channel -> AtomicFile.writeFully(channel, ByteBuffer.wrap(bytes)));
  }
}
