package io.talus.backend.reference;

import io.talus.backend.Backend;
import io.talus.backend.BackendProvider;
import java.util.List;

/** Always available. */
public final class ReferenceBackendProvider implements BackendProvider {
  private static final ReferenceBackend BACKEND = new ReferenceBackend();

  @Override
  public String name() {
    return ReferenceBackend.NAME;
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public List<Backend> start() {
    return List.of(BACKEND);
  }
}
