package org.onelabel.pipeline.refinement;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What corrects pseudo-labels between rounds. */
public enum RefinementKind {
  /** The predictions stand as they are. */
  @JsonProperty("none")
  NONE(Basis.PREDICTIONS),
  /** Uncertain volumes take the vote of the most similar certain volumes, as published. */
  @JsonProperty("volume")
  VOLUME(Basis.PREDICTIONS),
  /** Uncertain cells take the vote of similar cells of the template and the pool. */
  @JsonProperty("region")
  REGION(Basis.CELLS),
  /** Network and propagation decide together, voxel by voxel. */
  @JsonProperty("consensus")
  CONSENSUS(Basis.PROPAGATION);

  /** What predictions are judged by. */
  private enum Basis {
    PREDICTIONS,
    CELLS,
    PROPAGATION
  }

  private final Basis basis;

  RefinementKind(Basis basis) {
    this.basis = basis;
  }

  /**
   * Whether cells of scans are compared: by features of each cell, where every scan lies as the
   * template does.
   */
  public boolean comparesCells() {
    return basis == Basis.CELLS;
  }

  /** Whether the propagation's opinion is heard beside the specialist's. */
  boolean joinsPropagation() {
    return basis == Basis.PROPAGATION;
  }
}
