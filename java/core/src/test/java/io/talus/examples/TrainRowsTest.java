package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.Dataset;
import io.talus.data.Normalization;
import io.talus.train.Evaluation;
import io.talus.train.Network;
import io.talus.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A few images, a few times: both kinds of layers learn, if not what all images would teach. */
@Tag("one-jdk")
class TrainRowsTest {
  @Test
  void readsDigitsRowByRow() throws IOException {
    Path mnist = DataFolder.require("mnist/t10k-images-idx3-ubyte.gz").getParent();
    Dataset images = TrainImages.readIdx(mnist, "t10k").range(0, 3000);
    Dataset.Split data = Normalization.apply(images.stratifiedSplit(500.0 / images.rows(), 1));
    for (boolean gru : new boolean[] {false, true}) {
      try (Network network = TrainRows.network(Devices.best(), data.training(), gru, 1)) {
        TrainRows.train(network, data, 4, 1, TrainingListener.NONE);
        Evaluation found = Evaluation.of(network, data.heldOut());
        assertTrue(found.accuracy() > 0.8, () -> network + ": " + found);
      }
    }
  }
}
