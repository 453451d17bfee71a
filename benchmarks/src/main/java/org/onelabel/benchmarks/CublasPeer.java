package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.runtime.JCuda;
import jcuda.runtime.cudaStream_t;
import org.onelabel.jcuda.CudaPointers;
import org.onelabel.kernels.DeviceBuffer;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.kernels.experiment.Workload.Input;

/**
 * cuBLAS's float32 product of all queries with all rows: what a search by cuBLAS takes at least.
 * The selection is done on the host and is not part of the time, so the comparison is in cuBLAS's
 * favour.
 */
final class CublasPeer implements Peer {
  /** C (rows × queries, column by column) = database · queriesᵀ, both row by row. */
  private sealed interface Product extends AutoCloseable permits Panama, JCublas {
    void multiply(DeviceBuffer queries, DeviceBuffer database, DeviceBuffer scores);

    @Override
    void close();
  }

  private final Workload.Neighbours workload;
  private final Kernels kernels;
  private final Product product;
  private final DeviceBuffer queries;
  private final DeviceBuffer database;
  private final DeviceBuffer scores;

  /**
   * Prepares it.
   *
   * @param panama binds the system's libcublas of CUDA 13 or 12 itself; else JCublas does, which
   *     wants CUDA 12's
   * @throws IllegalStateException where a library is missing, saying which
   */
  CublasPeer(Workload.Neighbours workload, Input input, boolean panama) {
    if (workload.metric() != NearestNeighbours.Metric.INNER_PRODUCT) {
      throw new IllegalArgumentException("cuBLAS is compared on inner products");
    }
    this.workload = workload;
    // Before anything of the device's: what is missing is told on any machine.
    this.product = panama ? Panama.open(workload) : JCublas.open(workload);
    this.kernels = Kernels.open(Kernels.Implementation.CUDA, 0);
    this.queries = kernels.allocate(input.first().byteSize()).write(input.first());
    this.database = kernels.allocate(input.second().byteSize()).write(input.second());
    this.scores = kernels.allocate(4L * workload.queries() * workload.database());
  }

  @Override
  public void run() {
    product.multiply(queries, database, scores);
  }

  @Override
  public float[] result() {
    Selection selection = new Selection(workload.queries(), workload.k());
    float[] row = new float[workload.queries() * workload.database()];
    scores.read(MemorySegment.ofArray(row));
    for (int i = 0; i < row.length; i++) {
      selection.offer(i / workload.database(), row[i], i % workload.database());
    }
    return selection.scores(false);
  }

  @Override
  public void close() {
    product.close();
    queries.close();
    database.close();
    scores.close();
    kernels.close();
  }

  /** The system's libcublas, on the null stream. */
  private static final class Panama implements Product {
    private static final int TRANSPOSED = 1;
    private static final int AS_IT_IS = 0;
    private static final String[] NAMES = {"libcublas.so.13", "libcublas.so.12", "libcublas.so"};

    private final Workload.Neighbours workload;
    private final Arena arena;
    private final MethodHandle multiply;
    private final MethodHandle destroy;
    private final MethodHandle synchronise;
    private final MemorySegment handle;
    private final MemorySegment factors;

    private Panama(Workload.Neighbours workload, SymbolLookup library, Arena arena) {
      this.workload = workload;
      this.arena = arena;
      MethodHandle create = bind(library, "cublasCreate_v2", ValueLayout.ADDRESS);
      destroy = bind(library, "cublasDestroy_v2", ValueLayout.ADDRESS);
      multiply =
          bind(
              library,
              "cublasSgemm_v2",
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT);
      // The runtime that libcublas is linked against.
      synchronise = bind(library, "cudaDeviceSynchronize");
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      check(create, out);
      handle = out.get(ValueLayout.ADDRESS, 0);
      factors = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 0);
    }

    @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
    static Panama open(Workload.Neighbours workload) {
      Arena arena = Arena.ofShared();
      for (String name : NAMES) {
        try {
          SymbolLookup library =
              SymbolLookup.libraryLookup(name, arena)
                  .or(SymbolLookup.libraryLookup(name.replace("cublas", "cudart"), arena));
          return new Panama(workload, library, arena);
        } catch (IllegalArgumentException e) {
          // The next one.
        }
      }
      arena.close();
      throw new IllegalStateException(
          "cuBLAS is missing: none of " + String.join(", ", NAMES) + " with its libcudart is here");
    }

    private static MethodHandle bind(
        SymbolLookup library, String name, java.lang.foreign.MemoryLayout... arguments) {
      MemorySegment symbol =
          library
              .find(name)
              .orElseThrow(() -> new IllegalStateException("cuBLAS has no function " + name));
      return Linker.nativeLinker()
          .downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static void check(MethodHandle function, Object... arguments) {
      int status;
      try {
        status = (int) function.invokeWithArguments(arguments);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("the call of cuBLAS failed", e);
      }
      if (status != 0) {
        throw new IllegalStateException("cuBLAS returned status " + status);
      }
    }

    @Override
    public void multiply(DeviceBuffer queries, DeviceBuffer database, DeviceBuffer scores) {
      int dimension = workload.dimension();
      check(
          multiply,
          handle,
          TRANSPOSED,
          AS_IT_IS,
          workload.database(),
          workload.queries(),
          dimension,
          factors,
          MemorySegment.ofAddress(database.address()),
          dimension,
          MemorySegment.ofAddress(queries.address()),
          dimension,
          factors.asSlice(4),
          MemorySegment.ofAddress(scores.address()),
          workload.database());
      check(synchronise);
    }

    @Override
    public void close() {
      check(destroy, handle);
      arena.close();
    }
  }

  /** JCublas 12.6 with CUDA 12's libcublas. */
  private static final class JCublas implements Product {
    private final Workload.Neighbours workload;
    private final cublasHandle handle = new cublasHandle();
    private final Pointer one = Pointer.to(new float[] {1});
    private final Pointer zero = Pointer.to(new float[] {0});

    private JCublas(Workload.Neighbours workload) {
      this.workload = workload;
      JCublas2.setExceptionsEnabled(true);
      JCublas2.cublasCreate(handle);
    }

    static JCublas open(Workload.Neighbours workload) {
      try {
        return new JCublas(workload);
      } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
        throw new IllegalStateException(
            "JCublas 12.6 cannot be used: it wants CUDA 12's libcublas.so.12, libcublasLt.so.12 and"
                + " libcudart.so.12 on the library path",
            e);
      }
    }

    @Override
    public void multiply(DeviceBuffer queries, DeviceBuffer database, DeviceBuffer scores) {
      CUdeviceptr q = CudaPointers.of(queries);
      CUdeviceptr m = CudaPointers.of(database);
      int dimension = workload.dimension();
      JCublas2.cublasSgemm(
          handle,
          cublasOperation.CUBLAS_OP_T,
          cublasOperation.CUBLAS_OP_N,
          workload.database(),
          workload.queries(),
          dimension,
          one,
          m,
          dimension,
          q,
          dimension,
          zero,
          CudaPointers.of(scores),
          workload.database());
      JCuda.cudaStreamSynchronize(new cudaStream_t());
    }

    @Override
    public void close() {
      JCublas2.cublasDestroy(handle);
    }
  }
}
