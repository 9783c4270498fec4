package io.talus.cli;

import io.talus.train.Optimizer;
import io.talus.train.Schedule;
import java.util.List;

/** Optimizers and schedules as text: {@code momentum 0.9}; {@code cosine, warm-up 2}. */
final class OptimizerText {
  private static final float OF_ADAM = 0.001f;
  private static final float OF_OTHERS = 0.1f;

  private OptimizerText() {}

  /**
   * What {@code --optimizer} says.
   *
   * @param learningRate or null for the optimizer's usual one
   * @param seed of a search
   */
  static Optimizer optimizer(String text, Float learningRate, long seed) {
    List<OptionText.Item> items = OptionText.items("--optimizer", text);
    OptionText.Item item = items.get(0);
    boolean isAdam = item.name().startsWith("adam");
    float rate = learningRate != null ? learningRate : isAdam ? OF_ADAM : OF_OTHERS;
    Optimizer optimizer =
        switch (item.name()) {
          case "sgd" -> Optimizer.sgd(rate);
          case "momentum" -> Optimizer.momentum(rate, item.number("the momentum, such as 0.9"));
          case "nesterov" -> Optimizer.nesterov(rate, item.number("the momentum, such as 0.9"));
          case "adam" -> Optimizer.adam(rate);
          case "adamw" -> Optimizer.adamW(rate, item.number("the weight decay, such as 0.01"));
          case "random-search" -> Optimizer.randomSearch(rate, seed);
          case "random-local-search" -> Optimizer.randomLocalSearch(rate, seed);
          default ->
              throw item.wrong(
                  "there is no optimizer '"
                      + item.name()
                      + "'; there are sgd, momentum N, nesterov N, adam, adamw N, random-search and"
                      + " random-local-search");
        };
    item.requireEnd();
    if (items.size() > 1) {
      throw items.get(1).wrong("one optimizer is enough");
    }
    return optimizer;
  }

  /** What {@code --schedule} says. */
  static Schedule schedule(String text) {
    List<OptionText.Item> items = OptionText.items("--schedule", text);
    OptionText.Item item = items.get(0);
    Schedule schedule =
        switch (item.name()) {
          case "constant" -> Schedule.CONSTANT;
          case "step" ->
              Schedule.step(item.integer("epochs between steps"), item.number("the factor"));
          case "cosine" -> Schedule.cosine();
          case "one-cycle" -> Schedule.oneCycle();
          default ->
              throw item.wrong(
                  "there is no schedule '"
                      + item.name()
                      + "'; there are constant, step EPOCHS FACTOR, cosine and one-cycle");
        };
    item.requireEnd();
    for (OptionText.Item more : items.subList(1, items.size())) {
      if (!more.name().equals("warm-up")) {
        throw more.wrong("only warm-up EPOCHS may follow a schedule");
      }
      schedule = schedule.warmUp(more.number("epochs"));
      more.requireEnd();
    }
    return schedule;
  }
}
