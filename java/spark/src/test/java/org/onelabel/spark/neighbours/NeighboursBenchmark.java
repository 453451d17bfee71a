package org.onelabel.spark.neighbours;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.row_number;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;

/**
 * Seconds of a search on Spark, of the same one in one process, and of Spark's own way. Each prints
 * lines, the last one a sum over its result: {@code write FOLDER QUERIES ROWS DIMENSION}, {@code
 * spark|process|cross FOLDER K METRIC [ROUNDS]}. A search is done so many times, by default twice;
 * Spark's own way once. {@code process} wants a master {@code local[2]}.
 */
public final class NeighboursBenchmark {
  private static final StructType ROWS =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  /** Rows of this process; tasks of {@code local[2]} fill it. */
  private static volatile float[] vectors = {};

  private NeighboursBenchmark() {}

  /** The entry point. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    SparkSession spark = SparkSession.builder().config("spark.log.level", "WARN").getOrCreate();
    Path folder = Path.of(arguments[1]);
    int first = Integer.parseInt(arguments[2]);
    if (arguments[0].equals("write")) {
      int dimension = Integer.parseInt(arguments[4]);
      write(spark, folder.resolve("queries"), first, dimension, 1);
      write(spark, folder.resolve("database"), Integer.parseInt(arguments[3]), dimension, 2);
    } else {
      Dataset<Row> queries = spark.read().parquet(folder.resolve("queries").toString());
      Dataset<Row> database = spark.read().parquet(folder.resolve("database").toString());
      Metric metric = Metric.valueOf(arguments[3].toUpperCase(Locale.ROOT));
      int rounds = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 2;
      switch (arguments[0]) {
        case "spark" -> {
          // Executors begin and load Spark's classes.
          queries
              .repartition(2, col("id"))
              .sortWithinPartitions("id")
              .foreach((ForeachFunction<Row>) _ -> {});
          for (int round = 0; round < rounds; round++) {
            total("spark", () -> ExactNeighbours.DEFAULT.join(queries, database, first, metric));
          }
        }
        case "cross" -> total("cross", () -> cross(queries, database, first));
        case "process" -> process(queries, database, first, metric, rounds);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }
    spark.stop();
  }

  private static <T> T timed(String what, Supplier<T> work) {
    double before = cpuSeconds();
    long start = System.nanoTime();
    T made = work.get();
    System.out.printf(
        "%s: %.2f s, of processors %.2f s%n",
        what, (System.nanoTime() - start) / 1e9, cpuSeconds() - before);
    return made;
  }

  /**
   * What processors did for this process and for executors on this machine: on one that is shared
   * with others this tells more than the clock.
   */
  private static double cpuSeconds() {
    return ProcessHandle.allProcesses()
            .filter(
                process ->
                    process.equals(ProcessHandle.current())
                        || process
                            .info()
                            .commandLine()
                            .orElse("")
                            .contains("CoarseGrainedExecutorBackend"))
            .flatMap(process -> process.info().totalCpuDuration().stream())
            .mapToLong(Duration::toMillis)
            .sum()
        / 1e3;
  }

  /** Normal numbers; a row follows from its id. */
  private static void write(SparkSession spark, Path to, long rows, int dimension, long seed) {
    JavaRDD<Row> made =
        spark
            .range(rows)
            .javaRDD()
            .map(
                id -> {
                  SplittableRandom random = new SplittableRandom(seed << 40 ^ id * 0x9e3779b9L);
                  float[] vector = new float[dimension];
                  for (int d = 0; d < dimension; d++) {
                    vector[d] = (float) random.nextGaussian();
                  }
                  return RowFactory.create(id, vector);
                });
    spark.createDataFrame(made, ROWS).write().mode(SaveMode.Overwrite).parquet(to.toString());
  }

  private static void total(String what, Supplier<Dataset<Row>> search) {
    Row sum =
        timed(
            what,
            () ->
                search
                    .get()
                    .selectExpr("count(*)", "sum(neighbour % 1000003)")
                    .collectAsList()
                    .getFirst());
    System.out.println(what + ": " + sum);
  }

  /** Every pair, the best of each query by a window. */
  private static Dataset<Row> cross(Dataset<Row> queries, Dataset<Row> database, int k) {
    return queries
        .toDF("query", "asking")
        .crossJoin(database.toDF("neighbour", "asked"))
        .withColumn(
            "score",
            expr(
                "aggregate(zip_with(asking, asked, (a, b) -> (a - b) * (a - b)), 0d, (s, x) -> s +"
                    + " x)"))
        .withColumn(
            "rank",
            row_number().over(Window.partitionBy("query").orderBy(col("score"), col("neighbour"))))
        .filter(col("rank").leq(k));
  }

  private static void process(
      Dataset<Row> queries, Dataset<Row> database, int k, Metric metric, int rounds) {
    float[] asking = timed("process: queries read", () -> read(queries));
    float[] asked = timed("process: database read", () -> read(database));
    int dimension = asking.length / (int) queries.count();
    FeatureMatrix rows = FeatureMatrix.rows(asking, asking.length / dimension, dimension);
    FeatureMatrix of = FeatureMatrix.rows(asked, asked.length / dimension, dimension);
    long[] indices = new long[asking.length / dimension * k];
    float[] scores = new float[indices.length];
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 2)) {
      for (int round = 0; round < rounds; round++) {
        timed(
            "process: search",
            () ->
                kernels.run(
                    NearestNeighbours.of(rows, of, metric, k)
                        .into(Buffer.of(indices), Buffer.of(scores))));
      }
    }
    long sum = Arrays.stream(indices).map(index -> index % 1000003).sum();
    System.out.printf("process: [%d,%d]%n", indices.length, sum);
  }

  /** The vectors in the order of their ids, which are 0, 1, …. */
  private static float[] read(Dataset<Row> frame) {
    int dimension = frame.selectExpr("size(vector)").first().getInt(0);
    vectors = new float[Math.toIntExact(frame.count() * dimension)];
    JavaRDD<InternalRow> rows =
        ((org.apache.spark.sql.classic.Dataset<Row>) frame.select("id", "vector"))
            .queryExecution()
            .toRdd()
            .toJavaRDD();
    rows.foreach(
        row ->
            System.arraycopy(
                row.getArray(1).toFloatArray(),
                0,
                vectors,
                Math.toIntExact(row.getLong(0) * dimension),
                dimension));
    return vectors;
  }
}
