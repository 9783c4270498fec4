package io.talus.cli;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.data.Folds;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.train.CrossValidation;
import io.talus.train.EpochResult;
import io.talus.train.Evaluation;
import io.talus.train.History;
import io.talus.train.KeptTrainings;
import io.talus.train.LearningCurve;
import io.talus.train.Network;
import io.talus.train.NetworkSummary;
import io.talus.train.TrainingLoop;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One cross-validation and what may follow it, in sight. */
final class CrossvalJob implements AutoCloseable {
  private static final double[] SHARES = {0.1, 0.2, 0.5, 1};
  private static final double HELD_OUT_FROM_CURVE = 0.2;

  private final PrintWriter terminal;
  private final Device device;
  private final LearningOptions learning;
  private final CrossvalData data;
  private final Folds folds;
  private final ImageShape image;
  private final NetworkSummary summary;
  private final TrainingLoop loop;
  private final TrainingProgress progress;
  private KeptTrainings kept;
  private long nanosOfFolds;

  /** Refuses what cannot be done, before anything is written. */
  CrossvalJob(
      PrintWriter terminal,
      Device device,
      LearningOptions learning,
      CrossvalData data,
      Folds folds) {
    this.terminal = terminal;
    this.device = device;
    this.learning = learning;
    this.data = data;
    this.folds = folds;
    Dataset examples = data.examples();
    folds.stratified(examples.labels(), examples.classes(), learning.seed());
    image = examples.image().orElse(null);
    loop = learning.loop(examples.rows(), image, Normalization.of(examples));
    try (Network network = network()) {
      summary = network.summary();
    }
    progress = TrainingProgress.on(terminal, learning.epochs(), examples.rows(), learning.batch());
    loop.listener(progress);
  }

  /**
   * Says where trainings go on from, and what ends them.
   *
   * @param stopped asked after each batch
   */
  CrossvalJob keep(KeptTrainings trainings, BooleanSupplier stopped) {
    kept = trainings;
    loop.stopWhen(stopped);
    return this;
  }

  CrossvalData data() {
    return data;
  }

  Device device() {
    return device;
  }

  /** What each network is. */
  NetworkSummary summary() {
    return summary;
  }

  /** A new network, which does not know yet what its examples will be normalized by. */
  private Network network() {
    return learning.network(device, data.examples(), null);
  }

  /** Trains and judges once for each fold; none when it was stopped. */
  Optional<CrossValidation.Result> validate() {
    terminal.printf(
        Locale.ROOT,
        "Cross-validating on %s, on %s: %,d examples, %s%n%n%s%n",
        data.name(),
        device.name(),
        data.examples().rows(),
        folds,
        summary);
    terminal.flush();
    int[] begun = {0};
    CrossValidation.Result result =
        new CrossValidation(loop)
            .folds(folds)
            .seed(learning.seed())
            .prepare(parts -> prepare("fold " + ++begun[0] + " of " + folds.count(), parts))
            .listener(this::tell)
            .keep(kept)
            .run(this::network, data.examples());
    progress.close();
    return result.folds().size() < folds.count() ? Optional.empty() : Optional.of(result);
  }

  /** Both parts by what the first alone says; so is the training itself. */
  private Dataset.Split prepare(String title, Dataset.Split parts) {
    Normalization normalization = Normalization.of(parts.training());
    begin(title, parts.training().rows(), normalization);
    return new Dataset.Split(
        normalization.apply(parts.training()), normalization.apply(parts.heldOut()));
  }

  private void begin(String title, int rows, Normalization normalization) {
    learning.fit(loop, rows, image, normalization);
    progress.part(title, rows);
  }

  private void tell(CrossValidation.Fold fold) {
    progress.close();
    nanosOfFolds += fold.history().epochs().stream().mapToLong(EpochResult::nanos).sum();
    int others = folds.count() - fold.fold();
    double seconds = nanosOfFolds / 1e9 / fold.fold() * others;
    terminal.printf(
        "%s%s%n%n", fold, others == 0 ? "" : "; all folds: about " + Progress.left(seconds));
    terminal.flush();
  }

  /**
   * Learns from more and more examples, and judges by the same ones each time; none when it was
   * stopped.
   */
  Optional<LearningCurve> curve() {
    Dataset.Split parts = data.examples().stratifiedSplit(HELD_OUT_FROM_CURVE, learning.seed());
    Normalization normalization = Normalization.of(parts.training());
    Dataset.Split prepared =
        new Dataset.Split(
            normalization.apply(parts.training()), normalization.apply(parts.heldOut()));
    List<LearningCurve.Point> points = new ArrayList<>();
    for (double share : SHARES) {
      int rows = (int) Math.round(share * prepared.training().rows());
      begin(String.format(Locale.ROOT, "%,d examples", rows), rows, normalization);
      LearningCurve curve =
          LearningCurve.of(kept, loop, this::network, prepared, learning.seed(), share);
      progress.close();
      if (curve.points().isEmpty()) {
        return Optional.empty();
      }
      points.addAll(curve.points());
    }
    return Optional.of(new LearningCurve(points));
  }

  /**
   * Learns from all folds together and looks at the test part, once; none when it was stopped.
   *
   * @param report gets what is seen
   */
  Optional<Evaluation> finalTest(ClassifierReport report) {
    Normalization normalization = Normalization.of(data.examples());
    Dataset examples = normalization.apply(data.examples());
    begin("all folds", examples.rows(), normalization);
    try (Network network = learning.network(device, examples, normalization)) {
      History history = kept.train("final-test", loop, network, examples);
      progress.close();
      if (history.isStopped()) {
        return Optional.empty();
      }
      Dataset test = normalization.apply(data.test().orElseThrow().open());
      Evaluation evaluation = Evaluation.of(network, test);
      report
          .history(history, examples.rows())
          .judged("test", evaluation)
          .mistakes(network, test, null)
          .pictures(network, test);
      return Optional.of(evaluation);
    }
  }

  @Override
  public void close() {
    progress.close();
  }
}
