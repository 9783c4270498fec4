package io.talus.backend;

/** An order of work of one backend: what is handed to it is done one after the other. */
public interface Stream extends AutoCloseable {
  /** For backends that have finished an operation when its call returns. */
  Stream IN_ORDER = () -> {};

  /** Waits for its work and gives it back. Every block made for it must have been closed. */
  @Override
  void close();
}
