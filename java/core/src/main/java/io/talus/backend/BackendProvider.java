package io.talus.backend;

/**
 * Finds out whether a backend can run here, and starts it. Found through {@link
 * java.util.ServiceLoader}.
 */
public interface BackendProvider {
  /** The backend's name, such as {@code cpu}. */
  String name();

  /** The one with the highest is tried first. CUDA 300, native CPU 200, Java 100. */
  int priority();

  /**
   * Starts the backend, once; a later call gives the same one.
   *
   * @throws BackendUnavailableException with the reason, and what a person can do about it
   */
  Backend start();
}
