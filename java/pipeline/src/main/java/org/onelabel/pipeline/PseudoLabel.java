package org.onelabel.pipeline;

/**
 * Labels of an unlabelled volume on its working grid, with the trust in each.
 *
 * @param labels a class for every working voxel
 * @param confidence 0…1 for every working voxel
 */
public record PseudoLabel(byte[] labels, float[] confidence) {

  /** Background everywhere, which nothing speaks for. */
  static PseudoLabel nothing(int voxels) {
    return new PseudoLabel(new byte[voxels], new float[voxels]);
  }

  /**
   * The best class of each place, the lowest on a tie, and how far it is ahead of the second.
   *
   * @param scores one array a class
   */
  static PseudoLabel best(float[][] scores) {
    int places = scores[0].length;
    byte[] labels = new byte[places];
    float[] margins = new float[places];
    for (int i = 0; i < places; i++) {
      float best = Float.NEGATIVE_INFINITY;
      float second = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < scores.length; c++) {
        float score = scores[c][i];
        if (score > best) {
          second = best;
          best = score;
          labels[i] = (byte) c;
        } else if (score > second) {
          second = score;
        }
      }
      margins[i] = best - second;
    }
    return new PseudoLabel(labels, margins);
  }
}
