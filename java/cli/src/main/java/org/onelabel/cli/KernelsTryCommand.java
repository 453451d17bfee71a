package org.onelabel.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.onelabel.kernels.Benchmark;
import org.onelabel.kernels.Bounds;
import org.onelabel.kernels.Conformance;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.KernelException;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "try",
    description = {
      "Compiles a candidate for one or more kernels, holds it against float64 and times it beside"
          + " the built-in.",
      "The file includes <onelabel.h> and defines the function it wants to replace, say"
          + " onelabel_entropy, with C linkage."
    },
    mixinStandardHelpOptions = true)
final class KernelsTryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE.cpp", description = "The candidate.")
  private Path file;

  @Option(
      names = "--flags",
      defaultValue = "-O3 -march=native",
      description = "For the compiler. Default: ${DEFAULT-VALUE}.")
  private String flags;

  @Option(
      names = "--cases",
      defaultValue = "200",
      description = "Random cases of the conformance suite. Default: ${DEFAULT-VALUE}.")
  private int cases;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "For the built-in and the candidate's context. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--repeat",
      defaultValue = "11",
      description = "Timed calls. Default: ${DEFAULT-VALUE}.")
  private int repeat;

  @Override
  public Integer call() {
    if (cases < 1 || repeat < 1) {
      throw new InputException("--cases and --repeat must be positive");
    }
    Path library = compile();
    try (Kernels builtIn = KernelsCommand.open(Kernels.Implementation.CPU, null, threads);
        Kernels candidate = Kernels.withCandidate(library, threads)) {
      List<String> replaced = Kernels.replacedBy(library);
      if (replaced.isEmpty()) {
        throw new InputException(file, "defines no function of onelabel.h with C linkage");
      }
      List<Conformance.Result> results =
          Conformance.run(candidate, 1, cases).stream()
              .filter(r -> replaced.contains(r.kernel()))
              .toList();
      boolean right = KernelsCommand.report(spec, results);
      Bounds bounds = builtIn.measureBounds();
      for (Benchmark.Workload workload : workloads(replaced)) {
        spec.commandLine().getOut().println();
        KernelsBenchCommand.print(
            spec,
            List.of(
                Benchmark.run(builtIn, bounds, workload, repeat),
                named(Benchmark.run(candidate, bounds, workload, repeat))));
      }
      return right ? 0 : Main.USER_MISTAKE;
    } catch (KernelException e) {
      throw new InputException(file, e.getMessage());
    }
  }

  private static Benchmark.Result named(Benchmark.Result r) {
    return new Benchmark.Result(
        r.kernel(),
        "candidate",
        "",
        r.threads(),
        r.shape(),
        r.medianSeconds(),
        r.spread(),
        r.gigaflops(),
        r.gigabytesPerSecond(),
        r.boundFraction());
  }

  /** The shapes of the kernels' specification that run in seconds. */
  private static List<Benchmark.Workload> workloads(List<String> kernels) {
    List<Benchmark.Workload> all = new ArrayList<>();
    if (kernels.contains("knn")) {
      all.add(new Benchmark.Neighbours(512, 6144, 384, 5, NearestNeighbours.Metric.INNER_PRODUCT));
      all.add(new Benchmark.Neighbours(8192, 8192, 16, 15, NearestNeighbours.Metric.SQUARED_L2));
    }
    if (kernels.contains("prototype-cosine")) {
      all.add(new Benchmark.Cosine(65_536, 384, 2, FeatureMatrix.Layout.ROWS));
      all.add(new Benchmark.Cosine(65_536, 384, 8, FeatureMatrix.Layout.CHANNELS));
    }
    if (kernels.contains("entropy")) {
      all.add(new Benchmark.Entropy(8, 2, 1_003_520, false));
      all.add(new Benchmark.Entropy(8, 4, 1_003_520, true));
    }
    return all;
  }

  private Path compile() {
    if (!Files.isReadable(file)) {
      throw new InputException(file, "no such file");
    }
    Path header = Kernels.header();
    Path library = header.resolveSibling("candidate.so");
    library.toFile().deleteOnExit();
    String compiler = System.getenv("CXX");
    List<String> command = new ArrayList<>();
    command.add(compiler == null || compiler.isEmpty() ? "c++" : compiler);
    command.addAll(List.of(flags.strip().split("\\s+")));
    command.addAll(List.of("-std=c++17", "-shared", "-fPIC", "-Wall", "-Wextra"));
    command.addAll(List.of("-I" + header.getParent(), "-o", library.toString(), file.toString()));
    command.add(Kernels.library().toString());
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      spec.commandLine().getErr().print(said);
      if (process.waitFor() != 0) {
        throw new InputException(file, "does not compile");
      }
      return library;
    } catch (IOException e) {
      throw new InputException("no C++ compiler: " + e.getMessage() + "; install g++ or set CXX");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }
}
