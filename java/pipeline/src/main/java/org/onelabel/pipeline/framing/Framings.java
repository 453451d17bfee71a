package org.onelabel.pipeline.framing;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.statistics.descriptive.Median;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.LazyList;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.directory.RunDirectory;
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
   * What tells whether the template's anatomy is where a framing says: a scan that does not show it
   * is much less like the template there than the scans of the pool are. NaN without a pool.
   */
  public double leastLikeness() {
    return leastLikeness(poolLikeness());
  }

  /** Ids of the pool's scans in which the template's anatomy was not found. */
  public List<String> implausible() {
    return pool(false);
  }

  /**
   * Ids of the atlases: scans of the pool in which the template's anatomy was found, those with a
   * trusted label first, then those that are most like the template.
   */
  public List<String> atlases() {
    double[] likeness = poolLikeness();
    List<String> ids = cohort.poolIds();
    Set<String> trusted = Set.copyOf(cohort.trustedIds());
    return pool(likeness, true)
        .boxed()
        .sorted(
            Comparator.comparing((Integer i) -> !trusted.contains(ids.get(i)))
                .thenComparing(i -> likeness[i], Comparator.reverseOrder())
                .thenComparing(ids::get))
        .limit(settings.atlases())
        .map(ids::get)
        .toList();
  }

  /** The bends of scans of the pool; each is read when it is asked for. */
  public List<Bend> bends(List<String> ids) {
    return LazyList.of(ids, id -> found(id).bend(), Bend::bytes);
  }

  /** Ids of the pool's scans in which the template's anatomy was found. */
  public List<String> found() {
    return pool(true);
  }

  /** Ids of the pool's scans in which the template's anatomy was found, or was not. */
  private List<String> pool(boolean found) {
    List<String> ids = cohort.poolIds();
    return pool(poolLikeness(), found).mapToObj(ids::get).toList();
  }

  /** The same as indices. */
  private static IntStream pool(double[] likeness, boolean found) {
    double least = leastLikeness(likeness);
    return IntStream.range(0, likeness.length)
        .filter(i -> Framing.isPlausible(likeness[i], least) == found);
  }

  private double[] poolLikeness() {
    return cohort.poolIds().stream()
        .mapToDouble(id -> settings.find() ? found(id).likeness() : 1)
        .toArray();
  }

  private static double leastLikeness(double[] pool) {
    return Math.max(0, LEAST_LIKE * Median.withDefaults().evaluate(pool));
  }

  /** Looks for the template's anatomy in scans; for any number of threads. */
  public Function<WorkingScan, Framing> finder() {
    WorkingScan template = cohort.template();
    Image image = template.image(cohort.spacing());
    LabelArray labels = new LabelArray(template.extent(), cohort.templateLabels());
    return FramingSearch.of(image, labels, plan.frame(), settings);
  }
}
