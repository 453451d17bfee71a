package org.onelabel.spark.neighbours;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.apache.spark.sql.functions.sum;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.onelabel.volumes.InputException;

/** Data frames with ids and vectors. */
final class Frames {
  private static final String ID = "id";
  private static final String VECTOR = "vector";

  /** Of the room of a block so much is filled: ids fall into blocks not quite evenly. */
  private static final double FILLED = 0.8;

  /** So many times more or fewer rows than a block has are still worth no move. */
  private static final int LIKE = 4;

  private Frames() {}

  /** Refuses a data frame without ids and vectors; {@code name} is what it is called. */
  static void requireVectors(String name, Dataset<Row> frame) {
    requireWhole(name, frame, ID);
    DataType type = type(name, frame, VECTOR);
    if (!(type instanceof ArrayType array) || !array.elementType().equals(DataTypes.FloatType)) {
      throw new InputException(
          "%s: column %s is array<float>, not %s".formatted(name, VECTOR, type.catalogString()));
    }
  }

  /** Refuses a data frame without such a column of whole numbers. */
  static void requireWhole(String name, Dataset<Row> frame, String column) {
    DataType type = type(name, frame, column);
    if (!List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType)
        .contains(type)) {
      throw new InputException(
          "%s: column %s is a whole number, not %s".formatted(name, column, type.catalogString()));
    }
  }

  private static DataType type(String name, Dataset<Row> frame, String column) {
    return Arrays.stream(frame.schema().fields())
        .filter(field -> field.name().equals(column))
        .findFirst()
        .orElseThrow(() -> new InputException("%s: no column %s".formatted(name, column)))
        .dataType();
  }

  /** The length of the vectors, by one of each data frame; 0 where there are none. */
  static int dimension(Dataset<Row> queries, Dataset<Row> database) {
    int asked = dimension(database);
    int asking = dimension(queries);
    if (asked > 0 && asking > 0 && asked != asking) {
      throw new InputException(
          "vectors of queries have %d values, those of the database %d".formatted(asking, asked));
    }
    return Math.max(asked, asking);
  }

  private static int dimension(Dataset<Row> frame) {
    List<Row> first = frame.filter(col(VECTOR).isNotNull()).select(size(col(VECTOR))).takeAsList(1);
    return first.isEmpty() ? 0 : first.getFirst().getInt(0);
  }

  /**
   * The rows in blocks by their ids: which row is in which block follows from them alone, however
   * often it is asked.
   *
   * @param label of each row
   * @param most rows of a block
   */
  static JavaRDD<Block> blocksById(Dataset<Row> frame, Column label, int dimension, int most) {
    return blocksById(columns(frame, label), frame.count(), dimension, most);
  }

  private static JavaRDD<Block> blocksById(
      Dataset<Row> columns, long rows, int dimension, int most) {
    int partitions = (int) Math.max(1, Math.ceil(rows / (FILLED * most)));
    return blocks(
        rows(columns.repartition(partitions, col(ID)).sortWithinPartitions(ID)), dimension, most);
  }

  /**
   * The rows in blocks of the partitions that they are in, where these have about the size of
   * blocks and the same rows each time: no vector is moved. Else in blocks by their ids.
   *
   * @param label of each row
   * @param most rows of a block
   */
  static JavaRDD<Block> blocks(Dataset<Row> frame, Column label, int dimension, int most) {
    Dataset<Row> columns = columns(frame, label);
    JavaRDD<InternalRow> rows = rows(columns);
    if (!staysTheSame(rows)) {
      return blocksById(frame, label, dimension, most);
    }
    PartitionSizes sizes = PartitionSizes.of(frame);
    if (!sizes.areLikeBlocks(rows.getNumPartitions(), most)) {
      return blocksById(columns, sizes.rows(), dimension, most);
    }
    requireEachOnce(frame);
    return blocks(rows, dimension, most);
  }

  /**
   * Whether partitions have the same rows whenever they are made. Behind a shuffle they come in any
   * order, and what takes some of them may take others each time.
   */
  private static boolean staysTheSame(JavaRDD<InternalRow> rows) {
    return rows.rdd().outputDeterministicLevel().equals(DeterministicLevel.DETERMINATE());
  }

  /** How many rows a data frame has, and its largest partition. */
  private record PartitionSizes(long largest, long rows) {
    static PartitionSizes of(Dataset<Row> frame) {
      Row sizes =
          frame
              .groupBy(spark_partition_id().as("partition"))
              .count()
              .agg(max("count"), sum("count"))
              .first();
      return sizes.isNullAt(0)
          ? new PartitionSizes(0, 0)
          : new PartitionSizes(sizes.getLong(0), sizes.getLong(1));
    }

    boolean areLikeBlocks(int partitions, int most) {
      return rows > 0
          && largest <= (double) LIKE * most
          && rows >= (double) most / LIKE * partitions;
    }
  }

  /** Refuses ids that two rows have. */
  private static void requireEachOnce(Dataset<Row> frame) {
    Row twice =
        frame
            .groupBy(col(ID).cast(DataTypes.LongType).as(ID))
            .count()
            .filter(col(ID).isNotNull().and(col("count").gt(1)))
            .agg(min(ID))
            .first();
    if (!twice.isNullAt(0)) {
      throw Blocks.twoRows(twice.getLong(0));
    }
  }

  /** Id, label and vector. */
  private static Dataset<Row> columns(Dataset<Row> frame, Column label) {
    return frame.select(
        col(ID).cast(DataTypes.LongType).as(ID),
        label.cast(DataTypes.IntegerType).as("label"),
        col(VECTOR).as(VECTOR));
  }

  private static JavaRDD<InternalRow> rows(Dataset<Row> columns) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) columns)
        .queryExecution()
        .toRdd()
        .toJavaRDD();
  }

  private static JavaRDD<Block> blocks(JavaRDD<InternalRow> rows, int dimension, int most) {
    return rows.mapPartitions(partition -> new Blocks(partition, dimension, most));
  }
}
