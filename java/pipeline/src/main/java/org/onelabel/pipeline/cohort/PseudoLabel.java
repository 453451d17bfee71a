package org.onelabel.pipeline.cohort;

import java.util.Arrays;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Labels of an unlabelled volume on its working grid, with the trust in each.
 *
 * @param labels a class for every working voxel
 * @param confidence 0…1 for every working voxel
 */
public record PseudoLabel(byte[] labels, float[] confidence) {

  /** Background everywhere, which nothing speaks for. */
  public static PseudoLabel nothing(int voxels) {
    return new PseudoLabel(new byte[voxels], new float[voxels]);
  }

  /** Labels that nobody doubts. */
  public static PseudoLabel certain(byte[] labels) {
    float[] confidence = new float[labels.length];
    Arrays.fill(confidence, 1);
    return new PseudoLabel(labels, confidence);
  }

  /** The same but where somebody looked: there the label is what was seen, and not doubted. */
  public PseudoLabel corrected(byte[] seen) {
    PseudoLabel corrected = new PseudoLabel(labels.clone(), confidence.clone());
    for (int i = 0; i < seen.length; i++) {
      if (LabelArray.classOf(seen[i]) != LabelArray.IGNORED) {
        corrected.labels[i] = seen[i];
        corrected.confidence[i] = 1;
      }
    }
    return corrected;
  }

  /** Whether a voxel is labelled as a structure. */
  public boolean hasStructure() {
    for (byte label : labels) {
      if (label != 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether nothing speaks for it anywhere. */
  private boolean isNothing() {
    for (float trust : confidence) {
      if (trust != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * A scan to train on with this label. Where nothing speaks for the label its voxels are ignored:
   * a scan in which nothing was found does not teach that nothing is there.
   *
   * @param power of the confidence that is a voxel's weight; with 0 every voxel weighs 1
   */
  public Scan target(Scan scan, double power) {
    if (isNothing()) {
      byte[] unknown = new byte[labels.length];
      Arrays.fill(unknown, (byte) LabelMap.IGNORED);
      return scan.withLabel(unknown, null);
    }
    if (power == 0) {
      return scan.withLabel(labels, null);
    }
    float[] weight = new float[confidence.length];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) Math.pow(confidence[i], power);
    }
    return scan.withLabel(labels, weight);
  }

  /**
   * The best class of each place, the lowest on a tie, and how far it is ahead of the second.
   *
   * @param scores one array a class
   */
  public static PseudoLabel best(float[][] scores) {
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

  /** What its arrays take. */
  public long bytes() {
    return 5L * labels.length;
  }
}
