package io.talus.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jline.utils.Signals;

/**
 * Ctrl-C, or another request to end: the training is asked to stop, and the process goes on until
 * what was learned is safe. A second one ends the process at once.
 *
 * <p>No hook of the virtual machine's shutdown, where the device would close at the same time.
 */
final class StopSignal implements AutoCloseable {
  private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15);
  private static final int STATUS_OF_SIGNALS = 128;

  private final PrintWriter terminal;
  private final Map<String, Object> handlersBefore = new HashMap<>();
  private volatile String raised;

  /** Listens until closed. */
  StopSignal(PrintWriter terminal) {
    this.terminal = terminal;
    for (String signal : NUMBERS.keySet()) {
      handlersBefore.put(signal, Signals.register(signal, () -> raise(signal)));
    }
  }

  private void raise(String signal) {
    close();
    raised = signal;
    terminal.printf("%nStopping after this batch; once more to end at once.%n");
    terminal.flush();
  }

  /** For {@link io.talus.train.TrainingLoop#stopWhen}. */
  boolean stops() {
    return raised != null;
  }

  /** Says it of a training that heard {@link #stops}, and ended before its end. */
  void tellHowToGoOn(Path kept, String resumeCommand) {
    terminal.printf("%nStopped. What was learned is in %s; to go on:%n  %s%n", kept, resumeCommand);
    terminal.flush();
  }

  /** What the process should exit with. */
  int status() {
    return raised == null ? 0 : STATUS_OF_SIGNALS + NUMBERS.get(raised);
  }

  /** Signals do again what they did before. */
  @Override
  public synchronized void close() {
    handlersBefore.forEach(
        (signal, before) -> {
          if (before != null) {
            Signals.unregister(signal, before);
          }
        });
    handlersBefore.clear();
  }
}
