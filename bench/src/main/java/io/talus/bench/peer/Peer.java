package io.talus.bench.peer;

/** One way in which another library does the same work. */
public interface Peer extends AutoCloseable {
  /** One run; returns when the work is done. */
  void run();

  @Override
  void close();
}
