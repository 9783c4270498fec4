package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.RatingSimilarity;
import io.talus.recommend.Recommender;
import io.talus.recommend.Scored;
import io.talus.recommend.Seen;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The items to show users next. */
@Command(
    name = "recommend",
    description = "Prints the items to recommend to the users named, or writes those for everyone.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class RecommendCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private RatingsInput ratings;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "item-knn",
      description =
          "item-knn, user-knn, factorization (of stars), implicit (of counts), popularity or"
              + " baselines. Default: ${DEFAULT-VALUE}.")
  private String methodName;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many for each. Default: ${DEFAULT-VALUE}.")
  private int count;

  @Option(names = "--seen", description = "Lets items compete that the user has rated.")
  private boolean seen;

  @Option(names = "--all", description = "Recommends to every user, into the file of --out.")
  private boolean all;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes a CSV file: user, rank, item, score and, with --titles, title.")
  private Path out;

  @Mixin private ResultFiles results;
  @Mixin private MethodOptions methods;
  @Mixin private ModelOptions model;

  @Parameters(paramLabel = "USER", arity = "0..*", description = "Users by id.")
  private List<String> users;

  @Override
  public Integer call() throws IOException {
    requireUsers();
    results.requireFolders();
    PrintWriter terminal = spec.commandLine().getOut();
    Titles titles = ratings.titles();
    Recommender fitted = fitted(terminal);
    Seen which = seen ? Seen.INCLUDED : Seen.EXCLUDED;
    RecommendationsCsv table = new RecommendationsCsv(fitted, count, which, titles);
    if (all) {
      int everyone = fitted.ratings().users();
      try (Progress progress = Progress.on(terminal, "Recommending", everyone, "users")) {
        table.writeAll(out, progress);
      }
    } else {
      tell(table, terminal);
    }
    if (out != null) {
      terminal.printf("Written to %s%n", out);
      terminal.flush();
    }
    if (results.isReportWanted()) {
      results.writeReport("Talus recommend", methods.device(), report(fitted, titles));
    }
    results.tell(terminal);
    return 0;
  }

  /** What is recommended to the users named, wherever that goes. */
  private void tell(RecommendationsCsv table, PrintWriter terminal) throws IOException {
    Recommender fitted = table.model();
    List<Integer> indices = indices(fitted);
    if (out != null) {
      table.write(out, indices);
    }
    List<Map<String, Object>> told = new ArrayList<>();
    for (int user : indices) {
      String id = fitted.ratings().userId(user);
      List<Scored> items = fitted.recommend(user, count, table.seen());
      if (out == null) {
        ScoredText.print(terminal, "For user " + id, items, table.titles()::of);
      }
      told.add(ScoredText.json(id, "recommended", items, table.titles()));
    }
    results.writeJson(ScoredText.json(ModelOptions.describe(fitted), told));
  }

  private RatingsReport report(Recommender fitted, Titles titles) {
    Ratings learned = fitted.ratings();
    RatingSimilarity similarity =
        fitted instanceof KnnRecommender knn
            ? knn.knn().similarity()
            : methods.knn(false).similarity();
    RatingsReport told =
        new RatingsReport("Recommending", learned, titles)
            .spread(ratings.unit())
            .heatMap(methods.device(), similarity);
    String how = ModelOptions.describe(fitted);
    if (all) {
      return told.recommendedToFirst(how, fitted);
    }
    return told.recommended(how, fitted, indices(fitted), count);
  }

  private List<Integer> indices(Recommender fitted) {
    return users.stream().map(fitted.ratings()::userIndex).toList();
  }

  private void requireUsers() {
    boolean named = users != null && !users.isEmpty();
    String wrong =
        named == all
            ? "Name users, or ask with --all for every one"
            : all && out == null
                ? "--all needs --out=FILE to write to"
                : all && results.isJsonWanted()
                    ? "--json has those of the users named; --out has those of all"
                    : null;
    if (wrong != null) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
  }

  private Recommender fitted(PrintWriter terminal) throws IOException {
    if (model.isKept()) {
      return model.load();
    }
    RecommendingMethod method = RecommendingMethod.of("--method", methodName);
    if (!method.kind().ranks()) {
      throw new IllegalArgumentException("--method " + method + " ranks no items");
    }
    Ratings learned = ratings.read();
    long start = System.nanoTime();
    Recommender fitted;
    int passes = methods.passes(method);
    try (Progress learning = Progress.on(terminal, "Learning", passes, "passes");
        NeighborProgress finding = new NeighborProgress(terminal)) {
      fitted =
          methods
              .fit(
                  method,
                  learned,
                  (pass, loss) ->
                      learning.stepTo(pass, String.format(Locale.ROOT, "loss %.4f", loss)),
                  finding)
              .recommender();
    }
    terminal.printf(
        Locale.ROOT,
        "%s, in %.2f s%n",
        ModelOptions.describe(fitted),
        (System.nanoTime() - start) / 1e9);
    terminal.flush();
    model.save(fitted);
    return fitted;
  }
}
