package io.talus.op;

/** Operations that were recorded, to be done any number of times. */
public interface Recording extends AutoCloseable {
  /** Does them in the order in which they were recorded. */
  void run();

  @Override
  void close();

  /** For backends to which a recording brings nothing: runs the work each time. */
  static Recording of(Runnable work) {
    return new Recording() {
      @Override
      public void run() {
        work.run();
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }
}
