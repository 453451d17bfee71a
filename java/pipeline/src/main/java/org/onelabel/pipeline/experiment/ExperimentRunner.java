package org.onelabel.pipeline.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunLock;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.experiment.ExperimentFolder.Entry;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.CohortCheck;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.run.Suitability;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.StagePlan;
import org.onelabel.pipeline.stage.StageRunner;
import org.onelabel.pipeline.stage.Workers;
import org.onelabel.pipeline.workflow.Workflow;
import org.onelabel.volumes.dataset.Dataset;

/** What one process does of an experiment on a dataset. Not thread-safe. */
final class ExperimentRunner {
  private final ExperimentFolder folder;
  private final Dataset dataset;
  private final InputFiles files;
  private final Devices devices;
  private final Progress progress;

  ExperimentRunner(
      ExperimentFolder folder,
      Dataset dataset,
      InputFiles files,
      Devices devices,
      Progress progress) {
    this.folder = folder;
    this.dataset = dataset;
    this.files = files;
    this.devices = devices;
    this.progress = progress;
  }

  /** Does every run that is left, and tells the table. */
  List<String> run() {
    List<Entry> open = new ArrayList<>();
    for (Entry entry : folder.entries()) {
      if (isDone(entry)) {
        progress.say(entry.name() + ": done before");
      } else {
        open.add(entry);
      }
    }
    if (open.isEmpty()) {
      return report().lines();
    }
    Configuration first = folder.configuration(folder.entries().getFirst());
    Cohort cohort = CohortCheck.read(dataset, first, files, devices, progress);
    folder
        .members()
        .forEach(
            member ->
                Suitability.require(
                    cohort,
                    folder.configuration(new Entry(member, folder.grid().seeds().getFirst())),
                    devices.networks()));
    // Nothing is written before everything is known to be readable.
    if (!folder.isBegun()) {
      folder.begin();
    }
    report();
    devices
        .runners()
        .workers()
        .ifPresentOrElse(workers -> spread(open, workers), () -> runHere(open, cohort));
    return report().lines();
  }

  private void runHere(List<Entry> open, Cohort cohort) {
    while (!open.isEmpty()) {
      Entry next =
          open.stream().filter(e -> !isJustBegunElsewhere(e)).findFirst().orElse(open.getFirst());
      open.remove(next);
      run(next, cohort);
      report();
    }
  }

  /**
   * Has workers do runs. Of runs that have stages in common one is done first; the others take
   * these over from it.
   */
  private void spread(List<Entry> open, Workers workers) {
    while (!open.isEmpty()) {
      List<Entry> now = new ArrayList<>();
      for (Entry entry : open) {
        if (now.stream().noneMatch(first -> shareStages(first, entry))) {
          now.add(entry);
        }
      }
      open.removeAll(now);
      List<RunWork> runs = now.stream().map(e -> RunWork.of(dataset, folder, e)).toList();
      try (Progress.Task task = progress.begin("runs", runs.size())) {
        workers.run(
            runs,
            name -> {
              task.step(name);
              report();
            });
      }
      now.stream()
          .filter(entry -> !isDone(entry))
          .forEach(entry -> progress.say(entry.name() + ": another process works on it"));
    }
  }

  private boolean shareStages(Entry one, Entry other) {
    return one.seed() == other.seed() && !plan(one).inCommon(plan(other)).isEmpty();
  }

  /** Writes the tables of what is done by now. */
  private ExperimentTable report() {
    Configuration first = folder.configuration(folder.entries().getFirst());
    ExperimentTable table = table(Cohort.structures(dataset, first.cohort()));
    new ExperimentReport(folder.root(), dataset.name(), folder.grid(), table).write();
    return table;
  }

  private StagePlan plan(Entry entry) {
    return Workflow.of(folder.configuration(entry), dataset);
  }

  private StageRunner runner(RunDirectory run) {
    return devices.runners().of(run, files, List.of(), progress);
  }

  /** Whether a run came to its end with this dataset, these settings and this version. */
  private boolean isDone(Entry entry) {
    Path own = folder.of(entry);
    if (!RunDirectory.isBegun(own)) {
      return false;
    }
    RunDirectory run = RunDirectory.open(own);
    StageRunner runner = runner(run);
    return run.isReported() && isMeasured(run) && runner.left(plan(entry)).isEmpty();
  }

  /** Whether its metrics are what the evaluation wrote. */
  private static boolean isMeasured(RunDirectory run) {
    return run.manifests()
        .of(StageName.Kind.EVALUATION.once())
        .read()
        .map(m -> m.isIntact(run.root(), run.name(run.metrics())))
        .orElse(false);
  }

  /**
   * Whether a run that is not begun could soon take over what another one of its seed is at: better
   * left for later.
   */
  private boolean isJustBegunElsewhere(Entry entry) {
    if (RunDirectory.isBegun(folder.of(entry))) {
      return false;
    }
    StagePlan own = plan(entry);
    return folder.siblings(entry).stream()
        .filter(other -> !isDone(other))
        .anyMatch(
            other -> {
              StageRunner theirs = runner(RunDirectory.open(folder.of(other)));
              return own.inCommon(plan(other)).stream().anyMatch(stage -> !theirs.isCurrent(stage));
            });
  }

  /** Does a run, unless it is done or another process has it. */
  void run(Entry entry, Cohort cohort) {
    Path own = folder.of(entry);
    Optional<RunLock> lock = RunLock.attempt(own);
    if (lock.isEmpty()) {
      progress.say(entry.name() + ": another process works on it");
      return;
    }
    try (RunLock held = lock.get()) {
      // Another process may have done it meanwhile.
      if (isDone(entry)) {
        return;
      }
      progress.say(entry.name());
      List<RunDirectory> siblings =
          folder.siblings(entry).stream()
              .map(other -> RunDirectory.open(folder.of(other)))
              .toList();
      new Pipeline(cohort, begun(entry), devices, progress, siblings).run(held);
    }
  }

  /** The run of an entry; it has the experiment's settings, whatever lies in its folder. */
  private RunDirectory begun(Entry entry) {
    Path own = folder.of(entry);
    Configuration wanted = folder.configuration(entry);
    if (RunDirectory.isBegun(own)) {
      RunDirectory run = RunDirectory.open(own);
      if (run.configuration().equals(wanted)) {
        return run;
      }
      progress.say(entry.name() + ": its settings were changed; the experiment's count");
    }
    return RunDirectory.begin(own, wanted);
  }

  private ExperimentTable table(List<String> structures) {
    Map<String, List<ExperimentTable.Run>> runs = new LinkedHashMap<>();
    for (Member member : folder.members()) {
      List<ExperimentTable.Run> done = new ArrayList<>();
      for (long seed : folder.grid().seeds()) {
        Entry entry = new Entry(member, seed);
        Path own = folder.of(entry);
        if (isDone(entry)) {
          done.add(
              new ExperimentTable.Run(
                  seed,
                  RunMetrics.read(RunDirectory.open(own)),
                  Json.readNumbers(own.resolve("timing.json"))));
        }
      }
      runs.put(member.name(), done);
    }
    return ExperimentTable.of(
        structures, folder.grid().reference(), folder.grid().seeds().size(), runs);
  }
}
