package org.onelabel.pipeline.refinement;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What corrects pseudo-labels between rounds. */
public enum RefinementKind {
  /** The predictions stand as they are. */
  @JsonProperty("none")
  NONE,
  /** Uncertain volumes take the vote of the most similar certain volumes, as published. */
  @JsonProperty("volume")
  VOLUME,
  /** Uncertain cells take the vote of similar cells of the template and the pool. */
  @JsonProperty("region")
  REGION,
  /** Network and propagation decide together, voxel by voxel. */
  @JsonProperty("consensus")
  CONSENSUS
}
