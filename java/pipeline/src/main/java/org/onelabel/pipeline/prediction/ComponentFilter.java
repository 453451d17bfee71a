package org.onelabel.pipeline.prediction;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Makes background of what a network finds apart from the anatomy: all structures together keep
 * their heaviest connected components, and none is taken away whole.
 *
 * @param kept how many components are kept
 * @param location of the middles of components
 */
public record ComponentFilter(int kept, LocationPrior location) {
  public ComponentFilter {
    if (kept < 1) {
      throw new IllegalArgumentException("at least one component is kept, not " + kept);
    }
  }

  /**
   * A component of the template that has less than this share of the largest piece of each of its
   * structures is a slip of the pen.
   */
  private static final double SLIP = 0.05;

  /** Where the template has more components, as lesions have, their number tells nothing. */
  private static final int MOST = 4;

  /** A component that is not much lighter than one that is kept is kept, too: two lungs. */
  private static final double ALIKE = 0.5;

  /** What is so many times as heavy as all that is kept stays, wherever it lies. */
  private static final double HEAVIER = 3;

  /** Of a filter that takes nothing away. */
  public static final int ALL = Integer.MAX_VALUE;

  /** Of labelled scans; those without labels or structures say nothing. */
  public static ComponentFilter of(int kept, List<Scan> scans) {
    if (kept == ALL) {
      return new ComponentFilter(ALL, LocationPrior.UNKNOWN);
    }
    Stream<double[]> middles =
        scans.stream()
            .filter(scan -> scan.label() != null)
            .map(scan -> new LabelArray(Extent.of(scan.shape()), scan.label()))
            .map(label -> Components.of(label, _ -> 1))
            .flatMap(components -> heaviest(components, kept));
    return new ComponentFilter(kept, LocationPrior.of(middles.toList()));
  }

  /** The middles of the heaviest components. */
  private static Stream<double[]> heaviest(Components components, int kept) {
    return order(components.weights(), components.weights()).stream()
        .limit(kept)
        .map(c -> components.middles()[c]);
  }

  /** How many components the structures of a template have together; {@link #ALL} for many. */
  public static int count(LabelArray labels) {
    Components components = Components.of(labels, _ -> 1);
    int[][] sizes = new int[LabelMap.IGNORED][components.count()];
    for (int i = 0; i < components.of().length; i++) {
      int component = components.of()[i];
      if (component >= 0) {
        sizes[labels.at(i)][component]++;
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

  /**
   * Gives the background all of the probability where a lighter component is. A component weighs as
   * much as its voxels are probably of a structure, those alone that have propagated labels;
   * between those that have none, all of their voxels decide. Where nothing is propagated its
   * weight counts as its location does. Kept are the heaviest, what is not much lighter, what has
   * propagated labels mostly or, where there are none, is much heavier wherever it lies, and of a
   * structure that would be lost the heaviest piece.
   *
   * @param probabilities one array a class, written to
   * @param propagated labels of the scan, where there are some
   */
  void apply(float[][] probabilities, Extent extent, Optional<byte[]> propagated) {
    LabelArray labels = new LabelArray(extent, PseudoLabel.best(probabilities).labels());
    dropped(labels, probabilities, propagated).stream()
        .forEach(
            i -> {
              for (float[] plane : probabilities) {
                plane[i] = 0;
              }
              probabilities[0][i] = 1;
            });
  }

  /** What {@link PseudoLabel#best} says of the result of {@link #apply}; nothing is written to. */
  PseudoLabel best(float[][] probabilities, Extent extent, Optional<byte[]> propagated) {
    PseudoLabel best = PseudoLabel.best(probabilities);
    dropped(new LabelArray(extent, best.labels()), probabilities, propagated).stream()
        .forEach(
            i -> {
              best.labels()[i] = 0;
              best.confidence()[i] = 1;
            });
    return best;
  }

  /** The voxels of components that are not kept. */
  private BitSet dropped(LabelArray labels, float[][] probabilities, Optional<byte[]> propagated) {
    BitSet dropped = new BitSet();
    Components components = Components.of(labels, i -> 1 - probabilities[0][i]);
    int count = components.count();
    if (count <= kept) {
      return dropped;
    }
    double[] weights = components.weights();
    double[] expected = new double[count];
    Arrays.setAll(expected, c -> weights[c] * location.at(components.middles()[c]));
    propagated.ifPresent(there -> overlap(there, probabilities, components, expected));
    boolean[] stays = heaviest(weights, expected);
    double most = heaviest(weights, stays);
    for (int c = 0; c < count; c++) {
      stays[c] |=
          propagated.isPresent() ? expected[c] > ALIKE * weights[c] : weights[c] >= HEAVIER * most;
    }
    int voxels = labels.extent().voxels();
    double[][] pieces = new double[probabilities.length][count];
    for (int i = 0; i < voxels; i++) {
      int component = components.of()[i];
      if (component >= 0) {
        pieces[labels.at(i)][component] += 1 - probabilities[0][i];
      }
    }
    for (double[] piece : pieces) {
      keepOne(piece, stays);
    }
    for (int i = 0; i < voxels; i++) {
      int component = components.of()[i];
      dropped.set(i, component >= 0 && !stays[component]);
    }
    return dropped;
  }

  /**
   * The heaviest, of which there are more than are kept, and what is about as heavy as the last.
   */
  private boolean[] heaviest(double[] weights, double[] expected) {
    List<Integer> order = order(weights, expected);
    int last = order.get(kept - 1);
    boolean[] stays = new boolean[weights.length];
    for (int rank = 0; rank < order.size(); rank++) {
      int c = order.get(rank);
      boolean alike = expected[c] >= ALIKE * expected[last] && weights[c] >= ALIKE * weights[last];
      stays[c] = rank < kept || alike;
    }
    return stays;
  }

  private static double heaviest(double[] weights, boolean[] stays) {
    return IntStream.range(0, weights.length)
        .filter(c -> stays[c])
        .mapToDouble(c -> weights[c])
        .max()
        .orElse(0);
  }

  /** Heaviest first, by what is expected before what is there. */
  private static List<Integer> order(double[] weights, double[] expected) {
    Comparator<Integer> lighter =
        Comparator.<Integer>comparingDouble(c -> expected[c]).thenComparingDouble(c -> weights[c]);
    return IntStream.range(0, weights.length).boxed().sorted(lighter.reversed()).toList();
  }

  /** The weight of each component where labels are propagated. */
  private static void overlap(
      byte[] propagated, float[][] probabilities, Components components, double[] weights) {
    Arrays.fill(weights, 0);
    for (int i = 0; i < propagated.length; i++) {
      if (components.of()[i] >= 0 && propagated[i] != 0) {
        weights[components.of()[i]] += 1 - probabilities[0][i];
      }
    }
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
