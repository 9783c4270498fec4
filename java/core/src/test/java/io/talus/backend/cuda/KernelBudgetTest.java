package io.talus.backend.cuda;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.backend.BackendUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * That the committed PTX assembles for every architecture, with nothing spilled, and that no kernel
 * takes more registers or shared memory than {@code kernels/budget.tsv} grants it. A kernel with
 * more registers runs fewer warps at a time, and nothing else would tell.
 *
 * <p>{@code -Dtalus.budget.write=true} writes the table anew, from what the kernels take now.
 */
@Tag("one-jdk")
class KernelBudgetTest {
  private static final Path PTX = Path.of("../../kernels/ptx");
  private static final Path TABLE = Path.of("../../kernels/budget.tsv");
  private static final int[] ARCHITECTURES = {75, 80, 86, 89, 90};
  private static final List<String> COLUMNS =
      Stream.of("registers", "shared")
          .flatMap(what -> Arrays.stream(ARCHITECTURES).mapToObj(arch -> what + ".sm_" + arch))
          .toList();
  private static final ToIntFunction<PtxAssembler.Usage> REGISTERS = PtxAssembler.Usage::registers;
  private static final ToIntFunction<PtxAssembler.Usage> SHARED_BYTES =
      PtxAssembler.Usage::sharedBytes;

  /** Kernels for TF32 and bfloat16 are for these alone. */
  private static final Set<Integer> WITH_TENSOR_CORES = Set.of(80, 86, 89, 90);

  private static final int THREADS = 2;
  private static final String REWRITE =
      "; if that is meant to be so, write the table anew: mvn -pl java/core test"
          + " -Dtest=KernelBudgetTest -Dtalus.budget.write=true";

  /** Kernel, then architecture, both sorted. */
  private static final Map<String, Map<Integer, PtxAssembler.Usage>> TAKEN = new TreeMap<>();

  @BeforeAll
  static void assembleEverything() throws Exception {
    try {
      PtxAssembler.load();
    } catch (BackendUnavailableException unavailable) {
      Assumptions.abort(unavailable.getMessage());
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int architecture : ARCHITECTURES) {
        for (Path file : files(architecture)) {
          running.add(threads.submit(() -> assemble(file, architecture)));
        }
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    if (Boolean.getBoolean("talus.budget.write")) {
      Files.writeString(TABLE, table());
    }
  }

  private static List<Path> files(int architecture) throws IOException {
    Path folder = PTX.resolve(architecture < 80 ? "sm_75" : "sm_80");
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".ptx")).sorted().toList();
    }
  }

  private static Void assemble(Path file, int architecture) throws IOException {
    Map<String, PtxAssembler.Usage> found =
        PtxAssembler.assemble(file.toString(), Files.readAllBytes(file), architecture);
    synchronized (TAKEN) {
      found.forEach(
          (kernel, usage) ->
              TAKEN.computeIfAbsent(kernel, name -> new TreeMap<>()).put(architecture, usage));
    }
    return null;
  }

  private static String table() {
    StringBuilder text =
        new StringBuilder()
            .append("# What a kernel may take: registers of a thread, static shared bytes of a")
            .append(" block.\n# 0 registers: for that architecture there is no such kernel.")
            .append("\n# KernelBudgetTest holds it; -Dtalus.budget.write=true rewrites it.")
            .append("\nkernel\t")
            .append(String.join("\t", COLUMNS))
            .append('\n');
    TAKEN.forEach(
        (kernel, usages) ->
            text.append(kernel).append('\t').append(join(row(usages), "\t")).append('\n'));
    return text.toString();
  }

  /** The numbers of a row of the table; zeros where there is no such kernel. */
  private static List<Integer> row(Map<Integer, PtxAssembler.Usage> usages) {
    List<Integer> row = new ArrayList<>();
    for (ToIntFunction<PtxAssembler.Usage> what : List.of(REGISTERS, SHARED_BYTES)) {
      for (int architecture : ARCHITECTURES) {
        PtxAssembler.Usage usage = usages.get(architecture);
        row.add(usage == null ? 0 : what.applyAsInt(usage));
      }
    }
    return row;
  }

  private static String join(List<Integer> numbers, String between) {
    return numbers.stream().map(String::valueOf).collect(joining(between));
  }

  /** The numbers of each kernel's row as committed. */
  private static Map<String, List<Integer>> granted() throws IOException {
    Map<String, List<Integer>> rows = new TreeMap<>();
    for (String line : Files.readAllLines(TABLE)) {
      String[] fields = line.split("\t");
      if (!line.startsWith("#") && !fields[0].equals("kernel")) {
        assertEquals(1 + COLUMNS.size(), fields.length, () -> TABLE + ": " + line);
        rows.put(fields[0], Arrays.stream(fields).skip(1).map(Integer::valueOf).toList());
      }
    }
    return rows;
  }

  @Test
  void everyKernelIsThereForEveryArchitecture() {
    assertFalse(TAKEN.isEmpty(), "no kernel in " + PTX);
    TAKEN.forEach(
        (kernel, usages) ->
            assertTrue(
                usages.size() == ARCHITECTURES.length
                    || (kernel.matches("gemm_(tf32|bf16)_.*")
                        && usages.keySet().equals(WITH_TENSOR_CORES)),
                () -> kernel + " is there only for " + usages.keySet()));
  }

  @Test
  void nothingIsSpilled() {
    List<String> wrong = new ArrayList<>();
    TAKEN.forEach(
        (kernel, usages) ->
            usages.forEach(
                (architecture, usage) -> {
                  if (usage.spillBytes() > 0 || usage.stackBytes() > 0) {
                    wrong.add(kernel + " on sm_" + architecture + ": " + usage);
                  }
                }));
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyKernelKeepsToItsBudget() throws IOException {
    Map<String, List<Integer>> granted = granted();
    List<String> wrong = new ArrayList<>();
    TAKEN.forEach(
        (kernel, usages) -> {
          List<Integer> budget = granted.remove(kernel);
          if (budget == null) {
            wrong.add(kernel + " has no row");
            return;
          }
          List<Integer> row = row(usages);
          for (int i = 0; i < row.size(); i++) {
            if (row.get(i) > budget.get(i)) {
              wrong.add(kernel + ": " + COLUMNS.get(i) + " " + row.get(i) + " of " + budget.get(i));
            }
          }
        });
    granted.keySet().forEach(kernel -> wrong.add(kernel + " has a row and is no kernel"));
    assertEquals(List.of(), wrong, () -> TABLE + REWRITE);
  }
}
