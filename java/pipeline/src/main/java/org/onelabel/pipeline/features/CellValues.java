package org.onelabel.pipeline.features;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Some values of every cell of a grid.
 *
 * @param rows cells × columns; shared, not copied
 */
public record CellValues(float[] rows, int columns) {

  /** Values given column by column, {@code cells} in each. */
  static CellValues ofPlanes(List<float[]> planes, int cells) {
    int columns = planes.size();
    float[] rows = new float[cells * columns];
    for (int c = 0; c < columns; c++) {
      float[] plane = planes.get(c);
      for (int n = 0; n < cells; n++) {
        rows[n * columns + c] = plane[n];
      }
    }
    return new CellValues(rows, columns);
  }

  public int cells() {
    return rows.length / columns;
  }

  public float at(int cell, int column) {
    return rows[cell * columns + column];
  }

  /** One column: a value for every cell. */
  public float[] plane(int column) {
    float[] plane = new float[cells()];
    for (int n = 0; n < plane.length; n++) {
      plane[n] = at(n, column);
    }
    return plane;
  }

  /** The columns, one after another: columns × cells. */
  public float[] planes() {
    return planes(UnaryOperator.identity());
  }

  /** The columns, each changed, one after another: columns × cells. */
  public float[] planes(UnaryOperator<float[]> change) {
    float[] planes = new float[rows.length];
    for (int c = 0; c < columns; c++) {
      System.arraycopy(change.apply(plane(c)), 0, planes, c * cells(), cells());
    }
    return planes;
  }

  /** These and other values of the same cells. */
  public CellValues with(CellValues other) {
    int both = columns + other.columns;
    float[] joined = new float[cells() * both];
    for (int n = 0; n < cells(); n++) {
      System.arraycopy(rows, n * columns, joined, n * both, columns);
      System.arraycopy(other.rows, n * other.columns, joined, n * both + columns, other.columns);
    }
    return new CellValues(joined, both);
  }

  /** The values of these cells and then those of others. */
  public CellValues and(CellValues other) {
    float[] all = Arrays.copyOf(rows, rows.length + other.rows.length);
    System.arraycopy(other.rows, 0, all, rows.length, other.rows.length);
    return new CellValues(all, columns);
  }

  /** The values of some cells. */
  public CellValues of(int[] cells) {
    float[] some = new float[cells.length * columns];
    for (int i = 0; i < cells.length; i++) {
      System.arraycopy(rows, cells[i] * columns, some, i * columns, columns);
    }
    return new CellValues(some, columns);
  }

  /** How much of each cell is any structure: what the background in column 0 leaves. */
  public float[] structure() {
    float[] structure = plane(0);
    for (int n = 0; n < structure.length; n++) {
      structure[n] = 1 - structure[n];
    }
    return structure;
  }
}
