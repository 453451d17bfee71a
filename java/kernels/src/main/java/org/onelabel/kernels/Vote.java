package org.onelabel.kernels;

import java.util.Objects;

/**
 * A label vote fused into a search. {@link #hard} and {@link #soft} say what votes, each neighbour
 * with its score where that is positive, or as {@link #bySoftmax} says.
 *
 * @param labels M bytes (hard; a class beyond {@code classes} does not vote) or M×classes float32
 *     (soft)
 * @param classes 1…255
 * @param temperature of {@link Weighting#SOFTMAX_SCORE}, finite and above 0
 * @param votes Q×classes float32 out: sums of weights
 */
public record Vote(
    LabelKind kind,
    Buffer labels,
    int classes,
    Weighting weighting,
    float temperature,
    Buffer votes) {

  /** What a database row says. */
  public enum LabelKind {
    /** One class. */
    HARD(0),
    /** A share for every class. */
    SOFT(1);

    private final int code;

    LabelKind(int code) {
      this.code = code;
    }

    /** Its number in {@code onelabel.h}. */
    public int code() {
      return code;
    }
  }

  /** The weight of a neighbour's vote, of its score as float32. */
  public enum Weighting {
    /** max(0, score); not for squared L2. */
    POSITIVE_SCORE(1),
    /** softmax(score / temperature) over the neighbours; for squared L2 of minus the distance. */
    SOFTMAX_SCORE(2);

    private final int code;

    Weighting(int code) {
      this.code = code;
    }

    /** Its number in {@code onelabel.h}. */
    public int code() {
      return code;
    }
  }

  public Vote {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(weighting, "weighting");
    Objects.requireNonNull(votes, "votes");
    if (classes < 1 || classes > 255) {
      throw new IllegalArgumentException("classes are 1 to 255: " + classes);
    }
    if (weighting == Weighting.SOFTMAX_SCORE && !(temperature > 0 && Float.isFinite(temperature))) {
      throw new IllegalArgumentException("temperature must be positive: " + temperature);
    }
  }

  /** One class a row, weighted by positive scores. */
  public static Vote hard(Buffer labels, int classes, Buffer votes) {
    return new Vote(LabelKind.HARD, labels, classes, Weighting.POSITIVE_SCORE, 1, votes);
  }

  /** Shares of every class a row, weighted by positive scores. */
  public static Vote soft(Buffer shares, int classes, Buffer votes) {
    return new Vote(LabelKind.SOFT, shares, classes, Weighting.POSITIVE_SCORE, 1, votes);
  }

  /** The same, weighted by softmax(score / temperature). */
  public Vote bySoftmax(float temperature) {
    return new Vote(kind, labels, classes, Weighting.SOFTMAX_SCORE, temperature, votes);
  }
}
