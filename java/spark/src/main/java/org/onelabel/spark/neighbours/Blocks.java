package org.onelabel.spark.neighbours;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.onelabel.volumes.InputException;

/** Packs the rows of a partition into blocks of a size. Rows are id, label and vector. */
final class Blocks implements Iterator<Block> {
  private static final int ID = 0;
  private static final int LABEL = 1;
  private static final int VECTOR = 2;

  private final Iterator<InternalRow> rows;
  private final int dimension;
  private final int most;
  // Rows are gathered here; they grow to the largest block of the partition.
  private long[] ids = {};
  private byte[] labels = {};
  private float[] vectors = {};

  private long last;
  private boolean begun;

  /**
   * Blocks of a partition.
   *
   * @param dimension that every vector has
   * @param most rows of a block
   */
  Blocks(Iterator<InternalRow> rows, int dimension, int most) {
    this.rows = rows;
    this.dimension = dimension;
    this.most = most;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Block next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    int count = 0;
    boolean inOrder = true;
    while (count < most && rows.hasNext()) {
      if (count == ids.length) {
        grow();
      }
      InternalRow row = rows.next();
      ids[count] = id(row);
      inOrder &= count == 0 || ids[count - 1] < ids[count];
      labels[count] = label(row, ids[count]);
      System.arraycopy(vector(row, ids[count]), 0, vectors, count * dimension, dimension);
      count++;
    }
    return inOrder
        ? new Block(
            Arrays.copyOf(ids, count),
            Arrays.copyOf(labels, count),
            Arrays.copyOf(vectors, count * dimension))
        : sorted(count);
  }

  private void grow() {
    int room = (int) Math.min(most, Math.max(1024, 2L * ids.length));
    ids = Arrays.copyOf(ids, room);
    labels = Arrays.copyOf(labels, room);
    vectors = Arrays.copyOf(vectors, room * dimension);
  }

  /** The first rows in the order of their ids. */
  private Block sorted(int count) {
    long[] order = Arrays.copyOf(ids, count);
    Arrays.sort(order);
    for (int i = 1; i < count; i++) {
      if (order[i] == order[i - 1]) {
        throw twoRows(order[i]);
      }
    }
    Block block = new Block(order, new byte[count], new float[count * dimension]);
    for (int row = 0; row < count; row++) {
      int to = Arrays.binarySearch(order, ids[row]);
      block.labels()[to] = labels[row];
      System.arraycopy(vectors, row * dimension, block.vectors(), to * dimension, dimension);
    }
    return block;
  }

  static InputException twoRows(long id) {
    return new InputException("two rows have the id " + id);
  }

  private long id(InternalRow row) {
    if (row.isNullAt(ID)) {
      throw new InputException("a row has no id");
    }
    long id = row.getLong(ID);
    if (begun && id == last) {
      throw twoRows(id);
    }
    last = id;
    begun = true;
    return id;
  }

  private static byte label(InternalRow row, long id) {
    if (row.isNullAt(LABEL)) {
      throw new InputException("the row %d has no label".formatted(id));
    }
    int label = row.getInt(LABEL);
    if (label < 0 || label > 255) {
      throw new InputException("the label of row %d is 0 to 255, not %d".formatted(id, label));
    }
    return (byte) label;
  }

  private float[] vector(InternalRow row, long id) {
    if (row.isNullAt(VECTOR)) {
      throw new InputException("the row %d has no vector".formatted(id));
    }
    ArrayData vector = row.getArray(VECTOR);
    if (vector.numElements() != dimension) {
      throw new InputException(
          "the vector of row %d has %d values, the first one %d"
              .formatted(id, vector.numElements(), dimension));
    }
    for (int d = 0; d < dimension; d++) {
      if (vector.isNullAt(d)) {
        throw new InputException("the vector of row %d has a null".formatted(id));
      }
    }
    return vector.toFloatArray();
  }
}
