package org.onelabel.spark.neighbours;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.spark.work.ExecutorKernels;
import org.onelabel.volumes.InputException;
import scala.Tuple2;

/**
 * The k best rows of a database for every query, exact, on any number of machines. The queries are
 * put into blocks by their ids. So are the rows of the database, unless its partitions have about
 * the size of blocks: then they stay where they are. A task searches a block of the database for a
 * block of queries with the kernel; what tasks found is merged. The result has the bits of one call
 * of the kernel on all rows in the order of their ids, however many machines, partitions and blocks
 * there are, on processors with the same instruction set.
 *
 * <p>Both data frames have a column {@code id} of whole numbers, each once, and a column {@code
 * vector} of arrays of float, all of one length. A tie goes to the lower id. A row with a value
 * that is not finite is nobody's neighbour, and has none. What is wrong with a schema is an {@link
 * InputException} at the call, what is wrong with a row is one there or ends the job that meets it.
 * Immutable.
 *
 * @param blockBytes of the vectors of a block, and of the neighbours of a block of queries; a task
 *     holds a block of each, as much again to gather the next one in, and a copy of them while the
 *     kernel works
 */
public record ExactNeighbours(long blockBytes) {
  /**
   * 64 MiB: far more work than the beginning of a task, far less than the memory of an executor.
   */
  public static final ExactNeighbours DEFAULT = new ExactNeighbours(64L << 20);

  /** An id, a score and a label of a candidate. */
  private static final int CANDIDATE_BYTES = 13;

  /** Values of an array of Java. */
  private static final int MOST_VALUES = Integer.MAX_VALUE - 8;

  private static final StructType NEIGHBOURS =
      new StructType()
          .add("query", DataTypes.LongType, false)
          .add("rank", DataTypes.IntegerType, false)
          .add("neighbour", DataTypes.LongType, false)
          .add("score", DataTypes.FloatType, false);

  private static final StructType VOTES =
      new StructType()
          .add("query", DataTypes.LongType, false)
          .add("votes", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  public ExactNeighbours {
    if (blockBytes < 1) {
      throw new IllegalArgumentException("a block has a byte at least: " + blockBytes);
    }
  }

  /**
   * The neighbours of every query, a row each: {@code query}, {@code rank} from 1 on, {@code
   * neighbour} and {@code score}, which for squared L2 is the distance. The rows are in no order. A
   * query with fewer than k neighbours has fewer rows.
   *
   * @param k 1…1024
   */
  public Dataset<Row> join(Dataset<Row> queries, Dataset<Row> database, int k, Metric metric) {
    JavaRDD<Row> rows =
        candidates(queries, database, lit(0), k, metric)
            .flatMap(
                found -> {
                  List<Row> neighbours = new ArrayList<>();
                  for (int q = 0; q < found.queries().length; q++) {
                    for (int j = 0; j < found.counts()[q]; j++) {
                      int at = q * found.k() + j;
                      neighbours.add(
                          RowFactory.create(
                              found.queries()[q], j + 1, found.ids()[at], found.scores()[at]));
                    }
                  }
                  return neighbours.iterator();
                });
    return queries.sparkSession().createDataFrame(rows, NEIGHBOURS);
  }

  /**
   * The votes of the neighbours of every query, a row each: {@code query} and {@code votes}, the
   * sums of the weights of each class; NaN for a query with a value that is not finite.
   *
   * @param database has a column {@code label} of whole numbers as well, 0…255; a class beyond
   *     those that vote has no vote
   * @param k 1…1024
   */
  public Dataset<Row> vote(
      Dataset<Row> queries, Dataset<Row> database, int k, Metric metric, Voting voting) {
    Objects.requireNonNull(voting, "voting").requireFits(metric);
    Frames.requireWhole("database", database, "label");
    JavaRDD<Row> rows =
        candidates(queries, database, col("label").cast(DataTypes.IntegerType), k, metric)
            .flatMap(
                found -> {
                  Votes votes = new Votes(voting, metric, ExecutorKernels.of(DeviceSettings.AUTO));
                  List<Row> all = new ArrayList<>();
                  for (int q = 0; q < found.queries().length; q++) {
                    all.add(RowFactory.create(found.queries()[q], votes.of(found, q)));
                  }
                  return all.iterator();
                });
    return queries.sparkSession().createDataFrame(rows, VOTES);
  }

  /** What all blocks of the database have for each block of queries. */
  private JavaRDD<Candidates> candidates(
      Dataset<Row> queries, Dataset<Row> database, Column label, int k, Metric metric) {
    Objects.requireNonNull(metric, "metric");
    if (k < 1 || k > NearestNeighbours.MOST_NEIGHBOURS) {
      throw new InputException("k is 1 to %d: %d".formatted(NearestNeighbours.MOST_NEIGHBOURS, k));
    }
    Frames.requireVectors("queries", queries);
    Frames.requireVectors("database", database);
    int dimension = Frames.dimension(queries, database);
    int values = Math.max(1, dimension);
    int most = Math.clamp(blockBytes / ((long) Float.BYTES * values), 1, MOST_VALUES / values);
    int mostQueries = Math.clamp(blockBytes / ((long) CANDIDATE_BYTES * k), 1, most);
    JavaRDD<Block> asking = Frames.blocksById(queries, lit(0), dimension, mostQueries);
    JavaRDD<Block> asked = Frames.blocks(database, label, dimension, most);
    JavaPairRDD<Long, Candidates> nothing =
        asking.mapToPair(block -> new Tuple2<>(block.ids()[0], Candidates.none(block)));
    // A task makes its blocks of queries once, and those of the database for each of them.
    return asking
        .cartesian(asked)
        .mapToPair(
            pair ->
                new Tuple2<>(
                    pair._1.ids()[0],
                    Candidates.of(
                        pair._1, pair._2, k, metric, ExecutorKernels.of(DeviceSettings.AUTO))))
        .union(nothing)
        .reduceByKey((one, other) -> one.merged(other, metric), asking.getNumPartitions())
        .values();
  }
}
