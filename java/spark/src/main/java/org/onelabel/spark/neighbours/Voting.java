package org.onelabel.spark.neighbours;

import java.io.Serializable;
import java.util.Objects;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.Vote.Weighting;
import org.onelabel.volumes.InputException;

/**
 * How labels of neighbours are summed up, as {@link org.onelabel.kernels.Vote}. Immutable.
 *
 * @param classes 1…255; a label beyond them does not vote
 * @param temperature of {@link Weighting#SOFTMAX_SCORE}, above 0
 */
public record Voting(int classes, Weighting weighting, float temperature) implements Serializable {

  public Voting {
    Objects.requireNonNull(weighting, "weighting");
    if (classes < 1 || classes > 255) {
      throw new InputException("classes are 1 to 255: " + classes);
    }
    if (!(temperature > 0 && Float.isFinite(temperature))) {
      throw new InputException("the temperature is above 0: " + temperature);
    }
  }

  /** Each neighbour with its score where that is positive; not for squared L2. */
  public static Voting byScore(int classes) {
    return new Voting(classes, Weighting.POSITIVE_SCORE, 1);
  }

  /** Each neighbour with softmax(score / temperature). */
  public static Voting bySoftmax(int classes, float temperature) {
    return new Voting(classes, Weighting.SOFTMAX_SCORE, temperature);
  }

  void requireFits(Metric metric) {
    if (metric == Metric.SQUARED_L2 && weighting == Weighting.POSITIVE_SCORE) {
      throw new InputException("distances vote by softmax, not by positive scores");
    }
  }
}
