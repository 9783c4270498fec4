package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.Dataset;
import io.talus.data.Digits;
import io.talus.train.Evaluation;
import io.talus.train.Optimizer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SearchCifarTest {

  /** On digits, which are small: ten classes, guessing gets 10 %. */
  @Test
  void aLocalSearchGetsFurtherThanARandomOne() throws IOException {
    Dataset.Split digits = Digits.read(DataFolder.require("digits/digits.csv.gz")).split(0.2, 1);
    Device device = Devices.best();
    Evaluation alone = SearchCifar.search(device, digits, Optimizer.randomSearch(0.05f, 1), 100);
    Evaluation local =
        SearchCifar.search(device, digits, Optimizer.randomLocalSearch(0.05f, 1), 100);
    assertTrue(alone.accuracy() > 0.12, alone::toString);
    assertTrue(local.accuracy() > alone.accuracy() + 0.05, () -> local + " after " + alone);
  }
}
