package org.onelabel.pipeline.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a round's labelled scans are. */
public enum Supervision {
  /** The template has its label, the pool has pseudo-labels. */
  @JsonProperty("template-and-pool")
  TEMPLATE_AND_POOL,
  /** The template has its label, the pool has none: the method's consistency alone uses it. */
  @JsonProperty("template-and-unlabelled")
  TEMPLATE_AND_UNLABELLED,
  /** The template alone. */
  @JsonProperty("template-only")
  TEMPLATE_ONLY,
  /** The pool's true labels as well: an upper bound, to compare with. */
  @JsonProperty("all-labels")
  ALL_LABELS
}
