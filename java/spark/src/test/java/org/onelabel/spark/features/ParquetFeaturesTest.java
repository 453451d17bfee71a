package org.onelabel.spark.features;

import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.kernels.Buffer;
import org.onelabel.kernels.FeatureMatrix;
import org.onelabel.kernels.Kernels;
import org.onelabel.kernels.NearestNeighbours;
import org.onelabel.kernels.NearestNeighbours.Metric;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.SmallCohort;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.spark.neighbours.ExactNeighbours;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.dataset.Naming;

/** The features of a run as a table, against its feature files. */
class ParquetFeaturesTest {
  private static final String TEMPLATE = "synthetic_000";
  private static final String SCAN = "synthetic_002";

  @TempDir private static Path folder;
  private static SparkSession spark;
  private static RunDirectory run;
  private static Dataset<Row> table;

  @BeforeAll
  static void export() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.log.level", "WARN")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    Path data = folder.resolve("cohort");
    SmallCohort.writeLeast(data, 3);
    Map<String, String> settings =
        Map.of("registration.find", "false", "encoder.kind", "descriptors", "encoder.stride", "3");
    run = RunDirectory.create(folder.resolve("run"), Configuration.of("quick", settings));
    Configuration configuration = run.configuration();
    Cohort cohort =
        Cohort.read(
            DatasetFolder.open(data, Optional.empty(), Naming.AUTO),
            configuration.cohort(),
            configuration.registration(),
            Progress.SILENT);
    try (Devices devices = DeviceSettings.CPU.open()) {
      new Pipeline(cohort, run, devices, Progress.SILENT).run("features", Optional.empty());
    }
    Path out = folder.resolve("table");
    List<String> lines = OneLabel.exportFeatures(run.root(), out);
    assertTrue(lines.getFirst().endsWith("vectors of 4 cases"), lines::toString);
    table = spark.read().parquet(out.toString());
  }

  @AfterAll
  static void end() {
    spark.stop();
  }

  private static FeatureGrid features(String id) {
    return run.readFeatures(run.features(id));
  }

  @Test
  void everyCellIsARowWithTheVectorOfTheFile() {
    FeatureGrid expected = features(SCAN);
    List<Row> rows = table.filter(col("case").equalTo(SCAN)).orderBy("id").collectAsList();
    assertEquals(expected.cells(), rows.size());
    float[] all = new float[expected.rows().length];
    for (int cell = 0; cell < rows.size(); cell++) {
      assertEquals(cell, rows.get(cell).getInt(2));
      assertEquals(2L << 32 | cell, rows.get(cell).getLong(0));
      List<Float> vector = rows.get(cell).getList(3);
      for (int d = 0; d < vector.size(); d++) {
        all[cell * expected.dimension() + d] = vector.get(d);
      }
    }
    assertArrayEquals(expected.rows(), all);
    assertEquals(table.count(), table.select("id").distinct().count());
  }

  @Test
  void neighboursOfTheTableAreThoseOfTheFiles() {
    FeatureGrid queries = features(SCAN);
    FeatureGrid database = features(TEMPLATE);
    long[] indices = new long[queries.cells() * 3];
    try (Kernels kernels = Kernels.open(Kernels.Implementation.CPU, 1)) {
      kernels.run(
          NearestNeighbours.of(matrix(queries), matrix(database), Metric.COSINE, 3)
              .indicesInto(Buffer.of(indices)));
    }
    List<Row> found =
        ExactNeighbours.DEFAULT
            .join(
                table.filter(col("case").equalTo(SCAN)),
                table.filter(col("case").equalTo(TEMPLATE)),
                3,
                Metric.COSINE)
            .orderBy("query", "rank")
            .collectAsList();
    // The template is the first case: its rows' ids are its cells.
    assertArrayEquals(indices, found.stream().mapToLong(row -> row.getLong(2)).toArray());
  }

  private static FeatureMatrix matrix(FeatureGrid grid) {
    return FeatureMatrix.rows(grid.rows(), grid.cells(), grid.dimension());
  }

  @Test
  void featuresThatWereChangedSinceAreRefusedInALine() throws IOException {
    Path file = run.features("synthetic_001");
    byte[] before = Files.readAllBytes(file);
    byte[] changed = before.clone();
    changed[changed.length - 1] ^= 1;
    Files.write(file, changed);
    try {
      InputException e =
          assertThrows(
              InputException.class,
              () -> OneLabel.exportFeatures(run.root(), folder.resolve("changed")));
      assertEquals(
          file.toAbsolutePath()
              + ": is not what the run made; continue the run with --resume first",
          e.getMessage());
    } finally {
      Files.write(file, before);
    }
  }

  @Test
  void aFolderThatIsThereIsRefused() {
    InputException e =
        assertThrows(
            InputException.class,
            () -> OneLabel.exportFeatures(run.root(), folder.resolve("table")));
    assertTrue(e.getMessage().endsWith("is there already; name another folder"), e::getMessage);
  }
}
