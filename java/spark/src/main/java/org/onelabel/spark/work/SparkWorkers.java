package org.onelabel.spark.work;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.stage.Work;
import org.onelabel.pipeline.stage.Workers;
import org.onelabel.volumes.InputException;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The executors of a Spark application: a piece of work is a task. The application begins with the
 * first question or piece; its settings are those of {@code spark-submit}. Spark does a task again
 * whose executor was lost. Thread-safe.
 */
public final class SparkWorkers implements Workers {
  private static final int WAIT_MILLISECONDS = 100;

  private final DeviceSettings devices;
  private Optional<JavaSparkContext> begun = Optional.empty();

  /** Executors that compute there. */
  public SparkWorkers(DeviceSettings devices) {
    this.devices = devices;
  }

  private synchronized JavaSparkContext spark() {
    if (begun.isEmpty()) {
      begun = Optional.of(new JavaSparkContext(SparkContext.getOrCreate(Application.settings())));
    }
    return begun.get();
  }

  /** The cores of executors by now (at least two, says Spark) by those of a task; waits for one. */
  @Override
  public int count() {
    JavaSparkContext spark = spark();
    spark.parallelize(List.of(0), 1).count();
    return Math.max(1, spark.defaultParallelism() / spark.getConf().getInt("spark.task.cpus", 1));
  }

  @Override
  public <R extends Serializable> void run(List<? extends Work<R>> pieces, Consumer<R> done) {
    if (pieces.isEmpty()) {
      return;
    }
    JavaSparkContext spark = spark();
    BlockingQueue<Outcome<R>> outcomes = new LinkedBlockingQueue<>();
    List<Object> partitions = new ArrayList<>(IntStream.range(0, pieces.size()).boxed().toList());
    SimpleFutureAction<Boolean> job =
        spark
            .sc()
            .submitJob(
                spark.parallelize(List.<Work<R>>copyOf(pieces), pieces.size()).rdd(),
                new PieceTask<R>(devices.networks(), devices.kernels().orElse("")),
                CollectionConverters.asScala(partitions).toSeq(),
                new AbstractFunction2<Object, Outcome<R>, BoxedUnit>() {
                  @Override
                  public BoxedUnit apply(Object partition, Outcome<R> outcome) {
                    outcomes.add(outcome);
                    return BoxedUnit.UNIT;
                  }
                },
                () -> true);
    try {
      for (int left = pieces.size(); left > 0; left--) {
        done.accept(next(outcomes, job).required());
      }
    } finally {
      job.cancel();
    }
  }

  private static <R extends Serializable> Outcome<R> next(
      BlockingQueue<Outcome<R>> outcomes, SimpleFutureAction<Boolean> job) {
    try {
      while (true) {
        // Asked for before the queue is: what a job made is there when it is at its end.
        boolean ended = job.isCompleted();
        Outcome<R> next = outcomes.poll(WAIT_MILLISECONDS, TimeUnit.MILLISECONDS);
        if (next != null) {
          return next;
        }
        if (ended) {
          throw gaveUp(job.value().get().failed().get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while executors work", e);
    }
  }

  private static InputException gaveUp(Throwable why) {
    return new InputException(
        "Spark gave up; what was finished is kept, and the command can be given again, run with"
            + " --resume: "
            + InputException.firstLine(why));
  }
}
