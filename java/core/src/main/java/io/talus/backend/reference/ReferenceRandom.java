package io.talus.backend.reference;

import io.talus.op.Dropout;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.tensor.IntTensor;

/** Random numbers: {@link RandomNumbers}, element after element. */
final class ReferenceRandom {
  private ReferenceRandom() {}

  static void run(RandomUniform op) {
    Floats y = Floats.of(op.y());
    int step = step(op.step());
    for (long i = 0; i < op.y().size(); i++) {
      y.set(i, RandomNumbers.uniform(op.seed(), op.stream(), step, i, op.low(), op.high()));
    }
  }

  static void run(RandomNormal op) {
    Floats y = Floats.of(op.y());
    int step = step(op.step());
    for (long i = 0; i < op.y().size(); i++) {
      y.set(i, RandomNumbers.normal(op.seed(), op.stream(), step, i, op.mean(), op.deviation()));
    }
  }

  static void run(Dropout op) {
    Floats x = Floats.of(op.x());
    Floats y = Floats.of(op.y());
    int step = step(op.step());
    for (long i = 0; i < op.x().size(); i++) {
      y.set(i, RandomNumbers.dropout(op.seed(), op.stream(), step, i, op.rate(), x.get(i)));
    }
  }

  private static int step(IntTensor step) {
    return step == null ? 0 : Floats.get(step, 0);
  }
}
