package io.talus.cli;

import io.talus.train.Predictions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a model says of examples, a line for each. */
final class PredictionText {
  private final SavedModel model;
  private final int top;

  /**
   * @param top how many classes are told of each, at most as many as there are
   */
  PredictionText(SavedModel model, int top) {
    this.model = model;
    this.top = top;
  }

  /** For people, as in {@code 1.png: cat 98.2 %, dog 1.1 %}. */
  StringBuilder lines(UnnamedExamples.Examples examples) {
    Predictions predictions = predictions(examples);
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < predictions.rows(); row++) {
      String mark = ": ";
      lines.append(examples.names().get(row));
      for (int number : best(predictions, row)) {
        lines
            .append(mark)
            .append(model.classes().get(number))
            .append(
                String.format(Locale.ROOT, " %.1f %%", 100 * predictions.probability(row, number)));
        mark = ", ";
      }
      lines.append(System.lineSeparator());
    }
    return lines;
  }

  /** The first line of a table of {@link #rows}. */
  void heading(Csv csv) throws IOException {
    List<Object> names = new ArrayList<>(List.of("example", "class", "probability"));
    for (int place = 2; place <= top; place++) {
      names.add("class_" + place);
      names.add("probability_" + place);
    }
    csv.line(names.toArray());
  }

  /** For other programs: a line for each example. */
  void rows(Csv csv, UnnamedExamples.Examples examples) throws IOException {
    Predictions predictions = predictions(examples);
    for (int row = 0; row < predictions.rows(); row++) {
      List<Object> line = new ArrayList<>(List.of(examples.names().get(row)));
      for (int number : best(predictions, row)) {
        line.add(model.classes().get(number));
        line.add(predictions.probability(row, number));
      }
      csv.line(line.toArray());
    }
  }

  private Predictions predictions(UnnamedExamples.Examples examples) {
    Predictions predictions = model.network().predict(examples.features());
    for (int row = 0; row < predictions.rows(); row++) {
      if (Float.isNaN(predictions.probability(row, 0))) {
        throw new IllegalArgumentException(
            model.file()
                + " gives NaN for "
                + examples.names().get(row)
                + ": its parameters are not finite, or the example is far from all that it knows");
      }
    }
    return predictions;
  }

  /** The most probable classes; of equals the smaller. */
  private List<Integer> best(Predictions predictions, int row) {
    return IntStream.range(0, predictions.classes())
        .boxed()
        .sorted(Comparator.comparingDouble(number -> -predictions.probability(row, number)))
        .limit(top)
        .toList();
  }
}
