package io.talus.cli;

import io.talus.data.Folds;
import picocli.CommandLine.Option;

/** Into how many folds examples are dealt. */
final class FoldsOptions {
  @Option(
      names = "--folds",
      paramLabel = "K",
      defaultValue = "5",
      description =
          "How many parts, each of which is held out once: 2 to 6, more only with --many-folds."
              + " Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--many-folds",
      description = "Takes more than 6 folds too, such as to compare with a published result.")
  private boolean many;

  Folds folds() {
    return many ? Folds.many(count) : Folds.of(count);
  }
}
