package org.onelabel.spark.neighbours;

import java.io.Serializable;

/**
 * Some rows, the lower ids first, each id once.
 *
 * @param ids N
 * @param labels N classes; 0 of rows that have none
 * @param vectors N×D
 */
record Block(long[] ids, byte[] labels, float[] vectors) implements Serializable {

  int rows() {
    return ids.length;
  }

  int dimension() {
    return vectors.length / ids.length;
  }

  /** Whether every value of a row is a number. */
  boolean isFinite(int row) {
    int dimension = dimension();
    for (int at = row * dimension; at < (row + 1) * dimension; at++) {
      if (!Float.isFinite(vectors[at])) {
        return false;
      }
    }
    return true;
  }
}
