package io.talus.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.work.Work;
import io.talus.op.Gemm;
import io.talus.op.Op;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The check of a GPU, without one. */
class GpuCheckTest {
  private static final Device JAVA = Devices.require("java");

  /** What the software device would time: every kind, small. */
  @TestFactory
  Stream<DynamicTest> whatIsTimedIsRight() {
    return Plan.timed(true).stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.toString(),
                    () -> {
                      try (Work work = one.make(JAVA)) {
                        work.verify();
                      }
                    }));
  }

  @Test
  void everyOpIsTimedAndItsBitsCompared() {
    Set<Class<?>> ops =
        Stream.of(Device.class.getMethods())
            .filter(method -> method.getParameterCount() == 1)
            .map(method -> method.getParameterTypes()[0])
            .filter(Op.class::isAssignableFrom)
            .collect(Collectors.toSet());
    assertEquals(ops, ops(Plan.timed(true)), "what Plan times");
    assertEquals(ops, ops(Plan.compared()), "what Plan compares");
  }

  private static Set<Class<?>> ops(List<Case> cases) {
    Set<Class<?>> ops = new HashSet<>();
    for (Case one : cases) {
      try (Work work = one.make(JAVA)) {
        if (work.op() != null) {
          ops.add(work.op().getClass());
        }
      }
    }
    return ops;
  }

  @Test
  void bitsAreThoseOfTheOutputsAndTheSameEachTime() {
    Case one = new Case("", "cross-entropy", "digits-128x10");
    List<Bits> first = bits(one);
    assertEquals(2, first.size(), "loss and gradient, no input");
    for (int i = 0; i < first.size(); i++) {
      assertTrue(first.get(i).isSame(bits(one).get(i)));
    }
  }

  private static List<Bits> bits(Case one) {
    try (Work work = one.make(JAVA)) {
      return Bits.of(work);
    }
  }

  @Test
  void distancesAreInUnitsOfTheLastPlace() {
    assertEquals(0, bits(1f, 0f).ulps(bits(1f, -0f)));
    assertEquals(3, bits(1f, 2f).ulps(bits(Math.nextUp(1f), 2f + 3 * Math.ulp(2f))));
    assertEquals(2, bits(Float.MIN_VALUE).ulps(bits(-Float.MIN_VALUE)));
    assertEquals(Long.MAX_VALUE, bits(1f).ulps(bits(Float.NaN)));
    assertEquals(1, bits(1f, 5f).differing(bits(1f, 6f)));
  }

  private static Bits bits(float... values) {
    int[] sample = new int[values.length];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = Float.floatToRawIntBits(values[i]);
    }
    return new Bits(0, true, sample.length, "", sample);
  }

  @Test
  void aGoldenLineIsReadAsItWasWritten() {
    Golden.Setting setting = new Golden.Setting("sm_80", 108);
    Bits bits = new Bits(2, true, 2, "0123456789abcdef", new int[] {-1, 7});
    String[] fields = Golden.line(setting, new Case("", "softmax", "a-1x2"), bits).split("\t", -1);
    assertEquals(setting, Golden.Setting.parse(fields[0]));
    Bits again = Bits.parse(fields, 3);
    assertEquals(bits.text(), again.text());
  }

  @Test
  void aWorkThatFailsIsToldAndMakesTheCheckFail() {
    Findings findings = new Findings();
    findings.add(
        "",
        new Children.Result(
            List.of(
                new String[] {"device", "cuda", "NVIDIA Abacus, compute capability 8.0", "false"},
                "time softmax a-1x2 talus 1e-6 1e-6 1e-6 11 100 1000 events 5000 100".split(" ")),
            null));
    assertTrue(findings.isGood());
    findings.add("gemm", new Children.Result(List.of(), "ended with status 134"));
    assertFalse(findings.isGood());
    String text =
        String.join("\n", new GpuReport(findings).markdown("", List.of(), List.of(), List.of()));
    assertTrue(text.contains("- gemm : ended with status 134"), text);
    assertTrue(
        text.contains("| softmax | a-1x2 | 1.00 µs | 1.00 to 1.00 | 1.00 GB/s | 1 % |"), text);
    assertFalse(text.contains("not a measurement"), text);
  }

  @Test
  void aDeviceThatIsNotThereEndsTheCheck(@TempDir Path folder) throws Exception {
    GpuCheckCommand command = new GpuCheckCommand("--device", "cuda:7", "--out", folder.toString());
    assertEquals(3, command.run());
    assertThrows(IllegalArgumentException.class, () -> new GpuCheckCommand("--nonsense", "1"));
  }

  @Test
  void theContractTestsAreFound() {
    List<String> classes = ContractTests.classes();
    assertTrue(classes.contains("io.talus.contract.GemmTest"), classes::toString);
  }

  @Test
  void cublasSaysWhyItIsNotThere() {
    try (CublasPeer cublas = CublasPeer.open(JAVA)) {
      assertEquals("java is no GPU", cublas.reason());
    }
  }

  @Test
  void aWorkOfOneOpTakesMeasuredTime() {
    try (Work work = new Case("", "gemm", "square-64").make(JAVA)) {
      assertTrue(work.op() instanceof Gemm);
      assertTrue(work.measureNanos().getAsLong() > 0);
    }
  }
}
