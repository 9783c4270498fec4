package io.talus.bench.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** libtorch as a Java user gets it: Deep Java Library, its blocks and its trainer. */
final class DjlTraining extends Training {
  private final Trainer trainer;
  private final NDArray inputs;
  private final NDArray targets;

  DjlTraining(Net net) {
    StepData data = new StepData(net);
    Model model = Model.newInstance("net", Device.cpu(), "PyTorch");
    model.setBlock(block(net, data));
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                .optDevices(new Device[] {Device.cpu()})
                .optOptimizer(
                    Optimizer.sgd().setLearningRateTracker(Tracker.fixed(Net.RATE)).build()));
    Shape shape =
        net.isConvolutional()
            ? new Shape(net.batch, 1, Net.SIDE, Net.SIDE)
            : new Shape(net.batch, Net.FEATURES);
    trainer.initialize(shape);
    inputs = trainer.getManager().create(data.inputs, shape);
    targets = trainer.getManager().create(data.targets);
  }

  private static SequentialBlock block(Net net, StepData data) {
    SequentialBlock block = new SequentialBlock();
    int last = net.layers().size() - 1;
    for (int i = 0; i <= last; i++) {
      Net.Layer layer = net.layers().get(i);
      if (layer.isConvolution()) {
        block.add(
            Conv2d.builder()
                .setKernelShape(new Shape(Net.WINDOW, Net.WINDOW))
                .optPadding(new Shape(Net.WINDOW / 2, Net.WINDOW / 2))
                .setFilters(layer.outputs())
                .build());
        block.add(Activation.reluBlock());
        block.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
        continue;
      }
      if (layer.places() > 1) {
        block.add(Blocks.batchFlattenBlock());
      }
      block.add(Linear.builder().setUnits(layer.outputs()).build());
      if (i < last) {
        block.add(Activation.reluBlock());
      }
    }
    block.setInitializer(weights(net, data), Parameter.Type.WEIGHT);
    block.setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
    return block;
  }

  /** Layers ask for their weights one after another. */
  private static Initializer weights(Net net, StepData data) {
    int[] next = {0};
    return (NDManager manager, Shape shape, DataType type) -> {
      int layer = next[0]++;
      return manager.create(net.layers().get(layer).turned(data.weights.get(layer)), shape);
    };
  }

  @Override
  double step(boolean withLoss) {
    try (NDManager manager = trainer.getManager().newSubManager()) {
      manager.tempAttachAll(inputs, targets);
      NDList labels = new NDList(targets);
      NDArray loss;
      try (GradientCollector collector = trainer.newGradientCollector()) {
        NDList logits = trainer.forward(new NDList(inputs), labels);
        loss = trainer.getLoss().evaluate(labels, logits);
        collector.backward(loss);
      }
      trainer.step();
      return withLoss ? loss.getFloat() : Double.NaN;
    }
  }
}
