package io.talus.bench.peer;

import io.talus.op.Activation;
import io.talus.op.Gemm;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * oneDNN's matmul primitive, made once, with bias and ReLU as it fuses them. Operands keep the
 * plain layout that Talus takes too: weights that change with every step cannot be packed ahead.
 */
final class OneDnnMatmul implements Peer {
  private final matmul primitive;
  private final IntMemoryMap arguments = new IntMemoryMap();

  OneDnnMatmul(Gemm op) {
    memory.desc a = operand(op.transposeA(), op.m(), op.k());
    memory.desc b = operand(op.transposeB(), op.k(), op.n());
    memory.desc c = OneDnn.matrix(op.m(), op.n(), op.n(), 1);
    arguments.put(dnnl.DNNL_ARG_SRC, OneDnn.memory(a, Addresses.of(op.a())));
    arguments.put(dnnl.DNNL_ARG_WEIGHTS, OneDnn.memory(b, Addresses.of(op.b())));
    arguments.put(dnnl.DNNL_ARG_DST, OneDnn.memory(c, Addresses.of(op.c())));
    Tensor bias = op.epilogue().bias();
    if (bias == null) {
      primitive = new matmul(new matmul.primitive_desc(OneDnn.ENGINE, a, b, c));
    } else {
      memory.desc row = OneDnn.matrix(1, op.n(), op.n(), 1);
      arguments.put(dnnl.DNNL_ARG_BIAS, OneDnn.memory(row, Addresses.of(bias)));
      primitive =
          new matmul(
              new matmul.primitive_desc(
                  OneDnn.ENGINE, a, b, row, c, attributes(op.epilogue().activation()), false));
    }
  }

  private static memory.desc operand(Transpose transpose, long rows, long columns) {
    return transpose == Transpose.NO
        ? OneDnn.matrix(rows, columns, columns, 1)
        : OneDnn.matrix(rows, columns, 1, rows);
  }

  private static primitive_attr attributes(Activation activation) {
    primitive_attr attributes = new primitive_attr();
    switch (activation) {
      case IDENTITY -> {}
      case RELU -> {
        post_ops operations = new post_ops();
        operations.append_eltwise(dnnl.dnnl_eltwise_relu, 0f, 0f);
        attributes.set_post_ops(operations);
      }
      default -> throw new IllegalArgumentException("no post-op is set up for " + activation);
    }
    return attributes;
  }

  @Override
  public void run() {
    primitive.execute(OneDnn.STREAM, arguments);
    OneDnn.STREAM._wait();
  }

  @Override
  public void close() {
    primitive.close();
    arguments.close();
  }
}
