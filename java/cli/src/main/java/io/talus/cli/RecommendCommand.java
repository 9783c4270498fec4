package io.talus.cli;

import io.talus.recommend.KnnRecommender;
import io.talus.recommend.Seen;
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

/** The items to show users next. */
@Command(
    name = "recommend",
    description = "Prints the items to recommend to the users named, by the neighbours of theirs.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RecommendCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NeighborOptions options;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many for each. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(names = "--seen", description = "Lets items compete that the user has rated.")
  private boolean seen;

  @Parameters(paramLabel = "USER", arity = "1..*", description = "Users by id.")
  private List<String> users;

  @Override
  public Integer call() throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    KnnRecommender fitted = options.fit(terminal);
    Seen which = seen ? Seen.INCLUDED : Seen.EXCLUDED;
    for (String user : users) {
      int index = fitted.ratings().userIndex(user);
      options.print(terminal, "For user " + user, fitted.recommend(index, count, which));
    }
    return 0;
  }
}
