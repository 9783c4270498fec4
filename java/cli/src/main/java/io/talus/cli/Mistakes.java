package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.train.Network;
import io.talus.train.Predictions;
import io.talus.train.Views;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The examples that a network is wrong about, most certain first. */
final class Mistakes {
  private static final int SHOWN = 24;

  private final Network network;
  private final Dataset examples;
  private final List<String> classNames;
  private final Predictions predictions;
  private final List<Integer> rows;

  /**
   * @param examples normalized
   * @param views of each example, or null
   */
  Mistakes(Network network, Dataset examples, Views views, List<String> classNames) {
    this.network = network;
    this.examples = examples;
    this.classNames = classNames;
    this.predictions = network.predict(examples, views);
    this.rows =
        IntStream.range(0, examples.rows())
            .filter(row -> predictions.predictedClass(row) != examples.label(row))
            .boxed()
            .sorted(Comparator.comparingDouble(row -> -predictions.confidence(row)))
            .limit(SHOWN)
            .toList();
  }

  /** With what was said and what is right; empty where the examples are no images to look at. */
  List<Map<String, Object>> pictures() {
    int channels = examples.image().map(ImageShape::channels).orElse(0);
    if (channels != 1 && channels != 3) {
      return List.of();
    }
    return rows.stream()
        .map(row -> Pictures.example(examples, row, network, caption(row)))
        .toList();
  }

  private String caption(int row) {
    return "said " + said(row) + "\nis " + right(row);
  }

  /** The same as lines of a table; rows count from 1. */
  List<Map<String, Object>> lines() {
    return rows.stream()
        .map(row -> Map.<String, Object>of("row", row + 1, "said", said(row), "right", right(row)))
        .toList();
  }

  private String said(int row) {
    return named(row, predictions.predictedClass(row));
  }

  private String right(int row) {
    return named(row, examples.label(row));
  }

  private String named(int row, int number) {
    return String.format(
        Locale.ROOT,
        "%s, %.1f %%",
        classNames.get(number),
        100 * predictions.probability(row, number));
  }
}
