package io.talus.examples;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.data.Normalization;
import io.talus.data.TestSet;
import io.talus.op.Activation;
import io.talus.train.CrossValidation;
import io.talus.train.Evaluation;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.TrainingLoop;

/**
 * How good is a recipe, and the network it gives: cross-validation, then one look at a test set.
 */
final class CrossValidateDigits {
  private CrossValidateDigits() {}

  static Evaluation run(Device device, Dataset digits) {
    Dataset.Split all = digits.split(0.2, 1);
    TestSet test = new TestSet(all.heldOut());
    NetworkBuilder layers = Network.builder(64).dense(50, Activation.RELU).classes(10);
    TrainingLoop loop = new TrainingLoop().epochs(15).batch(32);
    CrossValidation validation = new CrossValidation(loop).prepare(Normalization::apply);
    System.out.println(validation.run(() -> layers.build(device), all.training()));

    Normalization normalization = Normalization.of(all.training());
    try (Network network = layers.build(device)) {
      loop.train(network, normalization.apply(all.training()));
      return Evaluation.of(network, normalization.apply(test.open()));
    }
  }
}
