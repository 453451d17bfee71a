package org.onelabel.pipeline.propagation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the template's labels reach the pool. */
public enum PropagationKind {
  /** By the mean feature vector of each class, as published. */
  @JsonProperty("prototype")
  PROTOTYPE,
  /** By the votes of the nearest cells of the template (exact KNN). */
  @JsonProperty("dense-knn")
  DENSE_KNN
}
