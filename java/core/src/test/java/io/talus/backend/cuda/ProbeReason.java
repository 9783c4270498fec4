package io.talus.backend.cuda;

import io.talus.backend.BackendUnavailableException;

/** Tells whether the backend can be used, or why not. */
final class ProbeReason {
  private ProbeReason() {}

  public static void main(String[] arguments) {
    try {
      CudaBackendProvider.probe().forEach(CudaBackend::close);
      System.out.println("usable");
    } catch (BackendUnavailableException reason) {
      System.out.println(reason.getMessage());
    }
  }
}
