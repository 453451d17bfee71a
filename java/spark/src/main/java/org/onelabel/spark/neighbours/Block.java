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

  /** Whether the kernel takes a row for finite: its squared length is one of float32. */
  boolean isFinite(int row) {
    int dimension = dimension();
    double square = 0;
    for (int at = row * dimension; at < (row + 1) * dimension; at++) {
      square += (double) vectors[at] * vectors[at];
    }
    return square <= Float.MAX_VALUE;
  }
}
