package org.onelabel.pipeline.refinement;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What features the refinement by regions compares. */
public enum FeatureKind {
  /** The encoder's, as in the propagation. */
  @JsonProperty("encoder")
  ENCODER,
  /** The specialist's own, and the encoder's positions. */
  @JsonProperty("specialist")
  SPECIALIST
}
