package org.onelabel.pipeline.refinement;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What features the refinement by regions compares. */
public enum FeatureKind {
  /** Those of the encoder, as in the propagation. */
  @JsonProperty("encoder")
  ENCODER,
  /** Those of the segmentation network, with the positions of the encoder. */
  @JsonProperty("specialist")
  SPECIALIST
}
