package org.onelabel.pipeline;

/**
 * Some values of every cell of a grid.
 *
 * @param rows cells × columns; shared, not copied
 */
record CellValues(float[] rows, int columns) {

  int cells() {
    return rows.length / columns;
  }

  float at(int cell, int column) {
    return rows[cell * columns + column];
  }

  /** One column: a value for every cell. */
  float[] plane(int column) {
    float[] plane = new float[cells()];
    for (int n = 0; n < plane.length; n++) {
      plane[n] = at(n, column);
    }
    return plane;
  }

  /** The first columns, one after another: {@code count} × cells. */
  float[] planes(int count) {
    float[] planes = new float[count * cells()];
    for (int c = 0; c < count; c++) {
      System.arraycopy(plane(c), 0, planes, c * cells(), cells());
    }
    return planes;
  }

  /** How much of each cell is any structure: what the background in column 0 leaves. */
  float[] structure() {
    float[] structure = plane(0);
    for (int n = 0; n < structure.length; n++) {
      structure[n] = 1 - structure[n];
    }
    return structure;
  }
}
