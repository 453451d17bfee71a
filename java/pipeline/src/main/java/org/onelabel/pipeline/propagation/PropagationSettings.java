package org.onelabel.pipeline.propagation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.onelabel.kernels.Kernels;

/**
 * How the template's labels reach the pool.
 *
 * @param kind how labels are transferred from the template to the pool
 * @param denseKnn for {@code dense-knn}
 */
public record PropagationSettings(
    PropagationKind kind, @JsonUnwrapped DenseKnnPropagation.Settings denseKnn) {

  /** The propagation of a template's labels. Its owner closes it. */
  public Propagation open(Kernels kernels, Propagation.Template template) {
    return switch (kind) {
      case PROTOTYPE -> new PrototypePropagation(kernels, template);
      case DENSE_KNN -> new DenseKnnPropagation(kernels, denseKnn, template);
    };
  }
}
