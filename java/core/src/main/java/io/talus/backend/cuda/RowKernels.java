package io.talus.backend.cuda;

/** The kernels of one function of rows: one for each {@link RowVariant}. */
final class RowKernels {
  private final CudaContext context;
  private final String family;
  private final String prefix;
  private final Kernel[] kernels = new Kernel[RowVariant.values().length];

  /**
   * @param prefix of the names of the kernels, as in {@code softmax_f32_}
   */
  RowKernels(CudaContext context, String family, String prefix) {
    this.context = context;
    this.family = family;
    this.prefix = prefix;
  }

  /** The variant's kernel, loaded when it is first used. */
  Kernel get(RowVariant variant) {
    Kernel kernel = kernels[variant.ordinal()];
    if (kernel == null) {
      kernel = context.module(family).kernel(prefix + variant.suffix());
      kernels[variant.ordinal()] = kernel;
    }
    return kernel;
  }
}
