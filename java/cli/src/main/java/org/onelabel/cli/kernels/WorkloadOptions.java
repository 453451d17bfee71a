package org.onelabel.cli.kernels;

import java.util.Locale;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Workload;
import org.onelabel.volumes.InputException;
import picocli.CommandLine.Option;

/** What is timed: a kernel, sizes, and how often. */
final class WorkloadOptions {
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

  @Option(names = "--mutual-information", description = "entropy: the mutual information as well.")
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
