package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.Dataset;
import io.talus.data.Digits;
import io.talus.train.Evaluation;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CrossValidateDigitsTest {

  @Test
  void judgesByDigitsNeverSeen() throws IOException {
    Dataset digits = Digits.read(DataFolder.require("digits/digits.csv.gz"));
    Evaluation last = CrossValidateDigits.run(Devices.best(), digits);
    assertEquals(359, last.rows());
    assertTrue(last.accuracy() > 0.94, last::toString);
  }
}
