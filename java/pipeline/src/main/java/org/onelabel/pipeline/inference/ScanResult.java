package org.onelabel.pipeline.inference;

import java.io.Serializable;
import java.util.List;

/**
 * What became of a scan.
 *
 * @param id of the scan
 * @param dice that the labels of structures 1, 2, … probably have; NaN where nothing estimates it
 * @param lines of the table of all scans; empty where none is wanted
 * @param failure why it has no labels, in a line; empty where it has
 */
record ScanResult(String id, List<Double> dice, String lines, String failure)
    implements Serializable {

  ScanResult {
    dice = List.copyOf(dice);
  }

  static ScanResult failed(String id, String failure) {
    return new ScanResult(id, List.of(), "", failure);
  }

  boolean isWritten() {
    return failure.isEmpty();
  }
}
