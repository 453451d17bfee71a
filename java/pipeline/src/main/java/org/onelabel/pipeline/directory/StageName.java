package org.onelabel.pipeline.directory;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a stage of a run, such as {@code features} or {@code round-2-training}.
 *
 * @param round it belongs to; 0 where it belongs to none
 */
public record StageName(Kind kind, int round) {
  private static final Pattern IN_ROUND = Pattern.compile("round-([1-9][0-9]{0,2})-(.+)");

  /** What is done. */
  public enum Kind {
    /** An encoder is learnt from the pool. */
    ENCODER(false),
    /** The template's anatomy is found in the pool. */
    REGISTRATION(false),
    /** Scans of the pool are registered with some of each other. */
    ATLASES(false),
    /** Template and pool are encoded. */
    FEATURES(false),
    /** The template's labels reach the pool. */
    PROPAGATION(false),
    /** A round's network is trained. */
    TRAINING(true),
    /** It predicts the pool. */
    PREDICTION(true),
    /** Predictions become pseudo-labels. */
    REFINEMENT(true),
    /** The round whose labels are the result is chosen, and its model written. */
    SELECTION(false),
    /** The model, or the propagation where no round is better, predicts every case. */
    PREDICTIONS(false),
    /** Everything is measured. */
    EVALUATION(false),
    /** The report; it also shows how long the others took, and the versions. */
    REPORT(false);

    private final boolean ofRounds;

    Kind(boolean ofRounds) {
      this.ofRounds = ofRounds;
    }

    /** The stage of this kind that belongs to no round. */
    public StageName once() {
      return new StageName(this, 0);
    }

    /** The stage of this kind in a round, 1…. */
    public StageName in(int round) {
      return new StageName(this, round);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public StageName {
    if (round < 0 || kind.ofRounds != (round > 0)) {
      throw new IllegalArgumentException(kind + " is no stage of round " + round);
    }
  }

  /** The stage of this name, as {@link #toString} writes it; empty where there is none. */
  public static Optional<StageName> parse(String text) {
    Matcher inRound = IN_ROUND.matcher(text);
    boolean matches = inRound.matches();
    int round = matches ? Integer.parseInt(inRound.group(1)) : 0;
    String kind = matches ? inRound.group(2) : text;
    return Arrays.stream(Kind.values())
        .filter(k -> k.ofRounds == matches && k.toString().equals(kind))
        .findFirst()
        .map(k -> new StageName(k, round));
  }

  @Override
  public String toString() {
    return round == 0 ? kind.toString() : "round-" + round + "-" + kind;
  }
}
