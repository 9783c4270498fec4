package io.talus.cli;

import io.talus.recommend.FactorizationModel;
import io.talus.recommend.ImplicitModel;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.PopularityRecommender;
import io.talus.recommend.Recommender;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Recommenders that are kept in files. */
final class ModelOptions {
  /** What may be said beside a saved model; the rest is part of how it was fitted. */
  private static final Set<String> BESIDE =
      Set.of(
          "--model",
          "--titles",
          "--count",
          "--seen",
          "--users",
          "--all",
          "--out",
          "--report",
          "--json",
          "--device");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Keeps what was learned, ratings and all, in a file for --model.")
  private Path save;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "Takes what --save has kept; no ratings are read, nothing is learned.")
  private Path model;

  /** Whether a model that was kept is asked for. */
  boolean isKept() {
    return model != null;
  }

  /**
   * The model that was kept.
   *
   * @throws ParameterException when something was said that only fitting heeds
   */
  Recommender load() throws IOException {
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (!BESIDE.contains(option.longestName())) {
        throw new ParameterException(
            command.commandLine(),
            option.longestName() + " is for learning, and what is in --model has learned already");
      }
    }
    Recommender loaded = Recommender.load(model);
    say(describe(loaded) + ", of " + loaded.ratings());
    return loaded;
  }

  /** Keeps a model where that is asked for. */
  void save(Recommender fitted) throws IOException {
    if (save == null) {
      return;
    }
    if (fitted instanceof KnnRecommender knn) {
      knn.save(save);
    } else if (fitted instanceof FactorizationModel factors) {
      factors.save(save);
    } else if (fitted instanceof ImplicitModel factors) {
      factors.save(save);
    } else {
      throw new IllegalArgumentException(
          "--save: neighbours and factors are kept in files; what this method learns is counted"
              + " anew in no time");
    }
    say("Kept in " + save);
  }

  /** As in {@code Knn among items: COSINE, k 50, MEAN}. */
  static String describe(Recommender model) {
    if (model instanceof KnnRecommender knn) {
      return knn.knn().toString();
    } else if (model instanceof FactorizationModel factors) {
      return factors.settings().toString();
    } else if (model instanceof ImplicitModel factors) {
      return factors.settings().toString();
    }
    return model instanceof PopularityRecommender ? "popularity" : "baselines";
  }

  private void say(String what) {
    PrintWriter terminal = command.commandLine().getOut();
    terminal.println(what);
    terminal.flush();
  }
}
