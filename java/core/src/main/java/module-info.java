/**
 * GPU-accelerated numeric kernels for the JVM, with a CPU that is fast in its own right: matrix
 * products, softmax and its losses, similarity; a training loop and a recommender on top.
 */
module io.talus {
  requires com.fasterxml.jackson.jr.ob;
  requires java.desktop;
  requires jcublas;
  requires jcuda;
  requires org.bytedeco.javacpp;

  exports io.talus;
  exports io.talus.backend;
  exports io.talus.data;
  exports io.talus.onnx;
  exports io.talus.op;
  exports io.talus.recommend;
  exports io.talus.tensor;
  exports io.talus.train;

  // JavaCPP finds the native library beside this package's classes.
  opens io.talus.backend.cpu to
      org.bytedeco.javacpp;

  uses io.talus.backend.BackendProvider;

  provides io.talus.backend.BackendProvider with
      io.talus.backend.cpu.CpuBackendProvider,
      io.talus.backend.cuda.CudaBackendProvider,
      io.talus.backend.reference.ReferenceBackendProvider;
}
