package io.talus.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The epochs of a training, and what was seen of its network, in files. */
final class HistoryFields {
  private HistoryFields() {}

  /** One map for each epoch. */
  static List<Map<String, Object>> of(List<EpochResult> results) {
    return results.stream().map(HistoryFields::of).toList();
  }

  private static Map<String, Object> of(EpochResult result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("epoch", result.epoch());
    fields.put("dataLoss", Double.toString(result.dataLoss()));
    fields.put("regularizationLoss", Double.toString(result.regularizationLoss()));
    fields.put("nanos", result.nanos());
    fields.put("rowsPerSecond", Double.toString(result.rowsPerSecond()));
    fields.put("loadNanos", result.loadNanos());
    result.heldOut().ifPresent(heldOut -> fields.put("heldOut", of(heldOut)));
    return fields;
  }

  /** What an evaluation counted. */
  static Map<String, Object> of(Evaluation evaluation) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("loss", Double.toString(evaluation.loss()));
    fields.put("rows", evaluation.rows());
    fields.put("ranks", evaluation.ranks());
    fields.put("confusion", nonZero(evaluation.confusion()));
    return fields;
  }

  /** Actual class, predicted class and count of each pair that occurs, one after another. */
  private static List<Integer> nonZero(int[][] confusion) {
    List<Integer> triples = new ArrayList<>();
    for (int actual = 0; actual < confusion.length; actual++) {
      for (int predicted = 0; predicted < confusion.length; predicted++) {
        if (confusion[actual][predicted] != 0) {
          triples.addAll(List.of(actual, predicted, confusion[actual][predicted]));
        }
      }
    }
    return triples;
  }

  /**
   * The epochs that {@link #of} described.
   *
   * @throws IllegalArgumentException naming what is missing or wrong
   */
  static List<EpochResult> results(List<?> described) {
    List<EpochResult> results = new ArrayList<>();
    for (Object entry : described) {
      results.add(result(fields("an epoch", entry)));
    }
    return results;
  }

  private static EpochResult result(LayerFields fields) {
    return new EpochResult(
        fields.integer("epoch"),
        fields.real("dataLoss"),
        fields.real("regularizationLoss"),
        fields.optional("heldOut").map(HistoryFields::evaluation),
        fields.number("nanos").longValue(),
        fields.real("rowsPerSecond"),
        fields.number("loadNanos").longValue());
  }

  /** The evaluation that {@link #of(Evaluation)} described; see {@link #results}. */
  static Evaluation evaluation(Object described) {
    LayerFields fields = fields("a look", described);
    int[] ranks = fields.integers("ranks");
    int[][] confusion = new int[ranks.length][ranks.length];
    int[] triples = fields.integers("confusion");
    for (int i = 0; i + 2 < triples.length; i += 3) {
      confusion[triples[i]][triples[i + 1]] = triples[i + 2];
    }
    return new Evaluation(fields.real("loss"), confusion, ranks, fields.integer("rows"));
  }

  private static LayerFields fields(String what, Object entry) {
    if (entry instanceof Map<?, ?> values) {
      return new LayerFields(what, values);
    }
    throw new IllegalArgumentException(what + " is " + entry + ", no object");
  }
}
