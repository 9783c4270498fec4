package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.Scored;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The items, or users, most alike. */
@Command(
    name = "similar",
    description = {
      "Prints the items most similar to those named, by how they were rated.",
      "",
      "With --users, the users most similar to those named, by what they rated."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SimilarCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RatingsInput ratings;

  @Option(names = "--users", description = "Compares users, not items.")
  private boolean users;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many of each, at most K. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Mixin private ResultFiles results;
  @Mixin private NeighborOptions neighbors;
  @Mixin private DeviceOption device;
  @Mixin private ModelOptions model;

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description = "Items by id or by title; with --users, users by id.")
  private List<String> names;

  @Override
  public Integer call() throws IOException {
    if (users && results.isReportWanted()) {
      throw new ParameterException(
          spec.commandLine(), "--report tells of items: leave --users or --report out");
    }
    results.requireFolders();
    PrintWriter terminal = spec.commandLine().getOut();
    Titles titles = ratings.titles();
    KnnRecommender fitted = fitted(terminal);
    UnaryOperator<String> title = users ? id -> id : titles::of;
    List<Map<String, Object>> told = new ArrayList<>();
    for (String name : names) {
      int row = users ? fitted.ratings().userIndex(name) : titles.item(fitted.ratings(), name);
      String id = users ? name : fitted.ratings().itemId(row);
      List<Scored> similar =
          users ? fitted.similarUsers(row, count) : fitted.similarItems(row, count);
      ScoredText.print(terminal, "Most similar to " + title.apply(id), similar, title);
      told.add(ScoredText.json(id, "similar", similar, users ? Titles.NONE : titles));
    }
    if (results.isReportWanted()) {
      results.writeReport("Talus similar", device.device(), report(fitted, titles));
    }
    results.writeJson(ScoredText.json(fitted.knn().toString(), told));
    results.tell(terminal);
    return 0;
  }

  private RatingsReport report(KnnRecommender fitted, Titles titles) {
    Ratings learned = fitted.ratings();
    int[] items = names.stream().mapToInt(name -> titles.item(learned, name)).toArray();
    return new RatingsReport("Similar items", learned, titles)
        .spread(ratings.unit())
        .heatMap(device.device(), fitted.knn().similarity())
        .similar("Those that were asked for.", fitted, items, count);
  }

  private KnnRecommender fitted(PrintWriter terminal) throws IOException {
    if (!model.isKept()) {
      long start = System.nanoTime();
      Ratings learned = ratings.read();
      KnnRecommender fitted;
      try (NeighborProgress finding = new NeighborProgress(terminal)) {
        fitted = neighbors.knn(users).fit(device.device(), learned, finding);
      }
      terminal.printf(
          Locale.ROOT, "%s, in %.2f s%n", fitted.knn(), (System.nanoTime() - start) / 1e9);
      model.save(fitted);
      return fitted;
    }
    if (!(model.load() instanceof KnnRecommender kept)) {
      throw new IllegalArgumentException(
          "--model: similar asks for neighbours; what is kept there has none");
    }
    if (kept.knn().amongUsers() != users) {
      throw new IllegalArgumentException(
          users
              ? "--users: the neighbours in --model are items"
              : "the neighbours in --model are users: --users asks for those");
    }
    return kept;
  }
}
