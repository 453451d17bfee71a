package org.onelabel.pipeline.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.DistanceTransform;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * How well a prediction of one structure matches the truth, by the definitions of {@code
 * medpy.metric.binary}. Surfaces are voxels with a 6-neighbour outside the structure; distances in
 * millimetres.
 *
 * <p>A structure that neither has cannot be measured: all values are NaN. One that only one of them
 * has, missed or invented, counts as worst: no overlap, and for every distance the diagonal of the
 * scan, which no distance in it reaches.
 *
 * <p>Voxels that the truth leaves out ({@link LabelMap#IGNORED}) belong to no structure, neither of
 * the truth nor of the prediction. {@code IGNORED} in a prediction is no structure either.
 *
 * @param dice 2|A∩B| / (|A|+|B|)
 * @param jaccard |A∩B| / |A∪B|
 * @param hd95 95 % Hausdorff distance, {@link Hd95#POOLED} unless another was asked for
 * @param asd mean distance from the prediction's surface to the truth's
 * @param assd mean of the mean distances both ways
 */
public record Metrics(double dice, double jaccard, double hd95, double asd, double assd) {

  /** Of what cannot be measured. */
  public static final Metrics NONE =
      new Metrics(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** The metrics of one class. */
  public static Metrics of(
      LabelArray prediction, LabelArray truth, int structure, double[] spacing) {
    return of(prediction, truth, structure, spacing, Hd95.POOLED);
  }

  /** The same with a 95 % Hausdorff distance of one's choice. */
  public static Metrics of(
      LabelArray prediction, LabelArray truth, int structure, double[] spacing, Hd95 hd95) {
    Extent extent = truth.extent();
    Overlap overlap = Overlap.of(prediction.labels(), truth.labels(), structure);
    double dice = overlap.dice();
    double jaccard = overlap.jaccard();
    if (overlap.predicted == 0 && overlap.expected == 0) {
      return new Metrics(dice, jaccard, Double.NaN, Double.NaN, Double.NaN);
    }
    if (overlap.predicted == 0 || overlap.expected == 0) {
      double worst = diagonal(extent, spacing);
      return new Metrics(dice, jaccard, worst, worst, worst);
    }
    boolean[] surfaceA = surface(mask(prediction, truth, structure), extent);
    boolean[] surfaceB = surface(mask(truth, truth, structure), extent);
    double[] there = distances(surfaceA, DistanceTransform.of(surfaceB, extent, spacing));
    double[] back = distances(surfaceB, DistanceTransform.of(surfaceA, extent, spacing));
    double asd = Arrays.stream(there).average().orElseThrow();
    double reverse = Arrays.stream(back).average().orElseThrow();
    return new Metrics(dice, jaccard, hd95.of(there, back), asd, (asd + reverse) / 2);
  }

  /** The Dice of one class alone. */
  public static double dice(byte[] prediction, byte[] truth, int structure) {
    return Overlap.of(prediction, truth, structure).dice();
  }

  /** The Dice of classes 1…classes−1. */
  public static List<Double> dices(byte[] prediction, byte[] truth, int classes) {
    List<Double> dices = new ArrayList<>();
    for (int c = 1; c < classes; c++) {
      dices.add(dice(prediction, truth, c));
    }
    return dices;
  }

  /** The mean Dice of classes 1…classes−1 over those that have a value; NaN where none has. */
  public static double meanDice(byte[] prediction, byte[] truth, int classes) {
    return Spread.of(dices(prediction, truth, classes)).mean();
  }

  /** Every metric's mean over those structures that have a value; NaN where none has. */
  public static Metrics mean(Collection<Metrics> structures) {
    return new Metrics(
        mean(structures, Metrics::dice),
        mean(structures, Metrics::jaccard),
        mean(structures, Metrics::hd95),
        mean(structures, Metrics::asd),
        mean(structures, Metrics::assd));
  }

  private static double mean(Collection<Metrics> all, ToDoubleFunction<Metrics> metric) {
    return Spread.of(all.stream().mapToDouble(metric).toArray()).mean();
  }

  /** Voxels of a class: in both, in the prediction, in the truth; ignored ones are not counted. */
  private record Overlap(long both, long predicted, long expected) {
    static Overlap of(byte[] prediction, byte[] truth, int structure) {
      if (structure < 0 || structure >= LabelMap.IGNORED || prediction.length != truth.length) {
        throw new IllegalArgumentException(
            "class %d of %d and %d voxels".formatted(structure, prediction.length, truth.length));
      }
      long both = 0;
      long predicted = 0;
      long expected = 0;
      for (int i = 0; i < truth.length; i++) {
        boolean a = isOf(structure, prediction, truth, i);
        boolean b = isOf(structure, truth, truth, i);
        both += a && b ? 1 : 0;
        predicted += a ? 1 : 0;
        expected += b ? 1 : 0;
      }
      return new Overlap(both, predicted, expected);
    }

    double dice() {
      return predicted + expected == 0 ? Double.NaN : 2.0 * both / (predicted + expected);
    }

    double jaccard() {
      return predicted + expected == 0 ? Double.NaN : (double) both / (predicted + expected - both);
    }
  }

  private static boolean isOf(int structure, byte[] labels, byte[] truth, int voxel) {
    return LabelArray.classOf(labels[voxel]) == structure
        && LabelArray.classOf(truth[voxel]) != LabelArray.IGNORED;
  }

  private static boolean[] mask(LabelArray labels, LabelArray truth, int structure) {
    boolean[] mask = new boolean[truth.labels().length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = isOf(structure, labels.labels(), truth.labels(), i);
    }
    return mask;
  }

  /** The diagonal of the box that the voxels fill: longer than from any voxel to any other. */
  private static double diagonal(Extent extent, double[] spacing) {
    double square = 0;
    for (int a = 0; a < 3; a++) {
      double side = extent.size(a) * spacing[a];
      square += side * side;
    }
    return Math.sqrt(square);
  }

  /** Voxels of the mask that a 6-neighbourhood erosion takes away; outside the grid is nothing. */
  private static boolean[] surface(boolean[] mask, Extent extent) {
    boolean[] surface = new boolean[mask.length];
    for (int i = 0; i < mask.length; i++) {
      for (int a = 0; a < 3 && mask[i] && !surface[i]; a++) {
        int place = extent.place(i, a);
        int step = extent.stride(a);
        surface[i] =
            place == 0 || place == extent.size(a) - 1 || !mask[i - step] || !mask[i + step];
      }
    }
    return surface;
  }

  private static double[] distances(boolean[] surface, double[] distance) {
    double[] result = new double[surface.length];
    int count = 0;
    for (int i = 0; i < surface.length; i++) {
      if (surface[i]) {
        result[count++] = distance[i];
      }
    }
    return Arrays.copyOf(result, count);
  }
}
