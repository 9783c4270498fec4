package io.talus.op;

/** Whether a product takes an operand as stored or transposed. */
public enum Transpose {
  NO,
  YES
}
