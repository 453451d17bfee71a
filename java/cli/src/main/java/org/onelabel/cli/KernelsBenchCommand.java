package org.onelabel.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Benchmark;
import org.onelabel.kernels.experiment.KernelCase;
import org.onelabel.kernels.experiment.Roofline;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    description =
        "Times a kernel on random data, and compares it with the roofline of this machine, measured"
            + " in the same run.",
    mixinStandardHelpOptions = true)
final class KernelsBenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private Shape shape;

  @Option(
      names = "--implementation",
      defaultValue = "cpu",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Kernels.Implementation implementation;

  @Option(names = "--isa", description = "An instruction set of the cpu; see kernels list.")
  private String isa;

  @Option(
      names = "--threads",
      defaultValue = "1",
      description = "0 for as many as may be used. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the result there, too.")
  private Path json;

  /** What to time. */
  static final class Shape {
    /** The kernels that can be timed. */
    enum Kernel {
      KNN,
      PROTOTYPE_COSINE,
      ENTROPY;

      @Override
      public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }

    @Option(names = "--kernel", required = true, description = "${COMPLETION-CANDIDATES}.")
    private Kernel kernel;

    @Option(
        names = "--queries",
        defaultValue = "512",
        description = "knn. Default: ${DEFAULT-VALUE}.")
    private int queries;

    @Option(
        names = "--database",
        defaultValue = "6144",
        description = "knn. Default: ${DEFAULT-VALUE}.")
    private int database;

    @Option(
        names = "--dim",
        defaultValue = "384",
        description = "knn, prototype-cosine. Default: ${DEFAULT-VALUE}.")
    private int dimension;

    @Option(names = "--k", defaultValue = "5", description = "knn. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(
        names = "--metric",
        defaultValue = "inner-product",
        description = "knn: cosine, inner-product, squared-l2. Default: ${DEFAULT-VALUE}.")
    private String metric;

    @Option(
        names = "--voxels",
        defaultValue = "65536",
        description = "prototype-cosine, entropy. Default: ${DEFAULT-VALUE}.")
    private int voxels;

    @Option(
        names = "--classes",
        defaultValue = "2",
        description = "prototype-cosine, entropy. Default: ${DEFAULT-VALUE}.")
    private int classes;

    @Option(
        names = "--layout",
        defaultValue = "rows",
        description = "prototype-cosine: rows, channels. Default: ${DEFAULT-VALUE}.")
    private String layout;

    @Option(
        names = "--passes",
        defaultValue = "8",
        description = "entropy. Default: ${DEFAULT-VALUE}.")
    private int passes;

    @Option(
        names = "--mutual-information",
        description = "entropy: the mutual information as well.")
    private boolean information;

    @Option(
        names = "--repeat",
        defaultValue = "11",
        description = "Timed calls; the median counts. Default: ${DEFAULT-VALUE}.")
    private int repeat;

    int repeat() {
      positive("--repeat", repeat);
      return repeat;
    }

    Workload workload() {
      positive("--queries", queries);
      positive("--database", database);
      positive("--dim", dimension);
      positive("--k", k);
      positive("--voxels", voxels);
      positive("--passes", passes);
      if (classes < 2 || classes > 255) {
        throw new InputException("--classes is 2 to 255, not " + classes);
      }
      if (k > NearestNeighbours.MOST_NEIGHBOURS) {
        throw new InputException("--k is at most " + NearestNeighbours.MOST_NEIGHBOURS);
      }
      return switch (kernel) {
        case KNN ->
            new Workload.Neighbours(
                queries,
                database,
                dimension,
                k,
                choose("--metric", metric, NearestNeighbours.Metric.values()));
        case PROTOTYPE_COSINE ->
            new Workload.Cosine(
                voxels,
                dimension,
                classes,
                choose("--layout", layout, FeatureMatrix.Layout.values()));
        case ENTROPY -> new Workload.Entropy(passes, classes, voxels, information);
      };
    }

    private static void positive(String option, int value) {
      if (value < 1) {
        throw new InputException(option + " must be positive, not " + value);
      }
    }

    private static <E extends Enum<E>> E choose(String option, String value, E[] choices) {
      for (E choice : choices) {
        if (choice.name().equalsIgnoreCase(value.replace('-', '_'))) {
          return choice;
        }
      }
      throw new InputException("%s does not know \"%s\"".formatted(option, value));
    }
  }

  @Override
  public Integer call() {
    Workload workload = shape.workload();
    try (Kernels kernels = KernelsCommand.open(implementation, Optional.ofNullable(isa), threads);
        Arena arena = Arena.ofShared()) {
      KernelCase timed = workload.prepare(workload.input(arena), arena);
      Benchmark.Result result =
          Benchmark.run(kernels, Roofline.measure(kernels), timed, shape.repeat());
      lines(List.of(result)).forEach(spec.commandLine().getOut()::println);
      if (json != null) {
        AtomicFile.write(json, json(result));
      }
      KernelCase.Outcome outcome = timed.compare();
      if (!outcome.isRight()) {
        spec.commandLine().getErr().println("wrong: " + outcome.description());
        return Main.OUR_FAULT;
      }
    }
    return 0;
  }

  /** One line for each result under a heading, and the shape. */
  static List<String> lines(List<Benchmark.Result> results) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-18s %-10s %-10s %7s %10s %7s %9s %8s %8s"
            .formatted(
                "kernel",
                "by",
                "isa",
                "threads",
                "median ms",
                "spread",
                "GFLOP/s",
                "GB/s",
                "roofline"));
    for (Benchmark.Result r : results) {
      String roofline =
          r.rooflineFraction().isEmpty()
              ? ""
              : "%.2f".formatted(r.rooflineFraction().getAsDouble());
      lines.add(
          "%-18s %-10s %-10s %7d %10.3f %6.0f%% %9.1f %8.2f %8s"
              .formatted(
                  r.workload().kernel(),
                  r.implementation(),
                  r.instructionSet(),
                  r.threads(),
                  1e3 * r.medianSeconds(),
                  100 * r.spread(),
                  r.gigaflops(),
                  r.gigabytesPerSecond(),
                  roofline));
    }
    lines.add(results.getFirst().workload().shape().toString());
    return lines;
  }

  private static String json(Benchmark.Result result) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode node = mapper.createObjectNode();
    node.put("kernel", result.workload().kernel());
    node.put("implementation", result.implementation());
    node.put("isa", result.instructionSet());
    node.put("threads", result.threads());
    node.set("shape", mapper.valueToTree(result.workload().shape()));
    node.put("median_seconds", result.medianSeconds());
    node.put("spread", result.spread());
    node.put("gflops", result.gigaflops());
    node.put("gbytes_per_second", result.gigabytesPerSecond());
    if (result.rooflineFraction().isEmpty()) {
      node.putNull("bound_fraction");
    } else {
      node.put("bound_fraction", result.rooflineFraction().getAsDouble());
    }
    return node.toPrettyString() + "\n";
  }
}
