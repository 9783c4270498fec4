package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.contract.ContractRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Products by cuBLAS, which is the software device's own here. */
@Tag("emulated")
class CublasTest {
  private static final String RIGHT = "right true\n";
  private static final String AFTER = "same true\nbytes 0\n";

  private static String work(Map<String, String> settings, String... options)
      throws IOException, InterruptedException {
    SoftwareDevice.Outcome outcome = SoftwareDevice.run(CublasWork.class, settings, options);
    assertEquals("", outcome.findings());
    return outcome.output();
  }

  @Test
  void theContractsHoldWithIt() throws Exception {
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(
            ContractRun.class,
            Map.of(),
            "-Dtalus.cuda.cublas=on",
            "-Dtalus.backends.only=cuda",
            "-Dcontracts=RecordingTest,GemmTest#wholeNumbersAreExact,GemmTest#everyEpilogue,"
                + "GemmTest#withoutProductsOnlyTheRestRemains,GemmTest#emptyResultsAreLegal,"
                + "GemmTest#nanAndInfinityPassThrough,GemmTest#sameBitsAgainAndOnAnyNumberOfThreads");
    assertEquals("", outcome.findings());
    assertTrue(outcome.output().matches("ran \\d\\d\\n"), outcome.output());
  }

  @Test
  void everyModeWorksAndKeepsItsBitsWithinAProcess() throws Exception {
    for (String mode : new String[] {"on", "measure"}) {
      assertEquals(RIGHT + AFTER, work(Map.of(), "-Dtalus.cuda.cublas=" + mode), mode);
    }
  }

  @Test
  void whatWasMeasuredHoldsForTheNextProcess(@TempDir Path cache) throws Exception {
    String[] measure = {"-Dtalus.cuda.cublas=measure", "-Dtalus.cuda.cache=" + cache};
    assertEquals(RIGHT + AFTER, work(Map.of(), measure));
    Path file;
    try (Stream<Path> files = Files.list(cache)) {
      file = files.filter(path -> path.toString().endsWith(".tsv")).findFirst().orElseThrow();
    }
    String chosen = Files.readString(file);
    assertTrue(chosen.matches("# .*, cuBLAS \\d+, .*\n# .*\n(\\d.*\t(talus|cublas)\n)+"), chosen);

    Map<String, String> broken = Map.of("SOFTCUDA_FAIL", "cublasSgemm_v2:1+:13");
    Files.writeString(file, chosen.replace("\tcublas\n", "\ttalus\n"));
    assertEquals(RIGHT + AFTER, work(broken, measure));
    Files.writeString(file, chosen.replace("\ttalus\n", "\tcublas\n"));
    assertTrue(work(broken, measure).startsWith("Gemm[transposeA=NO"));
  }

  @Test
  void aProductThatFailsIsNamed() throws Exception {
    String output = work(Map.of("SOFTCUDA_FAIL", "cublasSgemm_v2:1:13"), "-Dtalus.cuda.cublas=on");
    assertTrue(output.startsWith("Gemm[transposeA=NO"), output);
    assertTrue(output.contains("cublasSgemm gave CUBLAS_STATUS_EXECUTION_FAILED (13)"), output);
    assertTrue(output.contains("with -Dtalus.cuda.cublas=off"), output);
    assertTrue(output.endsWith(AFTER), output);
  }

  @Test
  void whereItDoesNotStartOurKernelsWork() throws Exception {
    String output = work(Map.of("SOFTCUDA_FAIL", "cublasCreate_v2:1+:3"), "-Dtalus.cuda.cublas=on");
    String advice = "cuBLAS is not used: cublasCreate gave CUBLAS_STATUS_ALLOC_FAILED (3)\n";
    assertEquals(RIGHT + advice + AFTER, output);
  }

  @Test
  void whereItIsMissingOurKernelsWork(@TempDir Path folder) throws Exception {
    Files.createSymbolicLink(
        folder.resolve("libcuda.so.1"), Path.of(SoftwareDevice.folder(), "libcuda.so.1"));
    String output =
        work(Map.of(), "-Dtalus.cuda.cublas=measure", "-Dtalus.cuda.software=" + folder);
    String advice =
        "cuBLAS is not used: libcublas.so.12 was not found; with its folder in LD_LIBRARY_PATH it"
            + " is\n";
    assertEquals(RIGHT + advice + AFTER, output);
  }

  @Test
  void aWrongModeIsRefused() throws Exception {
    String output = work(Map.of(), "-Dtalus.cuda.cublas=yes");
    assertTrue(
        output.contains("talus.cuda.cublas is 'yes', expected one of off, on, measure"), output);
  }
}
