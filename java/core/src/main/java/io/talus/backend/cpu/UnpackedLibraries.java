package io.talus.backend.cpu;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.util.Arrays;
import org.bytedeco.javacpp.Loader;

/**
 * The libraries as JavaCPP has unpacked them from the jar. It unpacks one anew when its size or its
 * time differ; in reproducible jars all times are equal, and a changed library may be as long as
 * the one before.
 */
final class UnpackedLibraries {
  private static final String[] NAMES = {"libjniTalusCpu.so", "libtalus_cpu.so"};

  private UnpackedLibraries() {}

  /** Deletes those that are not what the jar holds, so that they are unpacked anew. */
  static void deleteStale() throws IOException {
    for (String name : NAMES) {
      URL packed = TalusCpu.class.getResource(Loader.getPlatform() + "/" + name);
      if (packed != null && packed.getProtocol().equals("jar")) {
        File unpacked = Loader.cacheResource(packed);
        if (unpacked != null && !holdsTheSame(packed, unpacked)) {
          Files.delete(unpacked.toPath());
        }
      }
    }
  }

  private static boolean holdsTheSame(URL packed, File unpacked) throws IOException {
    try (InputStream content = packed.openStream()) {
      return Arrays.equals(content.readAllBytes(), Files.readAllBytes(unpacked.toPath()));
    }
  }
}
