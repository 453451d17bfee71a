package org.onelabel.pipeline.training;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.sampling.Scan;
import org.onelabel.volumes.LabelMap;

/**
 * Notices a structure that a specialist no longer sees. On scans whose labels it was trained with,
 * a healthy specialist finds about as many voxels of each structure as the labels have.
 */
public final class StructureWatch {
  /** Found voxels below this share of the expected ones mean that the structure has vanished. */
  private static final double LEAST_SHARE = 0.2;

  private final List<Scan> scans;
  private final long[] expected;

  /** Watches over {@code scans}, which have labels of classes 0…{@code classes}−1. */
  public StructureWatch(List<Scan> scans, int classes) {
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
   * The classes that are missing, in their order.
   *
   * @param predictions of the scans, in their order
   */
  public List<Integer> vanished(List<byte[]> predictions) {
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
