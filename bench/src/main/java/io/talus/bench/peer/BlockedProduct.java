package io.talus.bench.peer;

import io.talus.bench.work.GemmWork;
import io.talus.op.Gemm;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The bare product of every two rows, X X', by a library in blocks that overwrite one buffer: what
 * similarity costs without choosing the most similar.
 */
public final class BlockedProduct implements Peer {
  private final List<Gemm> products = new ArrayList<>();
  private final List<Peer> blocks = new ArrayList<>();

  /**
   * @param library a name of {@link GemmPeers}
   * @param x rows x columns
   * @param buffer as large as one block
   */
  public BlockedProduct(
      String library, Tensor x, Tensor buffer, long blockRows, long blockColumns) {
    Tensor flat = buffer.reshape(buffer.size());
    for (long row = 0; row < x.rows(); row += blockRows) {
      Tensor a = x.rows(row, Math.min(row + blockRows, x.rows()));
      for (long column = 0; column < x.rows(); column += blockColumns) {
        Tensor b = x.rows(column, Math.min(column + blockColumns, x.rows()));
        Tensor c = flat.rows(0, a.rows() * b.rows()).reshape(a.rows(), b.rows());
        Gemm product = new Gemm(Transpose.NO, Transpose.YES, a, b, c);
        products.add(product);
        blocks.add(GemmPeers.of(library, product));
      }
    }
  }

  @Override
  public void run() {
    for (Peer block : blocks) {
      block.run();
    }
  }

  /** Checks the first block and the last. */
  public void verify() {
    for (int block : new int[] {0, blocks.size() - 1}) {
      blocks.get(block).run();
      GemmWork.check(products.get(block));
    }
  }

  @Override
  public void close() {
    blocks.forEach(Peer::close);
  }
}
