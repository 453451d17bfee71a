package org.onelabel.pipeline;

import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.onelabel.volumes.ConnectedComponents;
import org.onelabel.volumes.LabelMap;

/**
 * Makes background of what a network finds apart from the anatomy: all structures together keep
 * their heaviest connected components.
 *
 * @param kept how many components are kept
 */
record ComponentFilter(int kept) {
  ComponentFilter {
    if (kept < 1) {
      throw new IllegalArgumentException("at least one component is kept, not " + kept);
    }
  }

  /** Nothing is known of where the anatomy lies. */
  static final IntPredicate ANYWHERE = _ -> true;

  /** A component of the template that is smaller than this share of all is a slip of the pen. */
  private static final double SLIP = 0.01;

  /** How many components the structures of a template have together. */
  static int count(byte[] labels, int[] shape) {
    boolean[] mask = new boolean[labels.length];
    int voxels = 0;
    for (int i = 0; i < labels.length; i++) {
      mask[i] = LabelMap.isStructure(labels[i]);
      voxels += mask[i] ? 1 : 0;
    }
    ConnectedComponents components = ConnectedComponents.of(mask, shape);
    int[] sizes = new int[components.count()];
    for (int label : components.labels()) {
      if (label >= 0) {
        sizes[label]++;
      }
    }
    double least = SLIP * voxels;
    return Math.max(1, (int) IntStream.of(sizes).filter(size -> size >= least).count());
  }

  /**
   * Gives the background all of the probability where a lighter component is. A component weighs as
   * much as its voxels are probably of a structure where the anatomy is expected; between those
   * that have none there, all of their voxels decide.
   *
   * @param probabilities one array a class, written to
   * @param expected whether the anatomy is expected at a voxel
   */
  void apply(float[][] probabilities, int[] shape, IntPredicate expected) {
    byte[] labels = PseudoLabel.best(probabilities).labels();
    boolean[] mask = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      mask[i] = labels[i] != 0;
    }
    ConnectedComponents components = ConnectedComponents.of(mask, shape);
    if (components.count() <= kept) {
      return;
    }
    double[] expectedWeights = new double[components.count()];
    double[] weights = new double[components.count()];
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        int component = components.labels()[i];
        double weight = 1 - probabilities[0][i];
        weights[component] += weight;
        expectedWeights[component] += expected.test(i) ? weight : 0;
      }
    }
    Comparator<Integer> lighter =
        Comparator.<Integer>comparingDouble(c -> expectedWeights[c])
            .thenComparingDouble(c -> weights[c]);
    boolean[] stays = new boolean[components.count()];
    IntStream.range(0, components.count())
        .boxed()
        .sorted(lighter.reversed())
        .limit(kept)
        .forEach(c -> stays[c] = true);
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] && !stays[components.labels()[i]]) {
        for (float[] plane : probabilities) {
          plane[i] = 0;
        }
        probabilities[0][i] = 1;
      }
    }
  }
}
