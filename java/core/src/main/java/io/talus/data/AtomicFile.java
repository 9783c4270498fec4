package io.talus.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files that are there whole or not at all: the bytes go to a new file beside the target,
 * reach the disk, and only then take the target's name.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file's contents. */
  @FunctionalInterface
  public interface Writing {
    void to(FileChannel channel) throws IOException;
  }

  /**
   * Replaces {@code target} by what {@code writing} writes. When that fails, the target is as it
   * was and nothing stays behind.
   *
   * @throws NoSuchFileException when the folder does not exist
   * @throws IOException when it cannot be written, with the file and the reason
   */
  public static void write(Path target, Writing writing) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path folder = absolute.getParent();
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(target.toString(), null, folder + " is not a folder");
    }
    Path beside = folder.resolve(absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writing.to(channel);
        channel.force(true);
      }
      Files.move(
          beside, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (FileSystemException named) {
      throw named;
    } catch (IOException unnamed) {
      // A full disk, say: such messages have no more than the reason.
      throw new IOException(target + " was not written: " + unnamed.getMessage(), unnamed);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Writes all remaining bytes; a channel may take fewer at a time. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
