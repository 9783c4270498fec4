package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.talus.data.DataFolder;
import io.talus.data.Dataset;
import io.talus.data.Digits;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainDigitsTest {

  @Test
  void knowsTheFirstDigit(@TempDir Path folder) throws IOException {
    Dataset digits = Digits.read(DataFolder.require("digits/digits.csv.gz"));
    Path model = folder.resolve("digits.safetensors");
    assertEquals(digits.label(0), TrainDigits.train(digits.features(), digits.labels(), model));
  }
}
