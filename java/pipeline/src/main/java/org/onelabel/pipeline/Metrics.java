package org.onelabel.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.descriptive.Quantile;
import org.onelabel.volumes.DistanceTransform;

/**
 * How well a prediction of one structure matches the truth, by the definitions of {@code
 * medpy.metric.binary}. Surfaces are voxels with a 6-neighbour outside the structure; distances in
 * millimetres.
 *
 * @param dice 2|A∩B| / (|A|+|B|), 1 where both are empty
 * @param jaccard |A∩B| / |A∪B|, 1 where both are empty
 * @param hd95 95th percentile of the distances between surfaces, both ways; 0 where both are empty,
 *     200 where one is
 * @param asd mean distance from the prediction's surface to the truth's; 0, or 100 where one is
 *     empty
 * @param assd mean of the mean distances both ways; 0, or 100 where one is empty
 */
public record Metrics(double dice, double jaccard, double hd95, double asd, double assd) {

  /** The metrics of one class. */
  public static Metrics of(
      byte[] prediction, byte[] truth, int structure, int[] shape, double[] spacing) {
    boolean[] a = mask(prediction, structure);
    boolean[] b = mask(truth, structure);
    long both = 0;
    long sizeA = 0;
    long sizeB = 0;
    for (int i = 0; i < a.length; i++) {
      both += a[i] && b[i] ? 1 : 0;
      sizeA += a[i] ? 1 : 0;
      sizeB += b[i] ? 1 : 0;
    }
    if (sizeA == 0 && sizeB == 0) {
      return new Metrics(1, 1, 0, 0, 0);
    }
    double dice = 2.0 * both / (sizeA + sizeB);
    double jaccard = (double) both / (sizeA + sizeB - both);
    if (sizeA == 0 || sizeB == 0) {
      return new Metrics(dice, jaccard, 200, 100, 100);
    }
    boolean[] surfaceA = surface(a, shape);
    boolean[] surfaceB = surface(b, shape);
    double[] there = distances(surfaceA, DistanceTransform.of(surfaceB, shape, spacing));
    double[] back = distances(surfaceB, DistanceTransform.of(surfaceA, shape, spacing));
    double[] all = Arrays.copyOf(there, there.length + back.length);
    System.arraycopy(back, 0, all, there.length, back.length);
    double hd95 = Quantile.withDefaults().with(Quantile.EstimationMethod.HF7).evaluate(all, 0.95);
    double asd = Arrays.stream(there).average().orElseThrow();
    double reverse = Arrays.stream(back).average().orElseThrow();
    return new Metrics(dice, jaccard, hd95, asd, (asd + reverse) / 2);
  }

  /** The Dice of one class alone. */
  public static double dice(byte[] prediction, byte[] truth, int structure) {
    long both = 0;
    long sizes = 0;
    for (int i = 0; i < truth.length; i++) {
      boolean a = (prediction[i] & 255) == structure;
      boolean b = (truth[i] & 255) == structure;
      both += a && b ? 1 : 0;
      sizes += (a ? 1 : 0) + (b ? 1 : 0);
    }
    return sizes == 0 ? 1 : 2.0 * both / sizes;
  }

  /** The Dice of classes 1…classes−1. */
  public static List<Double> dices(byte[] prediction, byte[] truth, int classes) {
    List<Double> dices = new ArrayList<>();
    for (int c = 1; c < classes; c++) {
      dices.add(dice(prediction, truth, c));
    }
    return dices;
  }

  private static boolean[] mask(byte[] labels, int structure) {
    boolean[] mask = new boolean[labels.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (labels[i] & 255) == structure;
    }
    return mask;
  }

  /** Voxels of the mask that a 6-neighbourhood erosion takes away; outside the grid is nothing. */
  private static boolean[] surface(boolean[] mask, int[] shape) {
    boolean[] surface = new boolean[mask.length];
    int[] steps = {shape[1] * shape[2], shape[2], 1};
    for (int i = 0; i < mask.length; i++) {
      for (int a = 0; a < 3 && mask[i] && !surface[i]; a++) {
        int place = i / steps[a] % shape[a];
        surface[i] =
            place == 0 || place == shape[a] - 1 || !mask[i - steps[a]] || !mask[i + steps[a]];
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
