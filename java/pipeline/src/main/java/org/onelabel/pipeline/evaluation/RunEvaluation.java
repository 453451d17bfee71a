package org.onelabel.pipeline.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.metrics.Hd95;
import org.onelabel.pipeline.metrics.Metrics;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.pipeline.training.RoundSummary;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.format.VolumeFormats;

/** Measures a run's pseudo-labels and predictions wherever a truth is there. */
public final class RunEvaluation {
  private final Cohort cohort;
  private final RunDirectory run;
  private final Set<String> written;
  private final Progress progress;

  /**
   * An evaluation.
   *
   * @param stages of the run; files that lie there and that none of them wrote are no results
   */
  public RunEvaluation(Cohort cohort, RunDirectory run, List<StageName> stages, Progress progress) {
    this.cohort = cohort;
    this.run = run;
    this.progress = progress;
    written = run.manifests().written(stages);
  }

  /**
   * Measures.
   *
   * @param rounds how each went, that of the propagation too
   * @param modelRound the round whose labels are the result
   */
  public RunMetrics measure(List<RoundSummary> rounds, int modelRound) {
    Map<String, List<Case>> sets = new LinkedHashMap<>();
    // What the labels of a scan are worth that somebody gave them to is no question.
    Set<String> trusted = Set.copyOf(cohort.trustedIds());
    sets.put(
        "pool",
        cohort.dataset().unlabelled().stream().filter(c -> !trusted.contains(c.id())).toList());
    sets.put("validation", cohort.dataset().validation());
    sets.put("test", cohort.dataset().test());
    int steps = cohort.pool().size() + sets.values().stream().mapToInt(List::size).sum();
    List<RunMetrics.Measured> pool = new ArrayList<>();
    List<RunMetrics.CaseMetrics> cases = new ArrayList<>();
    try (Progress.Task task = progress.begin("evaluation", steps)) {
      for (WorkingScan scan : cohort.pool()) {
        if (scan.source().label().isPresent() && !trusted.contains(scan.id())) {
          measure(scan, last(rounds), pool);
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
    return new RunMetrics(
        Hd95.POOLED, cohort.structures(), modelRound, rounds, estimates(sets), pool, cases);
  }

  private static int last(List<RoundSummary> rounds) {
    return rounds.stream().mapToInt(RoundSummary::round).max().orElse(0);
  }

  private List<RunMetrics.Estimate> estimates(Map<String, List<Case>> sets) {
    List<RunMetrics.Estimate> estimates = new ArrayList<>();
    sets.forEach(
        (set, members) -> {
          for (Case source : members) {
            if (isWritten(run.evidence(source.id()))) {
              ScanEvidence evidence = Json.read(run.evidence(source.id()), ScanEvidence.class);
              if (evidence.agreement().stream().anyMatch(agreement -> !agreement.isNaN())) {
                estimates.add(new RunMetrics.Estimate(set, source.id(), evidence.dice()));
              }
            }
          }
        });
    return estimates;
  }

  private boolean isWritten(Path file) {
    return written.contains(run.name(file));
  }

  /** Labels of every kind and round, on the grid of the file. */
  private void measure(WorkingScan scan, int last, List<RunMetrics.Measured> measured) {
    byte[] truth = scan.truth(cohort.merged()).labels();
    for (int r = 0; r <= last; r++) {
      for (FileKind kind : List.of(FileKind.PREDICTED, FileKind.PSEUDO_LABELS)) {
        if (isWritten(run.map(r, kind, scan.id()))) {
          byte[] labels = scan.grid().back(run.readLabels(r, kind, scan.id())).labels();
          measured.add(
              new RunMetrics.Measured(
                  kind.folder(), r, scan.id(), Metrics.dices(labels, truth, cohort.classes())));
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
