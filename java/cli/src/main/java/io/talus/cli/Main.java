package io.talus.cli;

import io.talus.backend.BackendUnavailableException;
import io.talus.tensor.DeviceException;
import io.talus.train.TrainingDivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code talus}. Exit status: 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "talus",
    description =
        "GPU-accelerated numeric kernels for the JVM, with a CPU that is fast in its own right.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      QuickstartCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      CrossvalCommand.class,
      SimilarCommand.class,
      RecommendCommand.class,
      EvaluateRatingsCommand.class,
      InfoCommand.class,
      BenchCommand.class
    })
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    // One line for each log record; must be set before the first one.
    System.setProperty("java.util.logging.SimpleFormatter.format", "talus: %5$s%6$s%n");
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setExecutionExceptionHandler(Main::report);
  }

  /**
   * A person's mistakes and the machine's failures get one line; what is left is a bug and gets its
   * trace.
   */
  private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (failure instanceof IOException
        || failure instanceof UncheckedIOException
        || failure instanceof IllegalArgumentException
        || failure instanceof BackendUnavailableException
        || failure instanceof DeviceException
        || failure instanceof TrainingDivergedException) {
      Throwable cause =
          failure instanceof UncheckedIOException wrapped ? wrapped.getCause() : failure;
      String what = cause instanceof IOException io ? describe(io) : cause.getMessage();
      command.getErr().println(command.getColorScheme().errorText("talus: " + what));
      return 1;
    }
    throw failure;
  }

  /** Files' own exceptions carry no more than the path as their message. */
  private static String describe(IOException failure) {
    return failure.getClass().getPackageName().equals("java.nio.file")
        ? failure.getClass().getSimpleName() + ": " + failure.getMessage()
        : failure.getMessage();
  }
}
