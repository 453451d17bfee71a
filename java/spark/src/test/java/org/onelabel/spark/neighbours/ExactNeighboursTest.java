package org.onelabel.spark.neighbours;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.kernels.Vote;
import org.onelabel.volumes.InputException;

/** Neighbours among blocks against one call of the kernel on all rows. */
class ExactNeighboursTest {
  private static final int DIMENSION = 5;
  private static final int CLASSES = 4;
  private static final StructType ROWS =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("vector", DataTypes.createArrayType(DataTypes.FloatType))
          .add("label", DataTypes.IntegerType);

  /** Blocks of a few rows: of 400 rows there are many. */
  private static final ExactNeighbours SMALL_BLOCKS = new ExactNeighbours(2000);

  private static SparkSession spark;

  @BeforeAll
  static void begin() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.log.level", "WARN")
            .config("spark.sql.shuffle.partitions", "3")
            .config("spark.sql.extensions", SqlFunctions.class.getName())
            .getOrCreate();
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  private record Rows(long[] ids, float[][] vectors, int[] labels) {

    /**
     * Of few different values, so that many scores are equal; ids are neither dense nor positive.
     */
    static Rows random(int count, Random random) {
      long[] ids = random.longs().distinct().limit(count).sorted().toArray();
      float[][] vectors = new float[count][DIMENSION];
      for (float[] vector : vectors) {
        for (int d = 0; d < DIMENSION; d++) {
          vector[d] = random.nextInt(3) - 1;
        }
      }
      return new Rows(ids, vectors, random.ints(count, 0, CLASSES + 1).toArray());
    }

    Dataset<Row> frame(int partitions) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < ids.length; i++) {
        rows.add(RowFactory.create(ids[i], vectors[i], labels[i]));
      }
      Collections.shuffle(rows, new Random(3));
      return spark.createDataFrame(rows, ROWS).repartition(partitions);
    }

    float[] flat() {
      float[] flat = new float[ids.length * DIMENSION];
      for (int i = 0; i < ids.length; i++) {
        System.arraycopy(vectors[i], 0, flat, i * DIMENSION, DIMENSION);
      }
      return flat;
    }

    FeatureMatrix matrix() {
      return FeatureMatrix.rows(flat(), ids.length, DIMENSION);
    }
  }

  /** The rows of one call: query, rank, neighbour, bits of the score. */
  private static List<List<Object>> expected(Rows queries, Rows database, int k, Metric metric) {
    long[] indices = new long[queries.ids.length * k];
    float[] scores = new float[indices.length];
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1)) {
      kernels.run(
          NearestNeighbours.of(queries.matrix(), database.matrix(), metric, k)
              .into(Buffer.of(indices), Buffer.of(scores)));
    }
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] >= 0) {
        rows.add(
            List.of(
                queries.ids[i / k],
                i % k + 1,
                database.ids[(int) indices[i]],
                Float.floatToRawIntBits(scores[i])));
      }
    }
    return rows;
  }

  private static List<List<Object>> found(Dataset<Row> joined) {
    return joined.orderBy(col("query"), col("rank")).collectAsList().stream()
        .map(
            row ->
                List.<Object>of(
                    row.getLong(0),
                    row.getInt(1),
                    row.getLong(2),
                    Float.floatToRawIntBits(row.getFloat(3))))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void blocksGiveTheBitsOfOneCallAlsoOnTies(Metric metric) {
    Rows queries = Rows.random(60, new Random(1));
    Rows database = Rows.random(400, new Random(2));
    List<List<Object>> expected = expected(queries, database, 9, metric);
    assertTrue(expected.stream().map(row -> row.get(3)).distinct().count() < expected.size() / 5);
    for (ExactNeighbours search : List.of(ExactNeighbours.DEFAULT, SMALL_BLOCKS)) {
      assertEquals(expected, found(search.join(queries.frame(2), database.frame(7), 9, metric)));
    }
  }

  @Test
  void moreNeighboursThanRowsAreThoseThereAre() {
    Rows queries = Rows.random(3, new Random(1));
    Rows database = Rows.random(30, new Random(2));
    assertEquals(
        expected(queries, database, 40, Metric.SQUARED_L2),
        found(SMALL_BLOCKS.join(queries.frame(1), database.frame(2), 40, Metric.SQUARED_L2)));
  }

  @Test
  void skewedAndEmptyPartitionsChangeNothing() {
    Rows queries = Rows.random(40, new Random(1));
    Rows database = Rows.random(300, new Random(2));
    long last = database.ids[280];
    Dataset<Row> skewed =
        database
            .frame(1)
            .filter(col("id").lt(last))
            .union(database.frame(16).filter(col("id").geq(last)));
    assertEquals(
        expected(queries, database, 5, Metric.COSINE),
        found(SMALL_BLOCKS.join(queries.frame(20), skewed, 5, Metric.COSINE)));
  }

  @Test
  void anEmptyDatabaseHasNoNeighboursAndNoVotes() {
    Rows queries = Rows.random(4, new Random(1));
    Dataset<Row> none = Rows.random(2, new Random(2)).frame(1).filter("false");
    assertEquals(0, SMALL_BLOCKS.join(queries.frame(2), none, 3, Metric.COSINE).count());
    assertEquals(0, SMALL_BLOCKS.join(none, queries.frame(2), 3, Metric.COSINE).count());
    List<Row> votes =
        SMALL_BLOCKS
            .vote(queries.frame(2), none, 3, Metric.COSINE, Voting.byScore(CLASSES))
            .collectAsList();
    assertEquals(4, votes.size());
    votes.forEach(row -> assertEquals(Collections.nCopies(CLASSES, 0f), row.getList(1)));
  }

  @Test
  void whatIsNotFiniteHasNoNeighboursAndIsNone() {
    Rows queries = Rows.random(5, new Random(1));
    Rows database = Rows.random(50, new Random(2));
    queries.vectors[2][1] = Float.NaN;
    database.vectors[7][0] = Float.POSITIVE_INFINITY;
    assertEquals(
        expected(queries, database, 50, Metric.INNER_PRODUCT),
        found(SMALL_BLOCKS.join(queries.frame(2), database.frame(2), 50, Metric.INNER_PRODUCT)));
  }

  private static void assertVotes(Rows queries, Rows database, Metric metric, Voting voting) {
    float[] expected = new float[queries.ids.length * CLASSES];
    byte[] labels = new byte[database.ids.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) database.labels[i];
    }
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1)) {
      Vote vote =
          new Vote(
              Vote.LabelKind.HARD,
              Buffer.of(labels),
              CLASSES,
              voting.weighting(),
              voting.temperature(),
              Buffer.of(expected));
      kernels.run(
          NearestNeighbours.of(queries.matrix(), database.matrix(), metric, 7).voting(vote));
    }
    Map<Long, float[]> found = new TreeMap<>();
    for (Row row :
        SMALL_BLOCKS.vote(queries.frame(2), database.frame(3), 7, metric, voting).collectAsList()) {
      float[] votes = new float[CLASSES];
      for (int c = 0; c < CLASSES; c++) {
        votes[c] = (float) row.getList(1).get(c);
      }
      found.put(row.getLong(0), votes);
    }
    for (int q = 0; q < queries.ids.length; q++) {
      assertArrayEquals(
          Arrays.copyOfRange(expected, q * CLASSES, (q + 1) * CLASSES),
          found.get(queries.ids[q]),
          0);
    }
  }

  @Test
  void votesHaveTheBitsOfOneCall() {
    Rows queries = Rows.random(50, new Random(5));
    Rows database = Rows.random(300, new Random(6));
    queries.vectors[3][0] = Float.NaN;
    // Longer than float32 has squares.
    queries.vectors[4][1] = 2e19f;
    assertVotes(queries, database, Metric.COSINE, Voting.byScore(CLASSES));
    assertVotes(queries, database, Metric.INNER_PRODUCT, Voting.bySoftmax(CLASSES, 0.3f));
    assertVotes(queries, database, Metric.SQUARED_L2, Voting.bySoftmax(CLASSES, 2));
  }

  @Test
  void sqlCallsIt() {
    Rows queries = Rows.random(6, new Random(1));
    Rows database = Rows.random(50, new Random(2));
    queries.frame(2).createOrReplaceTempView("asking");
    database.frame(2).createOrReplaceTempView("asked");
    Dataset<Row> found =
        spark.sql("SELECT * FROM exact_neighbours('asking', 'asked', 4, 'squared_l2')");
    assertEquals(expected(queries, database, 4, Metric.SQUARED_L2), found(found));
  }

  @Test
  void wrongFramesAreRefusedInALine() {
    Dataset<Row> frame = Rows.random(3, new Random(1)).frame(1);
    Dataset<Row> longer =
        frame.withColumn("vector", org.apache.spark.sql.functions.expr("concat(vector, vector)"));
    Map<Dataset<Row>, String> wrong =
        Map.of(
            frame.drop("id"),
            "database: no column id",
            frame.withColumn("id", col("id").cast("string")),
            "database: column id is a whole number, not string",
            frame.withColumn("vector", col("id")),
            "database: column vector is array<float>, not bigint",
            longer,
            "vectors of queries have 5 values, those of the database 10");
    wrong.forEach(
        (database, why) -> {
          InputException e =
              assertThrows(
                  InputException.class, () -> SMALL_BLOCKS.join(frame, database, 3, Metric.COSINE));
          assertEquals(why, e.getMessage());
        });
    assertThrows(InputException.class, () -> SMALL_BLOCKS.join(frame, frame, 1025, Metric.COSINE));
  }

  @Test
  void anIdThatTwoRowsHaveEndsTheJob() {
    Dataset<Row> frame = Rows.random(3, new Random(1)).frame(1);
    assertTwoRows(frame, frame.union(frame));
  }

  @Test
  void anIdThatTwoPartitionsHaveIsRefusedWhereRowsStayInThem() {
    Dataset<Row> frame = stored(Rows.random(90, new Random(1)), 1);
    assertTwoRows(frame, frame.union(frame.filter(col("label").lt(2))));
  }

  private static void assertTwoRows(Dataset<Row> queries, Dataset<Row> database) {
    Exception e =
        assertThrows(
            Exception.class,
            () -> SMALL_BLOCKS.join(queries, database, 2, Metric.COSINE).collectAsList());
    assertTrue(String.valueOf(e.getMessage()).contains("two rows have the id"), e::getMessage);
  }

  private static int partitions(Dataset<Row> database) {
    return Frames.blocks(database, lit(0), DIMENSION, 100).getNumPartitions();
  }

  @Test
  void rowsStayInPartitionsLikeBlocksThatNothingShuffled() {
    Rows queries = Rows.random(3, new Random(1));
    Rows database = Rows.random(400, new Random(2));
    // By ids there are as many as 80 rows each need.
    Map<Dataset<Row>, Integer> expected =
        Map.of(
            stored(database, 1), 1,
            stored(database, 7), 7,
            stored(database, 60), 5,
            stored(Rows.random(401, new Random(3)), 1), 6,
            database.frame(7), 5);
    expected.forEach((frame, count) -> assertEquals(count, partitions(frame)));
    for (int count : List.of(1, 7, 60)) {
      assertEquals(
          expected(queries, database, 2, Metric.COSINE),
          found(SMALL_BLOCKS.join(queries.frame(1), stored(database, count), 2, Metric.COSINE)));
    }
  }

  @Test
  void rowsOfATableOfFilesStay(@TempDir Path folder) {
    Rows database = Rows.random(400, new Random(2));
    String table = folder.resolve("table").toString();
    stored(database, 4).write().parquet(table);
    Dataset<Row> read = spark.read().parquet(table);
    int files = read.javaRDD().getNumPartitions();
    assertNotEquals(partitions(database.frame(7)), files);
    assertEquals(files, partitions(read));
  }

  /** Without a shuffle of its own. */
  private static Dataset<Row> stored(Rows rows, int partitions) {
    List<Row> shuffled = rows.frame(1).collectAsList();
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(shuffled, partitions),
        ROWS);
  }
}
