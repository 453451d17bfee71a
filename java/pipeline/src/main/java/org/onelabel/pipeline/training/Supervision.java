package org.onelabel.pipeline.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a round's labelled scans are. */
public enum Supervision {
  /** The template is trusted, the pool has pseudo-labels. */
  @JsonProperty("template-and-pool")
  TEMPLATE_AND_POOL,
  /** The template is trusted, the pool has no labels at all: what the method asks of it counts. */
  @JsonProperty("template-and-unlabelled")
  TEMPLATE_AND_UNLABELLED,
  /** The template alone. */
  @JsonProperty("template-only")
  TEMPLATE_ONLY,
  /** The pool's true labels as well: an upper bound, for measurement only. */
  @JsonProperty("all-labels")
  ALL_LABELS
}
