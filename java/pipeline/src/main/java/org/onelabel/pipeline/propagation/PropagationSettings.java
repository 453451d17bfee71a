package org.onelabel.pipeline.propagation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.onelabel.kernels.Kernels;

/**
 * How the template's labels reach the pool.
 *
 * @param kind how labels are transferred from the template to the pool
 * @param denseKnn for {@code dense-knn}
 */
public record PropagationSettings(
    PropagationKind kind, @JsonUnwrapped DenseKnnPropagation.Settings denseKnn) {

  /**
   * The propagation of labels. Its owner closes it.
   *
   * @param templates the template, and then further labelled scans where it lies in them
   */
  public Propagation open(Kernels kernels, List<Propagation.Template> templates) {
    return switch (kind) {
      case PROTOTYPE -> new PrototypePropagation(kernels, templates);
      case DENSE_KNN -> new DenseKnnPropagation(kernels, denseKnn, templates);
    };
  }
}
