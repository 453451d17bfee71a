package org.onelabel.pipeline.evaluation;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a predicted case.
 *
 * @param set pool, validation or test
 * @param estimate if there is one
 * @param measured if its truth is known
 */
public record PredictedCase(
    String set,
    String id,
    Optional<RunMetrics.Estimate> estimate,
    Optional<RunMetrics.CaseMetrics> measured) {

  /** Its mean Dice as it was measured, else as it is estimated; NaN where it has none. */
  public double dice() {
    return measured
        .map(m -> m.mean().dice())
        .or(() -> estimate.map(RunMetrics.Estimate::mean))
        .orElse(Double.NaN);
  }

  private record Key(String set, String id) {}

  /** Every case of a run of which something is known, those with an estimate first. */
  public static List<PredictedCase> of(RunMetrics metrics) {
    Map<Key, RunMetrics.Estimate> estimates = new LinkedHashMap<>();
    metrics.estimates().forEach(e -> estimates.put(new Key(e.set(), e.id()), e));
    Map<Key, RunMetrics.CaseMetrics> measured = new LinkedHashMap<>();
    metrics.cases().forEach(c -> measured.put(new Key(c.set(), c.id()), c));
    Set<Key> all = new LinkedHashSet<>(estimates.keySet());
    all.addAll(measured.keySet());
    return all.stream()
        .map(
            key ->
                new PredictedCase(
                    key.set,
                    key.id,
                    Optional.ofNullable(estimates.get(key)),
                    Optional.ofNullable(measured.get(key))))
        .toList();
  }
}
