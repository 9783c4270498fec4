package io.talus.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.talus.op.Activation;
import io.talus.op.Axis;
import io.talus.op.BinaryFunction;
import io.talus.op.Broadcast;
import io.talus.op.PoolFunction;
import io.talus.op.ReduceFunction;
import io.talus.op.Reduction;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.Transpose;
import io.talus.op.UnaryFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The numbers that stand for the enums' constants in Java and in C++ are the same. */
class CpuCodesTest {
  private static final Path CODES = Path.of("native/cpu/src/runtime/codes.h");

  /** The enums of codes.h: kGelu = 2 of Activation gives Activation -> GELU -> 2. */
  private static Map<String, Integer> read(String name, String prefix) throws IOException {
    Matcher body =
        Pattern.compile("enum " + name + " \\{([^}]*)}").matcher(Files.readString(find()));
    assertEquals(true, body.find(), "codes.h has no enum " + name);
    Map<String, Integer> codes = new TreeMap<>();
    Matcher constant = Pattern.compile("k(\\w+) = (\\d+)").matcher(body.group(1));
    while (constant.find()) {
      String words = constant.group(1).replaceAll("^" + prefix, "");
      String upper = words.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
      codes.put(upper, Integer.parseInt(constant.group(2)));
    }
    return codes;
  }

  private static Path find() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(CODES))) {
        return folder.resolve(CODES);
      }
    }
    throw new AssertionError("no " + CODES + " above the working directory");
  }

  private static <E extends Enum<E>> Map<String, Integer> codes(
      E[] constants, ToIntFunction<E> code) {
    Map<String, Integer> codes = new TreeMap<>();
    for (E constant : constants) {
      codes.put(constant.name(), code.applyAsInt(constant));
    }
    return codes;
  }

  @Test
  void codesAreTheSameInJavaAndInCpp() throws IOException {
    assertEquals(read("Activation", ""), codes(Activation.values(), Activation::code));
    assertEquals(read("PoolFunction", "Pool"), codes(PoolFunction.values(), PoolFunction::code));
    assertEquals(read("Reduction", ""), codes(Reduction.values(), Reduction::code));
    assertEquals(read("UnaryOp", "Unary"), codes(UnaryFunction.values(), UnaryFunction::code));
    assertEquals(read("BinaryOp", ""), codes(BinaryFunction.values(), BinaryFunction::code));
    assertEquals(read("Broadcast", ""), codes(Broadcast.values(), Broadcast::code));
    assertEquals(read("ReduceOp", "Reduce"), codes(ReduceFunction.values(), ReduceFunction::code));
    assertEquals(read("Axis", ""), codes(Axis.values(), Axis::code));
    assertEquals(
        read("SimilarityMeasure", ""), codes(SimilarityMeasure.values(), SimilarityMeasure::code));
    assertEquals(
        read("SparseMeasure", "Sparse"), codes(SparseMeasure.values(), SparseMeasure::code));
  }

  /** Products are told apart by the place of the constant: 0 as stored, 1 transposed. */
  @Test
  void transposesAreInTheOrderOfTheHeader() {
    assertEquals(0, Transpose.NO.ordinal());
    assertEquals(1, Transpose.YES.ordinal());
  }
}
