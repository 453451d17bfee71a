package org.onelabel.pipeline.training;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.volumes.LabelMap;

/**
 * Early collapse detection: notices a structure that a segmentation network no longer finds. On
 * scans that it was trained with, a healthy network finds about as many voxels of each structure as
 * the labels have.
 */
public final class CollapseDetector {
  /** Found voxels below this share of the expected ones mean that the structure has collapsed. */
  private static final double LEAST_SHARE = 0.2;

  private final List<Scan> scans;
  private final long[] expected;

  /** Counts the voxels of {@code scans}, which have labels of classes 0…{@code classes}−1. */
  public CollapseDetector(List<Scan> scans, int classes) {
    this.scans = scans;
    expected = new long[classes];
    for (Scan scan : scans) {
      count(scan.label(), scan.label(), expected);
    }
  }

  List<Scan> scans() {
    return scans;
  }

  /**
   * The classes that have collapsed, in their order.
   *
   * @param predictions of the scans, in their order
   */
  public List<Integer> collapsed(List<byte[]> predictions) {
    long[] found = new long[expected.length];
    for (int s = 0; s < scans.size(); s++) {
      count(predictions.get(s), scans.get(s).label(), found);
    }
    List<Integer> missing = new ArrayList<>();
    for (int c = 1; c < expected.length; c++) {
      if (found[c] < LEAST_SHARE * expected[c]) {
        missing.add(c);
      }
    }
    return missing;
  }

  /** Counts classes where the truth is known. */
  private static void count(byte[] labels, byte[] truth, long[] counts) {
    for (int i = 0; i < labels.length; i++) {
      if ((truth[i] & 255) != LabelMap.IGNORED) {
        counts[labels[i] & 255]++;
      }
    }
  }
}
