package org.onelabel.pipeline;

import java.util.BitSet;
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
    ConnectedComponents components = components(labels, shape);
    int[][] sizes = new int[LabelMap.IGNORED][components.count()];
    for (int i = 0; i < labels.length; i++) {
      int component = components.labels()[i];
      if (component >= 0) {
        sizes[labels[i] & 255][component]++;
      }
    }
    BitSet counted = new BitSet();
    for (int[] pieces : sizes) {
      int largest = IntStream.of(pieces).max().orElse(0);
      for (int c = 0; c < pieces.length; c++) {
        if (pieces[c] > 0 && pieces[c] >= SLIP * largest) {
          counted.set(c);
        }
      }
    }
    int count = counted.cardinality();
    return count > MOST ? ALL : Math.max(1, count);
  }

  /** Of all structures together. */
  private static ConnectedComponents components(byte[] labels, int[] shape) {
    boolean[] mask = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      mask[i] = LabelMap.isStructure(labels[i]);
    }
    return ConnectedComponents.of(mask, shape);
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
    ConnectedComponents components = components(labels, shape);
    if (components.count() <= kept) {
      return;
    }
    int count = components.count();
    double[] weights = new double[count];
    double[] expectedWeights = new double[count];
    double[][] pieces = new double[probabilities.length][count];
    for (int i = 0; i < labels.length; i++) {
      int component = components.labels()[i];
      if (component >= 0) {
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
    for (int i = 0; i < labels.length; i++) {
      int component = components.labels()[i];
      if (component >= 0 && !stays[component]) {
        for (float[] plane : probabilities) {
          plane[i] = 0;
        }
        probabilities[0][i] = 1;
      }
    }
  }

  /**
   * The heaviest, of which there are more than are kept, and what is about as heavy as the last.
   */
  private boolean[] heaviest(double[] weights, double[] expectedWeights) {
    Comparator<Integer> lighter =
        Comparator.<Integer>comparingDouble(c -> expectedWeights[c])
            .thenComparingDouble(c -> weights[c]);
    List<Integer> order =
        IntStream.range(0, weights.length).boxed().sorted(lighter.reversed()).toList();
    int last = order.get(kept - 1);
    boolean[] stays = new boolean[weights.length];
    for (int rank = 0; rank < order.size(); rank++) {
      int c = order.get(rank);
      boolean alike =
          expectedWeights[c] >= ALIKE * expectedWeights[last]
              && weights[c] >= ALIKE * weights[last];
      stays[c] = rank < kept || alike;
    }
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
