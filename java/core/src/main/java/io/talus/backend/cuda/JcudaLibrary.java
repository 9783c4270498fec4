package io.talus.backend.cuda;

import io.talus.backend.BackendUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;

/**
 * Loads JCuda's native libraries.
 *
 * <p>JCuda unpacks them to the shared temporary folder under a fixed name and loads whatever lies
 * there: a file cut short by another process ends the JVM, and anyone may plant one. So they are
 * unpacked here, to a folder of the user's own, each written beside and renamed; the property that
 * tells JCuda where to look is set for as long as it looks.
 */
final class JcudaLibrary {
  private static final String VERSION = "12.6.0";
  private static final String TEMPORARY_FOLDER = "java.io.tmpdir";
  private static final String CUBLAS = "libcublas.so.12";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private JcudaLibrary() {}

  /**
   * Loads the binding of the driver API, and beneath it the driver, or the one in {@code
   * softwareFolder}.
   *
   * @param softwareFolder holds {@code libcuda.so.1} and {@code libcublas.so.12}; or null
   * @throws BackendUnavailableException when one of them is missing or does not load
   */
  static void loadDriver(String softwareFolder) {
    Path folder = folder();
    try {
      if (softwareFolder != null) {
        System.load(Path.of(softwareFolder, "libcuda.so.1").toAbsolutePath().toString());
      }
      unpack("JCudaDriver", folder);
      from(folder, () -> JCudaDriver.setExceptionsEnabled(false));
    } catch (LinkageError missing) {
      throw new BackendUnavailableException(driverReason(missing), missing);
    }
  }

  private static String driverReason(LinkageError missing) {
    String message = String.valueOf(missing.getMessage());
    return message.contains("libcuda")
        ? "there is no NVIDIA driver here (libcuda.so.1 was not found); with an NVIDIA GPU, install"
            + " its driver"
        : "JCuda's native library cannot be loaded: " + message;
  }

  /**
   * Loads the binding of cuBLAS, and beneath it the machine's cuBLAS, or the one in {@code
   * softwareFolder}.
   *
   * @return null, or why it cannot be used
   */
  static String loadCublas(String softwareFolder) {
    try {
      if (softwareFolder != null) {
        System.load(Path.of(softwareFolder, CUBLAS).toAbsolutePath().toString());
      }
      load("JCublas2", () -> JCublas2.setExceptionsEnabled(false));
      return null;
    } catch (LinkageError | BackendUnavailableException missing) {
      String message = String.valueOf(missing.getMessage());
      return "cuBLAS is not used: "
          + (message.contains(CUBLAS)
              ? CUBLAS + " was not found; with its folder in LD_LIBRARY_PATH it is"
              : message.lines().findFirst().orElse("its binding does not load"));
    }
  }

  /** Unpacks and loads {@code library} by touching a class of JCuda's within {@code touch}. */
  static void load(String library, Runnable touch) {
    Path folder = folder();
    unpack(library, folder);
    from(folder, touch);
  }

  private static void from(Path folder, Runnable touch) {
    synchronized (JcudaLibrary.class) {
      String before = System.getProperty(TEMPORARY_FOLDER);
      System.setProperty(TEMPORARY_FOLDER, folder.toString());
      try {
        touch.run();
      } finally {
        System.setProperty(TEMPORARY_FOLDER, before);
      }
    }
  }

  /** The user's folder for what outlasts a process; it need not be there yet. */
  static Path cache() {
    String set = System.getProperty("talus.cuda.cache");
    return set == null || set.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "talus")
        : Path.of(set);
  }

  private static Path folder() {
    Path folder = cache().resolve("jcuda-" + VERSION);
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
      return folder;
    } catch (IOException | UnsupportedOperationException failed) {
      throw new BackendUnavailableException(
          "JCuda's native libraries cannot be unpacked to "
              + folder
              + " ("
              + failed
              + "); -Dtalus.cuda.cache=FOLDER names another folder, which must be yours alone",
          failed);
    }
  }

  private static void unpack(String library, Path folder) {
    String file = "lib" + library + "-" + VERSION + "-linux-" + architecture() + ".so";
    Path target = folder.resolve(file);
    try (InputStream packed =
        JcudaLibrary.class.getClassLoader().getResourceAsStream("lib/" + file)) {
      if (packed == null) {
        throw new BackendUnavailableException(
            "JCuda's native library lib/"
                + file
                + " is not on the class path; JCuda has it for"
                + " Linux on x86-64 only");
      }
      byte[] content = packed.readAllBytes();
      if (Files.isRegularFile(target) && Files.size(target) == content.length) {
        return;
      }
      Path beside = Files.createTempFile(folder, library, ".tmp");
      try {
        Files.write(beside, content);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException failed) {
      throw new BackendUnavailableException(
          "JCuda's native library cannot be written to " + target + " (" + failed + ")", failed);
    }
  }

  private static String architecture() {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return name.equals("amd64") ? "x86_64" : name;
  }
}
