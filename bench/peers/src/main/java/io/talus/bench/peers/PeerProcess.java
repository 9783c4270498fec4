package io.talus.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The process of one contender. Arguments: the contender, and what it does. Prints its evidence,
 * and then, for every line that comes in, the seconds of one run.
 */
public final class PeerProcess {
  static final String EVIDENCE = "evidence";
  static final String SECONDS = "seconds";

  private PeerProcess() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    // Libraries that have something to say say it elsewhere.
    System.setOut(System.err);
    Measured measured = of(arguments[0], arguments[1].toUpperCase(Locale.ROOT).replace('-', '_'));
    StringBuilder evidence = new StringBuilder(EVIDENCE);
    for (double value : measured.evidence()) {
      evidence.append('\t').append(value);
    }
    out.println(evidence);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      out.println(SECONDS + '\t' + measured.seconds());
    }
    // Threads of libraries need not have ended.
    System.exit(0);
  }

  private static Measured of(String contender, String what) {
    return switch (contender) {
      case "talus" -> new TalusTraining(Net.valueOf(what));
      case "torch" -> new TorchTraining(Net.valueOf(what), false);
      case "torch-channels-last" -> new TorchTraining(Net.valueOf(what), true);
      case "djl" -> new DjlTraining(Net.valueOf(what));
      case "fma" -> new FmaLimit(Net.valueOf(what).flops());
      case "talus-likeness" -> new TalusLikeness(Likeness.valueOf(what));
      case "mahout" -> new MahoutLikeness(Likeness.valueOf(what), false);
      case "mahout-alone" -> new MahoutLikeness(Likeness.valueOf(what), true);
      default -> throw new IllegalArgumentException("there is no contender '" + contender + "'");
    };
  }
}
