package org.onelabel.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.format.VolumeFormats;

/** Measures a run's pseudo-labels and predictions wherever a truth is there. */
final class RunEvaluation {
  private final Cohort cohort;
  private final RunDirectory run;
  private final Set<String> written;
  private final Rounds rounds;
  private final Progress progress;
  private final int last;

  /**
   * An evaluation.
   *
   * @param written by the stages of the run; other files that lie there are none of its results
   */
  RunEvaluation(
      Cohort cohort, RunDirectory run, Set<String> written, Rounds rounds, Progress progress) {
    this.cohort = cohort;
    this.run = run;
    this.written = written;
    this.rounds = rounds;
    this.progress = progress;
    last = run.configuration().rounds();
  }

  void write(Outputs outputs) {
    Map<String, List<Case>> sets = new LinkedHashMap<>();
    sets.put("pool", cohort.dataset().unlabelled());
    sets.put("validation", cohort.dataset().validation());
    sets.put("test", cohort.dataset().test());
    int steps = cohort.pool().size() + sets.values().stream().mapToInt(List::size).sum();
    List<RunMetrics.Measured> pool = new ArrayList<>();
    List<RunMetrics.CaseMetrics> cases = new ArrayList<>();
    try (Progress.Task task = progress.begin("evaluation", steps)) {
      for (WorkingScan scan : cohort.pool()) {
        if (scan.source().label().isPresent()) {
          measure(scan, pool);
        }
        task.step(scan.id());
      }
      sets.forEach(
          (set, members) -> {
            for (Case source : members) {
              if (source.label().isPresent() && isWritten(run.prediction(source.id()))) {
                cases.add(measure(set, source));
              }
              task.step(source.id());
            }
          });
    }
    outputs.json(
        run.file("metrics.json"),
        new RunMetrics(
            Hd95.POOLED,
            cohort.structures(),
            rounds.modelRound(),
            rounds.summaries(),
            agreement(),
            pool,
            cases));
  }

  /** How alike propagation and model label each volume of the pool; no truth is needed. */
  private Map<String, Double> agreement() {
    Map<String, Double> agreement = new TreeMap<>();
    for (WorkingScan scan : cohort.pool()) {
      boolean both =
          rounds.modelRound() > 0
              && isWritten(run.map(0, "pseudo-labels", scan.id()))
              && isWritten(run.map(rounds.modelRound(), "predicted", scan.id()));
      if (both) {
        LabelMap propagated = run.readLabels(0, "pseudo-labels", scan.id());
        if (propagated.highest() == 0) {
          // Nothing was propagated: there is no second opinion.
          continue;
        }
        byte[] predicted = run.readLabels(rounds.modelRound(), "predicted", scan.id()).labels();
        double dice = Metrics.meanDice(predicted, propagated.labels(), cohort.classes());
        if (!Double.isNaN(dice)) {
          agreement.put(scan.id(), dice);
        }
      }
    }
    return agreement;
  }

  private boolean isWritten(Path file) {
    return written.contains(run.name(file));
  }

  /** Labels of every kind and round, on the grid of the file. */
  private void measure(WorkingScan scan, List<RunMetrics.Measured> measured) {
    byte[] truth = scan.truth(cohort.merged()).labels();
    for (int r = 0; r <= last; r++) {
      for (String kind : List.of("predicted", "pseudo-labels")) {
        if (isWritten(run.map(r, kind, scan.id()))) {
          byte[] labels = scan.grid().back(run.readLabels(r, kind, scan.id())).labels();
          measured.add(
              new RunMetrics.Measured(
                  kind, r, scan.id(), Metrics.dices(labels, truth, cohort.classes())));
        }
      }
    }
  }

  private RunMetrics.CaseMetrics measure(String set, Case source) {
    LabelMap prediction = VolumeFormats.NIFTI.readLabels(run.prediction(source.id()));
    LabelMap truth = WorkingScan.truth(source, prediction.geometry(), cohort.merged());
    return RunMetrics.CaseMetrics.of(
        set, source.id(), prediction, truth, cohort.structures().size());
  }
}
