package org.onelabel.pipeline.prediction;

import org.onelabel.pipeline.cohort.PseudoLabel;

/**
 * Network and propagation together: the mean of the network's probabilities and of those that have
 * the propagation's labels and margins, in which all other classes are alike. For two classes it
 * says what the consensus of the refinement says.
 */
final class SharedOpinion {
  private SharedOpinion() {}

  /**
   * Writes the mean into the network's probabilities.
   *
   * @param probabilities one array a class
   * @param weight what the propagation counts beside the network's 1
   */
  static void apply(float[][] probabilities, PseudoLabel propagated, double weight) {
    int classes = probabilities.length;
    float network = (float) (1 / (1 + weight));
    float other = (float) (weight / (1 + weight));
    for (int i = 0; i < propagated.labels().length; i++) {
      float margin = propagated.confidence()[i];
      float least = (1 - margin) / classes;
      for (int c = 0; c < classes; c++) {
        float said = propagated.labels()[i] == c ? least + margin : least;
        probabilities[c][i] = network * probabilities[c][i] + other * said;
      }
    }
  }
}
