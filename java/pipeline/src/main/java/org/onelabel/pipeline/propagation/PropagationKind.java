package org.onelabel.pipeline.propagation;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the template's labels reach the pool. */
public enum PropagationKind {
  /** By each class's mean feature, as published. */
  @JsonProperty("prototype")
  PROTOTYPE,
  /** By the votes of the nearest cells of the template. */
  @JsonProperty("dense-knn")
  DENSE_KNN
}
