package io.talus.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * The arrows between packages, one way: tensor, op, backend, io.talus, and on top of it data, train
 * and recommend; onnx and recommend on top of train.
 */
class PackageArrowsTest {
  private static final JavaClasses TALUS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.talus");

  private static void dependsOnlyOn(String from, String... to) {
    String[] allowed = new String[to.length + 2];
    allowed[0] = from;
    allowed[1] = "java..";
    System.arraycopy(to, 0, allowed, 2, to.length);
    classes()
        .that()
        .resideInAPackage(from)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .check(TALUS);
  }

  @Test
  void tensorsKnowNothingElse() {
    dependsOnlyOn("io.talus.tensor..");
  }

  @Test
  void opsKnowTensors() {
    dependsOnlyOn("io.talus.op..", "io.talus.tensor..");
  }

  @Test
  void backendsKnowOpsAndTensorsButNotEachOther() {
    dependsOnlyOn("io.talus.backend", "io.talus.op..", "io.talus.tensor..");
    dependsOnlyOn(
        "io.talus.backend.reference..", "io.talus.backend", "io.talus.op..", "io.talus.tensor..");
    dependsOnlyOn(
        "io.talus.backend.cpu..",
        "io.talus.backend",
        "io.talus.op..",
        "io.talus.tensor..",
        "org.bytedeco.javacpp..");
  }

  @Test
  void devicesKnowWhatABackendIsButNotWhich() {
    dependsOnlyOn("io.talus", "io.talus.backend", "io.talus.op..", "io.talus.tensor..");
  }

  @Test
  void whatBuildsOnDevicesNeverReachesForABackend() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.talus.data..",
            "io.talus.file..",
            "io.talus.train..",
            "io.talus.onnx..",
            "io.talus.recommend..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.talus.backend..")
        .check(TALUS);
  }

  @Test
  void trainingKnowsNothingOfWhatUsesIt() {
    noClasses()
        .that()
        .resideInAPackage("io.talus.train..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.talus.onnx..", "io.talus.recommend..")
        .check(TALUS);
  }

  @Test
  void onlyTheNativeBackendKnowsJavaCpp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.talus.backend.cpu..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(TALUS);
  }

  /**
   * Nothing ends the process or writes to the terminal: that is for programs, not for a library.
   */
  @Test
  void nothingPrintsOrExits() {
    noClasses().should().callMethod(System.class, "exit", int.class).check(TALUS);
    noClasses().should().accessField(System.class, "out").check(TALUS);
    noClasses().should().accessField(System.class, "err").check(TALUS);
  }
}
