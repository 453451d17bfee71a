package org.onelabel.pipeline.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a round's labelled scans are. */
public enum Supervision {
  /** The template has its label, the pool has pseudo-labels. */
  @JsonProperty("template-and-pool")
  TEMPLATE_AND_POOL(Pool.PSEUDO_LABELS),
  /** The template has its label, the pool has none: the method's consistency alone uses it. */
  @JsonProperty("template-and-unlabelled")
  TEMPLATE_AND_UNLABELLED(Pool.SCANS),
  /** The template alone. */
  @JsonProperty("template-only")
  TEMPLATE_ONLY(Pool.NOTHING),
  /** The pool's true labels as well: an upper bound, to compare with. */
  @JsonProperty("all-labels")
  ALL_LABELS(Pool.HIDDEN_LABELS);

  /** What a round learns from the pool. */
  private enum Pool {
    PSEUDO_LABELS,
    SCANS,
    NOTHING,
    HIDDEN_LABELS
  }

  private final Pool pool;

  Supervision(Pool pool) {
    this.pool = pool;
  }

  /** Whether a round learns from pseudo-labels, so that labels are propagated and refined. */
  public boolean usesPseudoLabels() {
    return pool == Pool.PSEUDO_LABELS;
  }

  /** Whether a round learns from labels of the pool that otherwise only measure. */
  boolean usesHiddenLabels() {
    return pool == Pool.HIDDEN_LABELS;
  }
}
