package io.talus.cli;

import io.talus.recommend.KnnRecommender;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The items most alike. */
@Command(
    name = "similar",
    description = "Prints the items most similar to those named, by how they were rated.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SimilarCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NeighborOptions options;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many of each, at most K. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Parameters(paramLabel = "ITEM", arity = "1..*", description = "Items by id, or by title.")
  private List<String> items;

  @Override
  public Integer call() throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    KnnRecommender fitted = options.fit(terminal);
    for (String named : items) {
      int item = options.item(fitted.ratings(), named);
      String heading = "Most similar to " + options.title(fitted.ratings().itemId(item));
      options.print(terminal, heading, fitted.similarItems(item, count));
    }
    return 0;
  }
}
