package io.talus.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says of what class examples are. */
@Command(
    name = "predict",
    description = {
      "Says of what class examples are that nobody has named, and how probable that is.",
      "",
      "Images are cut around the centre to the proportions that the model takes, then resized. For"
          + " a model of grey images, colours become grey by 0.299 red + 0.587 green + 0.114 blue;"
          + " for one of colours, grey counts for all three. What is transparent counts with the"
          + " colour it has."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PredictCommand implements Callable<Integer> {
  private static final String TERMINAL = "-";

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = SavedModel.DESCRIPTION)
  private Path place;

  @Parameters(
      index = "1..*",
      paramLabel = "INPUT",
      arity = "1..*",
      description =
          "Images (PNG, JPEG, GIF, BMP), folders of them, CSV files (.csv, .tsv) and IDX files of"
              + " images (...idx3-ubyte), .gz or not. A CSV file has a column for each feature;"
              + " with one more, that of the class is passed over.")
  private List<Path> inputs;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many classes are told of each example. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description =
          "Writes a table in place of text: example, class, probability, then the next ones; - for"
              + " the terminal.")
  private String csv;

  @Option(
      names = "--white",
      paramLabel = "N",
      description =
          "What white was where the model learned: 1 in images of files, perhaps 255 in a CSV file."
              + " CSV files are taken as they are. Default: 1.")
  private Float white;

  @Mixin private ReadingOptions reading;
  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    if (top < 1) {
      throw new IllegalArgumentException("--top " + top + ": at least 1 is needed");
    }
    if (csv != null) {
      TextFile.requireFolder(Path.of(csv));
    }
    try (SavedModel model = SavedModel.load(place, device.device())) {
      reading.setDefaults(model.arguments(), model.image());
      List<UnnamedExamples.Part> parts =
          new UnnamedExamples(model, reading.reading(), white).find(inputs);
      PredictionText text = new PredictionText(model, Math.min(top, model.network().classes()));
      write(parts, text);
    }
    return 0;
  }

  private void write(List<UnnamedExamples.Part> parts, PredictionText text) throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    Csv.Writing table =
        lines -> {
          text.heading(lines);
          for (UnnamedExamples.Part part : parts) {
            text.rows(lines, part.read());
          }
        };
    if (csv == null) {
      for (UnnamedExamples.Part part : parts) {
        terminal.append(text.lines(part.read()));
        terminal.flush();
      }
    } else if (csv.equals(TERMINAL)) {
      Csv.write(terminal, table);
    } else {
      Csv.write(Path.of(csv), table);
    }
  }
}
