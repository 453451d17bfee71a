package org.onelabel.spark.features;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.onelabel.pipeline.export.CaseFeatures;
import org.onelabel.pipeline.export.FeatureTable;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.spark.work.Application;
import org.onelabel.volumes.InputException;

/** Writes feature vectors as Parquet: a task and a file for each case. */
public final class ParquetFeatures implements FeatureTable.Writer {
  private static final StructType ROWS =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("case", DataTypes.StringType, false)
          .add("cell", DataTypes.IntegerType, false)
          .add("vector", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  @Override
  public long write(List<CaseFeatures> cases, Path folder) {
    SparkSession spark = Application.session();
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(cases, cases.size())
            .flatMap(ParquetFeatures::rows);
    String place = folder.toAbsolutePath().toUri().toString();
    try {
      spark.createDataFrame(rows, ROWS).write().parquet(place);
    } catch (Exception e) {
      throw refusal(e);
    }
    return spark.read().parquet(place).count();
  }

  private static Iterator<Row> rows(CaseFeatures of) {
    FeatureGrid grid = of.read();
    int dimension = grid.dimension();
    return IntStream.range(0, grid.cells())
        .mapToObj(
            cell ->
                RowFactory.create(
                    of.row(cell),
                    of.id(),
                    cell,
                    Arrays.copyOfRange(grid.rows(), cell * dimension, (cell + 1) * dimension)))
        .iterator();
  }

  /** What an executor refused, or why Spark gave up. */
  private static InputException refusal(Exception e) {
    return Stream.<Throwable>iterate(e, Throwable::getCause)
        .takeWhile(cause -> cause != null)
        .filter(InputException.class::isInstance)
        .map(InputException.class::cast)
        .findFirst()
        .orElseGet(() -> new InputException("Spark gave up: " + InputException.firstLine(e)));
  }
}
