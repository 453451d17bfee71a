package org.onelabel.pipeline;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.onelabel.volumes.ConnectedComponents;
import org.onelabel.volumes.LabelMap;

/**
 * Makes background of what a network finds apart from the anatomy: all structures together keep
 * their heaviest connected components, and none is taken away whole.
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

  /**
   * A component of the template that has less than this share of the largest piece of each of its
   * structures is a slip of the pen.
   */
  private static final double SLIP = 0.05;

  /** Where the template has more components, as lesions have, their number tells nothing. */
  private static final int MOST = 4;

  /** A component that is not much lighter than one that is kept is kept, too: two lungs. */
  private static final double ALIKE = 0.5;

  /** Of a filter that takes nothing away. */
  static final int ALL = Integer.MAX_VALUE;

  /** How many components the structures of a template have together; {@link #ALL} for many. */
  static int count(byte[] labels, int[] shape) {
    boolean[] mask = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      mask[i] = LabelMap.isStructure(labels[i]);
    }
    ConnectedComponents components = ConnectedComponents.of(mask, shape);
    int[][] sizes = new int[LabelMap.IGNORED][components.count()];
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        sizes[labels[i] & 255][components.labels()[i]]++;
      }
    }
    boolean[] counts = new boolean[components.count()];
    for (int[] pieces : sizes) {
      int largest = IntStream.of(pieces).max().orElse(0);
      for (int c = 0; c < pieces.length; c++) {
        counts[c] |= pieces[c] > 0 && pieces[c] >= SLIP * largest;
      }
    }
    int count = 0;
    for (boolean counted : counts) {
      count += counted ? 1 : 0;
    }
    return count > MOST ? ALL : Math.max(1, count);
  }

  /**
   * Gives the background all of the probability where a lighter component is. A component weighs as
   * much as its voxels are probably of a structure where the anatomy is expected; between those
   * that have none there, all of their voxels decide. Kept are the heaviest, what is not much
   * lighter, what lies mostly where the anatomy is expected if that is known, and of a structure
   * that would be lost the heaviest piece.
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
    int count = components.count();
    double[] weights = new double[count];
    double[] expectedWeights = new double[count];
    double[][] pieces = new double[probabilities.length][count];
    for (int i = 0; i < mask.length; i++) {
      if (mask[i]) {
        int component = components.labels()[i];
        double weight = 1 - probabilities[0][i];
        weights[component] += weight;
        pieces[labels[i] & 255][component] += weight;
        expectedWeights[component] += expected.test(i) ? weight : 0;
      }
    }
    boolean[] stays = heaviest(weights, expectedWeights);
    if (!expected.equals(ANYWHERE)) {
      for (int c = 0; c < count; c++) {
        stays[c] |= expectedWeights[c] > ALIKE * weights[c];
      }
    }
    for (double[] piece : pieces) {
      keepOne(piece, stays);
    }
    for (int i = 0; i < mask.length; i++) {
      if (mask[i] && !stays[components.labels()[i]]) {
        for (float[] plane : probabilities) {
          plane[i] = 0;
        }
        probabilities[0][i] = 1;
      }
    }
  }

  /** The heaviest as many as are kept, and what weighs about as much as the last of them. */
  private boolean[] heaviest(double[] weights, double[] expectedWeights) {
    Comparator<Integer> lighter =
        Comparator.<Integer>comparingDouble(c -> expectedWeights[c])
            .thenComparingDouble(c -> weights[c]);
    List<Integer> order =
        IntStream.range(0, weights.length).boxed().sorted(lighter.reversed()).toList();
    int last = order.get(Math.min(kept, order.size()) - 1);
    boolean[] stays = new boolean[weights.length];
    for (int c : order) {
      stays[c] =
          expectedWeights[c] >= ALIKE * expectedWeights[last]
              && weights[c] >= ALIKE * weights[last];
    }
    order.stream().limit(kept).forEach(c -> stays[c] = true);
    return stays;
  }

  /** Keeps the heaviest piece of a structure of which nothing stays. */
  private static void keepOne(double[] piece, boolean[] stays) {
    int heaviest = 0;
    for (int c = 0; c < piece.length; c++) {
      if (piece[c] > 0 && stays[c]) {
        return;
      }
      heaviest = piece[c] > piece[heaviest] ? c : heaviest;
    }
    stays[heaviest] |= piece[heaviest] > 0;
  }
}
