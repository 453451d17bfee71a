package org.onelabel.pipeline.quality;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.onelabel.pipeline.metrics.Metrics;

/**
 * What tells, without a truth, how good the labels of one structure in one scan are.
 *
 * @param expected the Dice to be expected if the network's probabilities p are right: 2 Σ p over
 *     what is labelled, of |labelled| + Σ p over all voxels; NaN where it is nowhere labelled
 * @param agreement Dice with the propagation's labels; NaN where there are none, or neither has it
 */
public record Evidence(double expected, double agreement) {

  /**
   * The evidence of structures 1, 2, ….
   *
   * @param probabilities one array a class
   * @param labels best classes; where a filter made background of a structure, its probability does
   *     not count
   * @param propagated what the propagation says, where it is asked
   */
  public static List<Evidence> of(
      float[][] probabilities, byte[] labels, Optional<byte[]> propagated) {
    return IntStream.range(1, probabilities.length)
        .mapToObj(
            c ->
                new Evidence(
                    expected(probabilities, labels, c),
                    propagated.map(other -> Metrics.dice(labels, other, c)).orElse(Double.NaN)))
        .toList();
  }

  private static double expected(float[][] probabilities, byte[] labels, int structure) {
    float[] background = probabilities[0];
    float[] of = probabilities[structure];
    double inside = 0;
    double all = 0;
    long labelled = 0;
    for (int i = 0; i < labels.length; i++) {
      boolean filtered = labels[i] == 0 && of[i] > background[i];
      all += filtered ? 0 : of[i];
      if (labels[i] == structure) {
        inside += of[i];
        labelled++;
      }
    }
    return labelled == 0 ? Double.NaN : 2 * inside / (labelled + all);
  }
}
