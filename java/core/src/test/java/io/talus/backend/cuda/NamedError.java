package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Sgd;
import io.talus.tensor.DeviceException;
import io.talus.tensor.Tensor;

/** Tells what notices that an optimizer's kernel goes where no memory is. */
final class NamedError {
  private NamedError() {}

  public static void main(String[] arguments) {
    Device cuda = Devices.require("cuda");
    try (Workspace workspace = cuda.workspace()) {
      Tensor weights = workspace.tensor(8);
      Tensor rate = workspace.tensor(1);
      Sgd op = new Sgd(weights, workspace.tensor(8), null, rate, 0, false, 0);
      tell("operation", () -> cuda.sgd(op));
      tell("reading", () -> weights.toArray());
    }
  }

  private static void tell(String what, Runnable work) {
    try {
      work.run();
      System.out.println(what + ": nothing");
    } catch (DeviceException failed) {
      System.out.println(what + ": " + failed.getMessage());
    }
  }
}
