package org.onelabel.pipeline.workflow;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.Median;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.LazyList;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.framing.Framing;
import org.onelabel.pipeline.framing.FramingFile;
import org.onelabel.pipeline.plan.Plan;
import org.onelabel.pipeline.registration.Registration;
import org.onelabel.pipeline.registration.RegistrationSettings;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.volumes.grid.LabelArray;

/** Where the template's anatomy lies in the scans of a run. */
public final class Framings {
  /**
   * Of the median likeness of the pool. Measured on hearts: the worst one that was found has 0.46,
   * what is cut off beside a heart 0.25 to 0.5.
   */
  private static final double LEAST_LIKE = 0.4;

  private final Cohort cohort;
  private final Plan plan;
  private final RunDirectory run;
  private final RegistrationSettings settings;

  public Framings(StageContext context) {
    cohort = context.cohort();
    plan = context.plan();
    run = context.run();
    settings = context.configuration().registration();
  }

  /** The framing of a scan, as the run found it. */
  public Framing of(WorkingScan scan) {
    if (!settings.find()) {
      return Framing.whole(scan, cohort.spacing());
    }
    return scan.equals(cohort.template())
        ? Framing.ofTemplate(plan.frame(), scan.extent())
        : Framing.of(plan.frame(), found(scan.id()), scan.extent());
  }

  /** What the run found in a scan of the pool. */
  private Registration.Result found(String id) {
    return FramingFile.result(run.readTensors(run.registration(id)));
  }

  /**
   * Tells whether the template's anatomy is where a framing says: a scan that does not show it is
   * much less like the template there than the scans of the pool are.
   */
  Predicate<Framing> plausible() {
    double least = leastLikeness(poolLikeness());
    return framing -> isPlausible(framing.likeness(), least);
  }

  /** Ids of the pool's scans in which the template's anatomy was not found. */
  List<String> implausible() {
    return pool(false);
  }

  /** The bends of the pool's scans in which the template's anatomy was found. */
  List<Bend> foundBends() {
    return LazyList.of(pool(true), id -> found(id).bend(), Bend::bytes);
  }

  /** Ids of the pool's scans in which the template's anatomy was found, or was not. */
  private List<String> pool(boolean found) {
    double[] likeness = poolLikeness();
    double least = leastLikeness(likeness);
    List<String> ids = cohort.poolIds();
    return IntStream.range(0, likeness.length)
        .filter(i -> isPlausible(likeness[i], least) == found)
        .mapToObj(ids::get)
        .toList();
  }

  private double[] poolLikeness() {
    return cohort.poolIds().stream()
        .mapToDouble(id -> settings.find() ? found(id).likeness() : 1)
        .toArray();
  }

  private static double leastLikeness(double[] pool) {
    return Math.max(0, LEAST_LIKE * Median.withDefaults().evaluate(pool));
  }

  private static boolean isPlausible(double likeness, double least) {
    // Without a pool there is nothing to compare with.
    return Double.isNaN(least) || likeness > least;
  }

  /** Looks for the template's anatomy in scans; for any number of threads. */
  public Function<WorkingScan, Framing> finder() {
    if (!settings.find()) {
      return scan -> Framing.whole(scan, cohort.spacing());
    }
    WorkingScan template = cohort.template();
    LabelArray labels = new LabelArray(template.extent(), cohort.templateLabels());
    Registration registration =
        new Registration(image(template), labels, plan.frame(), settings.cells());
    return scan -> Framing.of(plan.frame(), registration.register(image(scan)), scan.extent());
  }

  private Image image(WorkingScan scan) {
    return new Image(scan.volume().channels(), scan.extent(), cohort.spacing());
  }
}
