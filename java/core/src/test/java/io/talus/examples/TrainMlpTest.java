package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.Dataset;
import io.talus.train.Evaluation;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("one-jdk")
class TrainMlpTest {
  private static Dataset.Split mnist() throws IOException {
    return TrainImages.readIdx(DataFolder.require("mnist/train-images-idx3-ubyte.gz").getParent());
  }

  private static Device device() {
    Device device = Devices.best();
    assumeFalse(device.name().equals("java"), "plain Java takes minutes for it");
    return device;
  }

  @Test
  void twoPassesOverMnist() throws IOException {
    Evaluation test = TrainMlp.small(device(), mnist(), 2, 1);
    assertEquals(0.97, test.accuracy(), 0.005, test::toString);
  }

  /** Twenty passes reach 98.4 %. */
  @Test
  void dropoutInThreePasses() throws IOException {
    Evaluation test = TrainMlp.dropout(device(), mnist(), 3, 1);
    assertTrue(test.accuracy() > 0.975, test::toString);
  }
}
