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

  /** A file for each family, as sha256sum writes it. */
  @Test
  void resultsAreOfTheKernelsAsTheyAre() throws Exception {
    Set<String> then = new TreeSet<>();
    for (Path file : files(Path.of("src/test/resources/io/talus/bench/gpu/kernels"), ".sha256")) {
      then.addAll(Files.readAllLines(file));
    }
    Set<String> now = new TreeSet<>();
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (String level : List.of("sm_75", "sm_80")) {
      for (Path file : files(Path.of("../kernels/ptx", level), ".ptx")) {
        String hash = HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        now.add(hash + "  " + level + "/" + file.getFileName());
      }
    }
    assertEquals(now, then, Golden.RESOURCE + " holds results of other kernels" + ANEW);
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(one -> one.toString().endsWith(ending)).toList();
    }
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
