package io.talus.train;

import io.talus.data.Dataset;
import io.talus.data.Folds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Stratified k-fold cross-validation: trains a new network on all folds but one and judges it by
 * that one, for each fold in turn. Every fold has the same share of each class.
 *
 * <p>It says how well a recipe does on examples not seen, and how far that is luck. It leaves no
 * network behind: train one on all the examples afterwards.
 *
 * <pre>{@code
 * CrossValidation.Result result =
 *     new CrossValidation(loop).prepare(Normalization::apply).run(() -> layers.build(device), data);
 * System.out.println(result.accuracy());
 * }</pre>
 *
 * The networks that the supplier builds begin alike where its seed is fixed, so that results differ
 * by the data alone. The same seeds give the same results on the same device.
 *
 * <p>What may be cut short goes on from a folder: {@link #keep}.
 */
public final class CrossValidation {
  private final TrainingLoop loop;
  private Folds folds = Folds.FIVE;
  private long seed;
  private UnaryOperator<Dataset.Split> preparation = UnaryOperator.identity();
  private Consumer<Fold> listener = fold -> {};
  private KeptTrainings kept = KeptTrainings.NONE;

  /**
   * @param loop what each fold is trained with; its listener hears the epochs of every fold. Where
   *     it is told to stop ({@link TrainingLoop#stopWhen}), so is the cross-validation
   */
  public CrossValidation(TrainingLoop loop) {
    this.loop = loop;
  }

  /** How many; 5 unless set. More than 6 only by {@link Folds#many}. */
  public CrossValidation folds(Folds value) {
    folds = value;
    return this;
  }

  /** What the folds are drawn from; 0 unless set. */
  public CrossValidation seed(long value) {
    seed = value;
    return this;
  }

  /**
   * What is done with the two parts of each fold before training, such as {@link
   * io.talus.data.Normalization#apply(Dataset.Split)}; nothing unless set.
   */
  public CrossValidation prepare(UnaryOperator<Dataset.Split> value) {
    preparation = value;
    return this;
  }

  /**
   * Keeps each fold that is done, and the checkpoint of the one under way, under {@code fold-1} and
   * so on, and goes on from what is kept; nothing is unless set. What {@link TrainingLoop} is told
   * of checkpoints then counts for nothing.
   */
  public CrossValidation keep(KeptTrainings value) {
    kept = value;
    return this;
  }

  /** Who hears of each fold when it is done, or was done already and is read; nobody unless set. */
  public CrossValidation listener(Consumer<Fold> value) {
    listener = value;
    return this;
  }

  /**
   * One fold's training and what came of it.
   *
   * @param fold counted from 1
   * @param history the epochs: the learning curve
   * @param heldOut how the network did on the fold it has not seen
   */
  public record Fold(int fold, int trainingRows, History history, Evaluation heldOut) {

    /** As in {@code fold 2: 97.22 % of 360 right, loss 0.1093}. */
    @Override
    public String toString() {
      return "fold " + fold + ": " + heldOut;
    }
  }

  /**
   * All folds, in order.
   *
   * @param folds as many as were asked for, or those that were done when it was stopped
   */
  public record Result(List<Fold> folds) {
    public Result {
      folds = List.copyOf(folds);
    }

    /** Of the folds' {@link Evaluation#accuracy}. */
    public MeanDeviation accuracy() {
      return over(Evaluation::accuracy);
    }

    /** Of the folds' {@link Evaluation#top5Accuracy}. */
    public MeanDeviation top5Accuracy() {
      return over(Evaluation::top5Accuracy);
    }

    /** Of the folds' {@link Evaluation#loss}. */
    public MeanDeviation loss() {
      return over(Evaluation::loss);
    }

    /** Of the folds' {@link Evaluation#macroF1}. */
    public MeanDeviation macroF1() {
      return over(Evaluation::macroF1);
    }

    private MeanDeviation over(ToDoubleFunction<Evaluation> what) {
      return MeanDeviation.of(folds.stream().map(Fold::heldOut).mapToDouble(what).toArray());
    }

    /**
     * Every example once, by the network that has not seen it: for the confusion matrix.
     *
     * @throws IllegalStateException when no fold is done
     */
    public Evaluation together() {
      if (folds.isEmpty()) {
        throw new IllegalStateException("cross-validation: stopped before its first fold was done");
      }
      return Evaluation.together(folds.stream().map(Fold::heldOut).toList());
    }

    /** As in {@code accuracy 0.9722 +- 0.0110, loss 0.1093 +- 0.0210 over 5 folds}. */
    @Override
    public String toString() {
      return "accuracy " + accuracy() + ", loss " + loss() + " over " + folds.size() + " folds";
    }
  }

  /**
   * Trains and judges once for each fold.
   *
   * @param networks gives a new network each time, which this closes
   * @throws IllegalArgumentException when a class has fewer examples than there are folds, or the
   *     dataset does not fit the network
   * @throws TrainingDivergedException when a fold's loss is no longer finite
   * @throws java.io.UncheckedIOException when what is kept cannot be written or read, is damaged,
   *     or of another cross-validation; see {@link KeptTrainings}
   */
  public Result run(Supplier<Network> networks, Dataset examples) {
    int[] foldOf = folds.stratified(examples.labels(), examples.classes(), seed);
    examples.advice().forEach(loop.listener()::advised);
    List<Fold> done = new ArrayList<>();
    for (int fold = 0; fold < folds.count(); fold++) {
      Optional<Fold> result = run(fold, networks, split(examples, foldOf, fold));
      if (result.isEmpty()) {
        break;
      }
      done.add(result.get());
      listener.accept(result.get());
    }
    return new Result(done);
  }

  /** None when it was stopped. */
  private Optional<Fold> run(int index, Supplier<Network> networks, Dataset.Split parts) {
    Dataset.Split prepared = preparation.apply(parts);
    int fold = index + 1;
    try (Network network = networks.get()) {
      return kept.with("the number of folds", folds.count())
          .outcome("fold-" + fold, loop, network, prepared, prepared.heldOut())
          .map(
              outcome ->
                  new Fold(
                      fold, prepared.training().rows(), outcome.history(), outcome.looks().get(0)));
    }
  }

  private static Dataset.Split split(Dataset examples, int[] foldOf, int fold) {
    int[] others = IntStream.range(0, foldOf.length).filter(i -> foldOf[i] != fold).toArray();
    int[] own = IntStream.range(0, foldOf.length).filter(i -> foldOf[i] == fold).toArray();
    return new Dataset.Split(examples.select(others), examples.select(own));
  }
}
