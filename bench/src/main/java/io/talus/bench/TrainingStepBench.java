package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.TrainingStepWork;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** One step of training; shapes are batch x inputs x hidden layers x classes. */
public class TrainingStepBench extends OpBench {
  @Param({
    "digits-128x784x512x10",
    "digits-128x784x512x512x10",
    "digits-32x784x512x10",
    "digits-32x784x512x512x10"
  })
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return TrainingStepWork.of(on, NamedShape.parse(shape));
  }
}
