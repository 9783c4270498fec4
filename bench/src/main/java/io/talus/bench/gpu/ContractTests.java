package io.talus.bench.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The process that runs one class of Talus's contract tests, which come in a jar of their own. */
public final class ContractTests {
  private static final String PACKAGE = "io.talus.contract";

  private ContractTests() {}

  /** The classes that have tests. */
  static List<String> classes() {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectPackage(PACKAGE))
            .build();
    TestPlan plan = LauncherFactory.create().discover(request);
    return plan.getRoots().stream()
        .flatMap(root -> plan.getDescendants(root).stream())
        .flatMap(test -> test.getSource().stream())
        .filter(ClassSource.class::isInstance)
        .map(source -> ((ClassSource) source).getClassName())
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * @param arguments the file to write to, the class, and what to call it in the report
   */
  public static void main(String[] arguments) throws IOException {
    try (Records records = new Records(Path.of(arguments[0]))) {
      Launcher launcher = LauncherFactory.create();
      Listener listener = new Listener(records);
      long start = System.nanoTime();
      launcher.execute(
          LauncherDiscoveryRequestBuilder.request()
              .selectors(DiscoverySelectors.selectClass(arguments[1]))
              .build(),
          listener);
      records.add(
          "tests",
          arguments[arguments.length - 1],
          listener.passed,
          listener.failed,
          listener.skipped,
          (System.nanoTime() - start) * 1e-9);
    }
    // Threads of a test must not keep the process.
    System.exit(0);
  }

  private static final class Listener implements TestExecutionListener {
    private final Records records;
    private int passed;
    private int failed;
    private int skipped;

    private Listener(Records records) {
      this.records = records;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      skipped++;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
        skipped++;
      } else if (result.getStatus() == TestExecutionResult.Status.FAILED) {
        failed++;
        Throwable cause = result.getThrowable().orElse(null);
        records.add("test-failed", name(test), cause);
        if (cause != null) {
          cause.printStackTrace();
        }
      } else if (test.isTest()) {
        passed++;
      }
    }

    /** As in {@code GemmTest.allTransposes() cuda}. */
    private static String name(TestIdentifier test) {
      return test.getLegacyReportingName() + " " + test.getDisplayName();
    }
  }
}
