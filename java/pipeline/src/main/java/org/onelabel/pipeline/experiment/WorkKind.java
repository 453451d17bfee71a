package org.onelabel.pipeline.experiment;

import java.util.Locale;
import org.onelabel.pipeline.directory.StageName;

/** The kinds of work that a run's time goes into, with their colours on the page. */
public enum WorkKind {
  GENERALIST("#d9730d"),
  SPECIALIST("#1f77b4"),
  REFINEMENT("#7a4fd0"),
  OTHER("#9aa7b4");

  private final String colour;

  WorkKind(String colour) {
    this.colour = colour;
  }

  String colour() {
    return colour;
  }

  /** Its name in tables. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of a stage, by its name. */
  static WorkKind of(String stage) {
    return StageName.parse(stage).map(name -> of(name.kind())).orElse(OTHER);
  }

  private static WorkKind of(StageName.Kind stage) {
    return switch (stage) {
      case ENCODER, REGISTRATION, ATLASES, FEATURES, PROPAGATION -> GENERALIST;
      case TRAINING, PREDICTION, PREDICTIONS -> SPECIALIST;
      case REFINEMENT -> REFINEMENT;
      case SELECTION, EVALUATION, REPORT -> OTHER;
    };
  }
}
