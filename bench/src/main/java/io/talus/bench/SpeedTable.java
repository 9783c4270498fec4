package io.talus.bench;

import io.talus.bench.table.TableCommand;
import java.io.IOException;

/** The main class of {@code bench/table}. */
public final class SpeedTable {
  private SpeedTable() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    new TableCommand(arguments).run();
  }
}
