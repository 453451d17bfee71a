package org.onelabel.pipeline.metrics;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.LabelArray;

/**
 * One case of an evaluation.
 *
 * @param structures by class; NaN for those that neither its prediction nor its truth has
 * @param missed classes that the truth alone has
 * @param invented classes that the prediction alone has
 */
public record EvaluatedCase(
    String id, Map<Integer, Metrics> structures, Set<Integer> missed, Set<Integer> invented) {
  private static final Metrics ABSENT =
      new Metrics(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** Measures a prediction on the grid of its truth: every class that one of them has. */
  public static EvaluatedCase of(String id, LabelMap prediction, LabelMap truth, Hd95 hd95) {
    Set<Integer> predicted = classes(prediction, truth);
    Set<Integer> expected = classes(truth, truth);
    Set<Integer> either = new TreeSet<>(predicted);
    either.addAll(expected);
    Map<Integer, Metrics> structures = new TreeMap<>();
    for (int structure : either) {
      structures.put(
          structure,
          Metrics.of(
              prediction.array(), truth.array(), structure, truth.geometry().spacing(), hd95));
    }
    return new EvaluatedCase(
        id, structures, without(expected, predicted), without(predicted, expected));
  }

  /** The structures that {@code labels} has where the truth says anything. */
  private static Set<Integer> classes(LabelMap labels, LabelMap truth) {
    boolean[] present = new boolean[LabelMap.IGNORED + 1];
    for (int i = 0; i < labels.labels().length; i++) {
      if (LabelArray.classOf(truth.labels()[i]) != LabelMap.IGNORED) {
        present[LabelArray.classOf(labels.labels()[i])] = true;
      }
    }
    Set<Integer> classes = new TreeSet<>();
    for (int c = 1; c < LabelMap.IGNORED; c++) {
      if (present[c]) {
        classes.add(c);
      }
    }
    return classes;
  }

  private static Set<Integer> without(Set<Integer> all, Set<Integer> others) {
    Set<Integer> rest = new TreeSet<>(all);
    rest.removeAll(others);
    return rest;
  }

  /** The same with all of {@code classes}. */
  public EvaluatedCase over(Set<Integer> classes) {
    Map<Integer, Metrics> all = new TreeMap<>(structures);
    classes.forEach(c -> all.putIfAbsent(c, ABSENT));
    return new EvaluatedCase(id, all, missed, invented);
  }
}
