package io.talus.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That {@code golden.tsv} holds the results of the kernels as they are, for every case compared.
 */
class GoldenTest {
  private static final String ANEW = "; write it anew: bench/gpu-check --write-golden";

  private static List<String> lines() throws IOException {
    try (InputStream in = Golden.class.getResourceAsStream(Golden.RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_75", "sm_80"})
  void resultsAreOfTheKernelsAsTheyAre(String level) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (Stream<Path> files = Files.list(Path.of("../kernels/ptx", level))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".ptx")).sorted().toList()) {
        digest.update(Files.readAllBytes(file));
      }
    }
    String now = HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    String start = "# kernels " + level + " ";
    String then =
        lines().stream()
            .filter(line -> line.startsWith(start))
            .map(line -> line.substring(start.length()))
            .collect(Collectors.joining());
    assertEquals(now, then, Golden.RESOURCE + " holds results of other kernels" + ANEW);
  }

  @Test
  void everyCaseComparedHasResultsOfEverySetting() throws IOException {
    List<String[]> results =
        lines().stream().filter(line -> !line.startsWith("#")).map(s -> s.split("\t", -1)).toList();
    Set<String> settings =
        results.stream().map(fields -> fields[0]).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of("sm_75/40", "sm_80/108", "sm_80/132"), settings, Golden.RESOURCE + ANEW);
    for (String setting : settings) {
      Set<String> missing =
          Plan.compared().stream()
              .map(Case::toString)
              .collect(Collectors.toCollection(TreeSet::new));
      results.stream()
          .filter(fields -> fields[0].equals(setting))
          .forEach(fields -> missing.remove(fields[1] + " " + fields[2]));
      assertEquals(Set.of(), missing, "without results of " + setting + ANEW);
    }
  }
}
