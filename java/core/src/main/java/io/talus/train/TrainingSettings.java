package io.talus.train;

import io.talus.data.Dataset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * All that a training's result depends on beside the device, as texts by their names: two trainings
 * with the same texts come to the same. Arrays and schedules are a checksum.
 */
final class TrainingSettings {
  /** Of a schedule, so many learning rates over all steps; more are not asked for. */
  private static final int MOST_LEARNING_RATES = 10_000;

  private static final int CHUNK = 1 << 16;

  private TrainingSettings() {}

  /**
   * Of a training that is about to begin.
   *
   * @param heldOut or null
   */
  static Map<String, String> of(
      Network network, TrainingLoop loop, Dataset training, Dataset heldOut) {
    Recipe recipe = loop.recipe();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("what is learned from", describe(training));
    settings.put("what is held out", heldOut == null ? "nothing" : describe(heldOut));
    settings.put("the network", layers(network));
    settings.put("the precision", network.precision().toString());
    settings.put(
        "the checksum of the parameters to begin with", checksum(network.values().toArray()));
    settings.put("the seed", Long.toString(loop.seed()));
    settings.put("the batch", Integer.toString(loop.batch()));
    settings.put("the number of epochs", Integer.toString(loop.epochs()));
    settings.put("the optimizer", recipe.optimizer().toString());
    settings.put("the checksum of the schedule", checksum(learningRates(loop, training.rows())));
    settings.put("the strength of L2", Float.toString(recipe.l2()));
    settings.put("the strength of L1", Float.toString(recipe.l1()));
    settings.put("the label smoothing", Float.toString(recipe.labelSmoothing()));
    settings.put("the norm to clip to", Float.toString(recipe.clipNorm()));
    settings.put("the decay of averages", Float.toString(recipe.averageDecay()));
    settings.put("the augmentation", orNone(recipe.augmentation()));
    settings.put("the mixup", orNone(recipe.mixup()));
    settings.put("the early stopping", orNone(loop.earlyStopping()));
    return settings;
  }

  private static String orNone(Object setting) {
    return setting == null ? "none" : setting.toString();
  }

  private static String layers(Network network) {
    try {
      return LayerDescription.toJson(network.layers());
    } catch (IOException noDisk) {
      throw new UncheckedIOException(noDisk.getMessage(), noDisk);
    }
  }

  /** As in {@code 1438 rows of 64 features, 10 classes, with checksum 0a1b2c3d}. */
  private static String describe(Dataset examples) {
    CRC32C checksum = new CRC32C();
    float[] row = new float[examples.inputs() + 1];
    for (int i = 0; i < examples.rows(); i++) {
      examples.read(i, row, 0);
      row[examples.inputs()] = examples.label(i);
      add(checksum, row);
    }
    return examples + ", with checksum " + digits(checksum);
  }

  private static float[] learningRates(TrainingLoop loop, int rows) {
    int stepsOfEpoch = (rows - 1) / loop.batch() + 1;
    long steps = (long) stepsOfEpoch * loop.epochs();
    float[] rates = new float[(int) Math.min(steps, MOST_LEARNING_RATES)];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = loop.recipe().learningRate(i * steps / rates.length, stepsOfEpoch, loop.epochs());
    }
    return rates;
  }

  private static String checksum(float[] values) {
    CRC32C checksum = new CRC32C();
    add(checksum, values);
    return digits(checksum);
  }

  private static void add(CRC32C checksum, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * Math.min(values.length, CHUNK));
    int count;
    for (int from = 0; from < values.length; from += count) {
      count = Math.min(values.length - from, CHUNK);
      bytes.clear().limit(Float.BYTES * count);
      bytes.asFloatBuffer().put(values, from, count);
      checksum.update(bytes);
    }
  }

  private static String digits(CRC32C checksum) {
    return String.format("%08x", checksum.getValue());
  }
}
