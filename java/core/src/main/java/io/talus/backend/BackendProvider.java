package io.talus.backend;

import java.util.List;

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
   * Starts the backend, once; a later call gives the same.
   *
   * @return one for each device, at least one, the first with the provider's name
   * @throws BackendUnavailableException with the reason, and what a person can do about it
   */
  List<Backend> start();
}
