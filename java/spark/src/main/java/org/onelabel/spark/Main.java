package org.onelabel.spark;

import org.onelabel.pipeline.run.DistributedRunners;
import org.onelabel.spark.work.SparkWorkers;

/**
 * The command line for {@code spark-submit}: the same commands and options, whose cases, scans and
 * runs the executors do. The application begins when there is work for them, so what is wrong with
 * a command is said before.
 */
public final class Main {
  private Main() {}

  /** The entry point. */
  public static void main(String[] arguments) {
    System.exit(
        org.onelabel.cli.Main.execute(
            devices -> devices.withRunners(new DistributedRunners(new SparkWorkers(devices))),
            arguments));
  }
}
