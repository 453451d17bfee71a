package org.onelabel.spark.work;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The application of a command; its settings are those of {@code spark-submit}. */
public final class Application {
  private static final String THREADS = "OMP_NUM_THREADS";

  private Application() {}

  /** Its session; it begins with the first call. */
  public static SparkSession session() {
    return SparkSession.builder().config(settings()).getOrCreate();
  }

  static SparkConf settings() {
    SparkConf settings = new SparkConf();
    settings.setIfMissing("spark.app.name", "onelabel");
    settings.setIfMissing("spark.log.level", "WARN");
    // PyTorch's results are the same bytes for the same number of threads.
    settings.setIfMissing(
        "spark.executorEnv." + THREADS,
        Optional.ofNullable(System.getenv(THREADS)).orElse(settings.get("spark.task.cpus", "1")));
    return settings;
  }
}
