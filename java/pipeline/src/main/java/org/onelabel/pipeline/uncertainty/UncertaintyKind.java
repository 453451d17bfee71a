package org.onelabel.pipeline.uncertainty;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What says how unsure a specialist is of a voxel. */
public enum UncertaintyKind {
  /** Entropy of the prediction. */
  @JsonProperty("entropy")
  ENTROPY(false, false),
  /** Mutual information of predictions with dropout. */
  @JsonProperty("mutual-information")
  MUTUAL_INFORMATION(false, true),
  /** Disagreement of teacher and student. */
  @JsonProperty("disagreement")
  DISAGREEMENT(true, false);

  private final boolean student;
  private final boolean dropout;

  UncertaintyKind(boolean student, boolean dropout) {
    this.student = student;
    this.dropout = dropout;
  }

  /** Whether the student of a round predicts, too, so that its weights are kept. */
  public boolean needsStudent() {
    return student;
  }

  /** Whether a scan is predicted with dropout, as often as the settings say, from their seed. */
  public boolean needsDropout() {
    return dropout;
  }

  /** How often a scan is predicted in a round. */
  public int predictions(int passes) {
    return 1 + (student ? 1 : 0) + (dropout ? passes : 0);
  }

  /** The largest value among so many classes, nats: all of them are entropies or less. */
  public double most(int classes) {
    return Math.log(classes);
  }
}
