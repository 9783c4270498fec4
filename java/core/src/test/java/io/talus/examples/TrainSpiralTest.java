package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import org.junit.jupiter.api.Test;

class TrainSpiralTest {
  private final Device device = Devices.best();

  /** How the noise falls moves the linear one by some percent. */
  @Test
  void onlyAHiddenLayerFollowsTheArms() {
    double linear = 0;
    double least = 1;
    for (long seed = 1; seed <= 3; seed++) {
      Dataset spiral = TrainSpiral.spiral(seed);
      linear += TrainSpiral.train(device, spiral, 0, 200) / 3;
      least = Math.min(least, TrainSpiral.train(device, spiral, 100, 2000));
    }
    double worst = least;
    assertEquals(0.5, linear, 0.04, "linear");
    assertTrue(worst > 0.97, () -> "one hidden layer of 100: " + worst);
  }
}
