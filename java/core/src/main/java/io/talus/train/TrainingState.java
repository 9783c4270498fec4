package io.talus.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a training stands, besides the arrays on its device. */
final class TrainingState {
  private static final int VERSION = 1;

  /** The epoch under way, counted from 1. */
  int epoch = 1;

  /** Batches of it that are done. */
  int batch;

  /** Over the examples of these batches, and how many they are. */
  double lossSum;

  long rowsDone;
  long nanos;
  long loadNanos;

  /** Steps of all epochs. */
  int steps;

  /** The least loss that a search has found. */
  float leastLoss = Float.POSITIVE_INFINITY;

  /** For early stopping; 0 before the first epoch's end. */
  int bestEpoch;

  double bestScore = Double.NEGATIVE_INFINITY;

  /** The epochs that are whole. */
  final List<EpochResult> results = new ArrayList<>();

  void batchDone(int rows, float loss) {
    lossSum += (double) loss * rows;
    rowsDone += rows;
    batch++;
  }

  void epochDone(EpochResult result) {
    results.add(result);
    epoch++;
    batch = 0;
    lossSum = 0;
    rowsDone = 0;
    nanos = 0;
    loadNanos = 0;
  }

  /** As strings, numbers, lists and maps. */
  Map<String, Object> toMap() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", VERSION);
    fields.put("epoch", epoch);
    fields.put("batch", batch);
    fields.put("lossSum", Double.toString(lossSum));
    fields.put("rowsDone", rowsDone);
    fields.put("nanos", nanos);
    fields.put("loadNanos", loadNanos);
    fields.put("steps", steps);
    fields.put("leastLoss", Float.toString(leastLoss));
    fields.put("bestEpoch", bestEpoch);
    fields.put("bestScore", Double.toString(bestScore));
    fields.put("history", HistoryFields.of(results));
    return fields;
  }

  /**
   * What {@link #toMap} described.
   *
   * @throws IllegalArgumentException naming what is missing or wrong
   */
  static TrainingState of(LayerFields fields) {
    if (fields.integer("version") != VERSION) {
      throw new IllegalArgumentException(
          "version " + fields.integer("version") + "; expected " + VERSION);
    }
    TrainingState state = new TrainingState();
    state.epoch = fields.integer("epoch");
    state.batch = fields.integer("batch");
    state.lossSum = fields.real("lossSum");
    state.rowsDone = fields.number("rowsDone").longValue();
    state.nanos = fields.number("nanos").longValue();
    state.loadNanos = fields.number("loadNanos").longValue();
    state.steps = fields.integer("steps");
    state.leastLoss = Float.parseFloat(fields.text("leastLoss"));
    state.bestEpoch = fields.integer("bestEpoch");
    state.bestScore = fields.real("bestScore");
    state.results.addAll(HistoryFields.results(fields.list("history")));
    return state;
  }
}
