package org.onelabel.pipeline.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunOrigin;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Plural;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;

/**
 * The labels of a run as a training set: the template with its own label, volumes of the pool with
 * those that the run gave them. Immutable.
 *
 * @param folder of the training set
 * @param cases that are in it, and those that were left out
 */
public record TrainingSet(Path folder, List<TrainingCase> cases) {
  public TrainingSet {
    cases = List.copyOf(cases);
  }

  /**
   * Makes one.
   *
   * @throws InputException before anything is written, where the run has not finished, the dataset
   *     is not the run's, or the folder is taken
   */
  public static TrainingSet of(TrainingSetRequest request, Progress progress) {
    RunDirectory run = RunDirectory.open(request.run());
    Optional<String> template =
        Optional.of(run.configuration().cohort().template()).filter(id -> !id.isEmpty());
    Dataset dataset = DatasetFolder.open(request.data(), template, request.naming());
    requireRunsOwn(run, dataset, request.data());
    NnunetFolder.requireFree(request.folder());
    OutputPath place = new OutputPath(request.folder());
    place.requireOutside(request.data(), "the dataset");
    place.requireOutside(request.run(), "the run");
    place.requireOutsideRuns();
    place.requireOutsideDatasets();
    List<TrainingCase> cases = cases(request, run, dataset);
    NnunetFolder written =
        new NnunetFolder(
            dataset,
            RunMetrics.read(run).structures(),
            run.configuration().cohort().mergeStructures());
    written.write(request.folder(), cases, run.name(), progress);
    return new TrainingSet(request.folder(), cases);
  }

  private static void requireRunsOwn(RunDirectory run, Dataset dataset, Path data) {
    StageName evaluation = StageName.Kind.EVALUATION.once();
    run.manifests().requireFinished(evaluation, run.metrics());
    RunOrigin known = RunOrigin.read(run);
    List<String> pool = dataset.unlabelled().stream().map(Case::id).toList();
    if (!known.template().equals(dataset.template().id()) || !known.unlabelled().equals(pool)) {
      throw new InputException(
          data, "is not the dataset of the run: its template or its pool is another");
    }
  }

  /** The template and the pool, in their order. */
  private static List<TrainingCase> cases(
      TrainingSetRequest request, RunDirectory run, Dataset dataset) {
    List<RunMetrics.Estimate> estimates = RunMetrics.read(run).estimates();
    Set<String> trusted = Set.copyOf(RunOrigin.read(run).trusted());
    run.manifests()
        .requireFinished(
            StageName.Kind.PREDICTIONS.once(),
            dataset.unlabelled().stream().map(source -> run.prediction(source.id())).toList());
    List<TrainingCase> cases = new ArrayList<>();
    cases.add(TrainingCase.template(dataset.template()));
    for (Case source : dataset.unlabelled()) {
      Path label = run.prediction(source.id());
      double dice =
          estimates.stream()
              .filter(e -> e.set().equals("pool") && e.id().equals(source.id()))
              .mapToDouble(RunMetrics.Estimate::mean)
              .findFirst()
              .orElse(Double.NaN);
      boolean annotated = trusted.contains(source.id());
      boolean used = annotated || request.atLeast() == 0 || dice >= request.atLeast();
      cases.add(new TrainingCase(source, Optional.of(label), annotated, dice, used));
    }
    if (request.atLeast() > 0 && cases.stream().filter(TrainingCase::used).count() == 1) {
      boolean estimated = cases.stream().anyMatch(c -> !Double.isNaN(c.estimatedDice()));
      throw new InputException(
          request.run(),
          estimated
              ? "no volume of the pool has an estimated Dice of at least " + request.atLeast()
              : "has no estimated Dice of its pool: all volumes or none can be taken");
    }
    return cases;
  }

  /** What was made, in lines of text. */
  public List<String> lines() {
    List<TrainingCase> used = cases.stream().filter(TrainingCase::used).toList();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: the template with its own label, %s of the pool with labels of the run"
            .formatted(folder, Plural.of(used.size() - 1, "volume")));
    Spread estimated = Spread.of(used.stream().map(TrainingCase::estimatedDice).toList());
    if (estimated.values() > 0) {
      lines.add("estimated Dice of these labels: " + Spread.number(estimated.mean(), 2));
    }
    List<String> left =
        cases.stream()
            .filter(c -> !c.used())
            .map(c -> c.id() + " " + Spread.number(c.estimatedDice(), 2))
            .toList();
    if (!left.isEmpty()) {
      lines.add("left out: " + String.join(", ", left));
    }
    return lines;
  }
}
