package org.onelabel.benchmarks;

import java.util.Locale;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.experiment.Workload;

/**
 * What is computed, in one word as JMH's parameters are words:
 *
 * <ul>
 *   <li>{@code knn:QUERIESxDATABASExDIM:K:METRIC}
 *   <li>{@code cosine:VOXELSxDIM:CLASSES:rows|channels}
 *   <li>{@code entropy:PASSESxCLASSESxVOXELS[:information]}
 * </ul>
 */
final class Shape {
  private Shape() {}

  static Workload parse(String word) {
    String[] parts = word.split(":", -1);
    String[] sizes = parts.length > 1 ? parts[1].split("x", -1) : new String[0];
    try {
      return switch (parts[0]) {
        case "knn" ->
            new Workload.Neighbours(
                Integer.parseInt(sizes[0]),
                Integer.parseInt(sizes[1]),
                Integer.parseInt(sizes[2]),
                Integer.parseInt(parts[2]),
                NearestNeighbours.Metric.valueOf(
                    parts[3].toUpperCase(Locale.ROOT).replace('-', '_')));
        case "cosine" ->
            new Workload.Cosine(
                Integer.parseInt(sizes[0]),
                Integer.parseInt(sizes[1]),
                Integer.parseInt(parts[2]),
                FeatureMatrix.Layout.valueOf(parts[3].toUpperCase(Locale.ROOT)));
        case "entropy" ->
            new Workload.Entropy(
                Integer.parseInt(sizes[0]),
                Integer.parseInt(sizes[1]),
                Integer.parseInt(sizes[2]),
                parts.length > 2 && parts[2].equals("information"));
        default -> throw new IllegalArgumentException("no kernel \"" + parts[0] + "\"");
      };
    } catch (ArrayIndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IllegalArgumentException("not a shape: " + word, e);
    }
  }
}
