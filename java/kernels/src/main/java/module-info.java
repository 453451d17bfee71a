/** Prototype cosine similarity, voxel uncertainty and batched exact KNN for the JVM. */
module org.onelabel.kernels {
  requires static org.jspecify;

  exports org.onelabel.kernels;
  exports org.onelabel.kernels.experiment;
  exports org.onelabel.kernels.experiment.trial;

  uses org.onelabel.kernels.KernelsProvider;

  provides org.onelabel.kernels.KernelsProvider with
      org.onelabel.kernels.internal.CpuProvider,
      org.onelabel.kernels.internal.CudaProvider,
      org.onelabel.kernels.internal.CudaEmulationProvider,
      org.onelabel.kernels.internal.reference.ReferenceProvider;
}
