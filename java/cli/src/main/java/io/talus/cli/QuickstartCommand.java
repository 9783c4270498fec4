package io.talus.cli;

import io.talus.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Both jobs of the library on real data, in well under two minutes. */
@Command(
    name = "quickstart",
    description = {
      "Trains a classifier of handwritten digits, then recommends items from ratings, and writes a"
          + " report.",
      "",
      "Without --data: 1,797 real 8x8 digits that come along, and ratings drawn at random whose"
          + " structure the result must recover."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class QuickstartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder with IDX images (train-images-idx3-ubyte and its companions, .gz or not: MNIST,"
              + " Fashion-MNIST), a MovieLens u.data, or both; also in folders below it.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "talus-out",
      description = "Where report.html and the trained model go. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Mixin private DeviceOption deviceOption;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  private Integer epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Where all randomness begins. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    Device device = deviceOption.device();
    QuickstartData chosen = QuickstartData.find(data, seed);
    Files.createDirectories(out);

    TrainingDemo training = new TrainingDemo(device, terminal, seed);
    Map<String, Object> report = new HashMap<>();
    report.put("credits", credits(chosen));
    if (chosen.images() != null) {
      Path model = out.resolve("digits.safetensors");
      report.put("classifier", training.run(chosen.images(), epochs, model));
    }
    if (chosen.ratings() != null) {
      report.put(
          "recommending", new RecommendingDemo(device, terminal, seed).run(chosen.ratings()));
    }
    Path file = out.resolve("report.html");
    Report.write(file, "Talus quickstart", device, report);
    terminal.printf("%nThe whole story, with pictures: %s%n", file);
    terminal.flush();
    return 0;
  }

  private static List<String> credits(QuickstartData chosen) {
    return chosen.images() != null && chosen.images().credit() != null
        ? List.of(chosen.images().credit())
        : List.of();
  }
}
