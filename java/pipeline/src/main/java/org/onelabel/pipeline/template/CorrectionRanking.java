package org.onelabel.pipeline.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.commons.statistics.descriptive.Median;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunOrigin;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.volumes.InputException;

/**
 * Which scans of a run's pool to correct next: those whose labels are probably poor, and that are
 * like many others whose labels are. Each further one counts what the ones before it leave: the
 * greedy choice for facility location (Nemhauser, Wolsey, Fisher, Mathematical Programming 1978).
 */
public final class CorrectionRanking {
  /** Every so many cells along each axis are compared: neighbours are alike. */
  private static final int STEP = 2;

  private final Map<String, Double> missing;
  private final List<String> known;
  private final Function<String, FeatureGrid> features;

  private CorrectionRanking(
      Map<String, Double> missing, List<String> known, Function<String, FeatureGrid> features) {
    this.missing = missing;
    this.known = known;
    this.features = features;
  }

  /**
   * A scan to correct.
   *
   * @param estimate the mean Dice that its labels probably have
   * @param gain how much of what the pool's labels lack it is likely to show, 0…1
   */
  public record Candidate(String id, double estimate, double gain) {}

  /**
   * The scans of the pool without a trusted label, the first to correct first.
   *
   * @throws InputException if the run is not finished, or its labels have no estimates
   */
  public static List<Candidate> of(RunDirectory run) {
    return ifEstimated(run)
        .orElseThrow(
            () ->
                new InputException(
                    run.root(), "has no estimates: it compares no network with the propagation"));
  }

  /**
   * The same; empty where the labels have no estimates.
   *
   * @throws InputException if the run is not finished
   */
  public static Optional<List<Candidate>> ifEstimated(RunDirectory run) {
    if (!run.isReported()) {
      throw new InputException(run.root(), "is not finished; continue it with --resume first");
    }
    RunOrigin origin = RunOrigin.read(run);
    if (origin.trusted().containsAll(origin.unlabelled())) {
      return Optional.of(List.of());
    }
    // Where the result is the propagation's, the last network tells how far to believe it.
    int round = RunMetrics.read(run).networkRound();
    Map<String, Double> estimates = new TreeMap<>();
    for (String id : origin.unlabelled()) {
      if (round > 0 && !origin.trusted().contains(id)) {
        List<Double> dice = Json.read(run.evidence(round, id), ScanEvidence.class).dice();
        // A scan in which nothing is found has no estimate; it lacks all.
        double mean = Spread.of(dice).mean();
        estimates.put(id, Double.isNaN(mean) ? 0 : mean);
      }
    }
    if (estimates.values().stream().allMatch(dice -> dice == 0)) {
      return Optional.empty();
    }
    List<String> known = new ArrayList<>(List.of(origin.template()));
    known.addAll(origin.trusted());
    return Optional.of(
        new CorrectionRanking(
                estimates, known, id -> run.readFeatures(run.features(id)).thinned(STEP))
            .ranked());
  }

  private List<Candidate> ranked() {
    List<String> ids = missing.keySet().stream().sorted().toList();
    double[][] likeness = likeness(ids);
    int count = ids.size();
    double[] covered = new double[count];
    for (int j = 0; j < count; j++) {
      for (int t = count; t < likeness.length; t++) {
        covered[j] = Math.max(covered[j], likeness[t][j]);
      }
    }
    double all = ids.stream().mapToDouble(id -> 1 - missing.get(id)).sum();
    List<Candidate> ranking = new ArrayList<>();
    Set<Integer> left = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      left.add(i);
    }
    while (!left.isEmpty()) {
      Integer best =
          left.stream()
              .max(Comparator.comparingDouble(i -> gain(i, ids, likeness, covered)))
              .orElseThrow();
      ranking.add(
          new Candidate(
              ids.get(best),
              missing.get(ids.get(best)),
              all > 0 ? gain(best, ids, likeness, covered) / all : 0));
      for (int j = 0; j < count; j++) {
        covered[j] = Math.max(covered[j], likeness[best][j]);
      }
      left.remove(best);
    }
    return ranking;
  }

  private double gain(int i, List<String> ids, double[][] likeness, double[] covered) {
    double gain = 0;
    for (int j = 0; j < ids.size(); j++) {
      gain += (1 - missing.get(ids.get(j))) * Math.max(0, likeness[i][j] - covered[j]);
    }
    return gain;
  }

  /** 0…1 for each scan and each candidate: candidates, then scans with a label. */
  private double[][] likeness(List<String> ids) {
    List<FeatureGrid> candidates = ids.stream().map(features).toList();
    List<FeatureGrid> all = new ArrayList<>(candidates);
    known.forEach(id -> all.add(features.apply(id)));
    double[][] distance = new double[all.size()][ids.size()];
    List<Double> others = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      for (int j = 0; j < ids.size(); j++) {
        distance[i][j] = i == j ? 0 : distance(all.get(i), candidates.get(j));
        if (i != j) {
          others.add(distance[i][j]);
        }
      }
    }
    double median =
        Median.withDefaults().evaluate(others.stream().mapToDouble(Double::doubleValue).toArray());
    for (double[] row : distance) {
      for (int j = 0; j < row.length; j++) {
        row[j] = median > 0 ? Math.exp(-row[j] / median) : 1;
      }
    }
    return distance;
  }

  /** Mean squared distance of the cells that lie at the same place of the template's frame. */
  private static double distance(FeatureGrid one, FeatureGrid other) {
    float[] a = one.size().equals(other.size()) ? one.rows() : one.global();
    float[] b = one.size().equals(other.size()) ? other.rows() : other.global();
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double d = a[i] - b[i];
      sum += d * d;
    }
    return sum / a.length;
  }
}
