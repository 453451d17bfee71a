package org.onelabel.benchmarks;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.kernels.experiment.Workload.Input;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Times a kernel through Panama on an instruction set, and what else there is in this JVM. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {

  /** What is computed, and on what. */
  @State(Scope.Benchmark)
  public static class Problem {
    /** See {@link Shape}. */
    @Param("knn:512x6144x384:5:inner-product")
    public String shape;

    final Arena arena = Arena.ofShared();
    Workload workload;
    Input input;

    /** Reads the shape, makes the data. */
    @Setup
    public void prepare() {
      workload = Shape.parse(shape);
      input = workload.input(arena);
    }

    /** Frees the data. */
    @TearDown
    public void release() {
      arena.close();
    }
  }

  /** Our kernels. */
  @State(Scope.Benchmark)
  public static class Ours {
    /** One of {@link Kernels#instructionSets()}, or {@code best}. */
    @Param("best")
    public String isa;

    /** Threads of a call. */
    @Param("1")
    public int threads;

    Peer peer;

    /** Opens the kernels. */
    @Setup
    public void prepare(Problem problem) {
      Kernels kernels =
          isa.equals("best")
              ? Kernels.open(Kernels.Implementation.CPU, threads)
              : Kernels.open(threads, isa);
      peer = new KernelsPeer(kernels, problem.workload, problem.input);
    }

    /** Closes them. */
    @TearDown
    public void release() {
      peer.close();
    }
  }

  /** Something else. */
  @State(Scope.Benchmark)
  public static class Theirs {
    /**
     * pytorch, pytorch-parts, openblas, lucene, commons-math, reference; cuda (inputs on the
     * device), cuda-host (all on the host), cuda-emulation; cublas and jcublas (the product alone).
     */
    @Param("pytorch")
    public String implementation;

    Peer peer;

    /** Prepares it. */
    @Setup
    public void prepare(Problem problem) {
      peer = Peer.of(implementation, problem.workload, problem.input);
    }

    /** Closes it. */
    @TearDown
    public void release() {
      peer.close();
    }
  }

  /** One call of ours. */
  @Benchmark
  public void onelabel(Ours ours) {
    ours.peer.run();
  }

  /** One call of theirs. */
  @Benchmark
  public void peer(Theirs theirs) {
    theirs.peer.run();
  }
}
