package org.onelabel.pipeline.prediction;

import java.util.Optional;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.cohort.WorkingScan;

/** What the propagation says of a scan that a network predicts. */
@FunctionalInterface
public interface SecondOpinion {
  /** The network is alone. */
  SecondOpinion NONE = _ -> Optional.empty();

  /**
   * Labels and trust on the working grid; no structure among them where the template's anatomy is
   * not found; empty where nobody is asked.
   */
  Optional<PseudoLabel> of(WorkingScan scan);
}
