package org.onelabel.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.networks.Scan;

/**
 * Notices a structure that a specialist no longer sees. On scans whose labels it was trained with,
 * a healthy specialist finds about as many voxels of each structure as the labels have.
 */
final class StructureWatch {
  /** Found voxels below this share of the expected ones mean that the structure has vanished. */
  private static final double LEAST_SHARE = 0.2;

  private final List<Scan> scans;
  private final List<String> structures;
  private final long[] expected;

  /** Watches over {@code scans}, which have labels. */
  StructureWatch(List<Scan> scans, List<String> structures) {
    this.scans = scans;
    this.structures = structures;
    expected = new long[structures.size() + 1];
    for (Scan scan : scans) {
      count(scan.label(), expected);
    }
  }

  List<Scan> scans() {
    return scans;
  }

  /** The structures that are missing from predictions of the scans, in their order. */
  List<String> vanished(List<byte[]> predictions) {
    long[] found = new long[expected.length];
    predictions.forEach(labels -> count(labels, found));
    List<String> missing = new ArrayList<>();
    for (int c = 1; c < expected.length; c++) {
      if (found[c] < LEAST_SHARE * expected[c]) {
        missing.add(structures.get(c - 1));
      }
    }
    return missing;
  }

  private static void count(byte[] labels, long[] counts) {
    for (byte label : labels) {
      counts[label & 255]++;
    }
  }
}
