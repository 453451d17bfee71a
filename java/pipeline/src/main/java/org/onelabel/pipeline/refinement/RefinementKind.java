package org.onelabel.pipeline.refinement;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What corrects pseudo-labels between rounds. */
public enum RefinementKind {
  @JsonProperty("none")
  NONE,
  /** Volumes above the quantile take a vote of similar certain ones, as published. */
  @JsonProperty("volume")
  VOLUME,
  /** Uncertain regions take a vote of confident cells of the whole pool. */
  @JsonProperty("region")
  REGION,
  /** The specialist and the propagation decide together, voxel by voxel. */
  @JsonProperty("consensus")
  CONSENSUS
}
