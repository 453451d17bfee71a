package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A step of a run and all that its result follows from.
 *
 * @param round it belongs to; 0 where it belongs to none
 * @param needs names of the stages whose files it reads
 * @param settings that it reads, as in {@link StageInputs}
 * @param files from outside the run that it reads, by their names in {@link StageInputs}
 */
record Stage(
    Kind kind,
    int round,
    List<String> needs,
    Map<String, String> settings,
    Map<String, Path> files) {

  /** What is done. */
  enum Kind {
    /** An encoder is learnt from the pool. */
    ENCODER,
    /** The template's anatomy is found in the pool. */
    REGISTRATION,
    /** Template and pool are encoded. */
    FEATURES,
    /** The template's labels reach the pool. */
    PROPAGATION,
    /** A round's network is trained. */
    TRAINING,
    /** It predicts the pool. */
    PREDICTION,
    /** Predictions become pseudo-labels. */
    REFINEMENT,
    /** The model, or the propagation where no round is better, predicts every case. */
    PREDICTIONS,
    /** Everything is measured. */
    EVALUATION,
    /** The report; it also shows how long the others took, and the versions. */
    REPORT;

    /** The name in a round; 0 for a stage of no round. */
    String inRound(int round) {
      String name = name().toLowerCase(Locale.ROOT);
      return round == 0 ? name : "round-" + round + "-" + name;
    }
  }

  Stage {
    needs = List.copyOf(needs);
    settings = new TreeMap<>(settings);
    files = new TreeMap<>(files);
  }

  String name() {
    return kind.inRound(round);
  }
}
