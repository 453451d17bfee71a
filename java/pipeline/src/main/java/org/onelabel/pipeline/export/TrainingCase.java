package org.onelabel.pipeline.export;

import java.nio.file.Path;
import java.util.Optional;
import org.onelabel.volumes.dataset.Case;

/**
 * A volume of a training set.
 *
 * @param source its scan
 * @param predicted the label file of the run; empty for the template, which has its own
 * @param annotated whether a person gave it its label, as that of the template
 * @param estimatedDice of that label, a mean over structures; NaN where nothing estimates it
 * @param used whether it is in the training set
 */
public record TrainingCase(
    Case source, Optional<Path> predicted, boolean annotated, double estimatedDice, boolean used) {

  static TrainingCase template(Case source) {
    return new TrainingCase(source, Optional.empty(), true, Double.NaN, true);
  }

  /** Its name. */
  public String id() {
    return source.id();
  }
}
