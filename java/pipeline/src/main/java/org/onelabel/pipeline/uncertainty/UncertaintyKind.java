package org.onelabel.pipeline.uncertainty;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What says how unsure a specialist is of a voxel. */
public enum UncertaintyKind {
  /** Entropy of the prediction. */
  @JsonProperty("entropy")
  ENTROPY,
  /** Mutual information of predictions with dropout. */
  @JsonProperty("mutual-information")
  MUTUAL_INFORMATION,
  /** Disagreement of teacher and student. */
  @JsonProperty("disagreement")
  DISAGREEMENT
}
