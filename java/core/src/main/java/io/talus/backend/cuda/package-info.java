/**
 * Device {@code cuda}: kernels in PTX, launched through JCuda's driver API. The only package that
 * imports {@code jcuda}.
 *
 * <p>{@code CudaBackendProvider} finds out, stage by stage, whether a GPU can be used. A {@code
 * CudaContext} is one GPU; a {@code CudaStream} one order of work on it, with its launch arguments,
 * its page-locked staging buffers and its scratch memory; a {@code StreamRun} one operation being
 * handed over. Each family of kernels ({@code kernels/src/*.cu}) has one class here that knows the
 * launch contracts of its kernels.
 */
package io.talus.backend.cuda;
