package org.onelabel.pipeline.experiment;

import java.nio.file.Files;
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
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.run.Pipeline;
import org.onelabel.pipeline.run.Suitability;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.LocalRunner;
import org.onelabel.pipeline.stage.StagePlan;
import org.onelabel.pipeline.stage.StageRunner;
import org.onelabel.pipeline.workflow.Workflow;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Dataset;

/**
 * Several systems on one dataset, each with several seeds: a folder of runs and one table. Any
 * number of processes may work on the same folder; each takes runs that none has begun, and a run
 * that was stopped is continued. What several systems have in common, up to the first round's
 * training, one run does and the others take over; while it is at that, other runs come first.
 */
public final class Experiment {

  private final Path root;
  private final Grid grid;
  private final List<Member> members;

  private Experiment(Path root, Grid grid) {
    this.root = root;
    this.grid = grid;
    members = grid.members();
  }

  /**
   * The experiment of a folder, which is new or holds the same grid. Every configuration is checked
   * before anything is written.
   */
  public static Experiment open(Path root, Grid grid) {
    Experiment experiment = new Experiment(root, grid);
    if (grid.seeds().isEmpty() || experiment.members.isEmpty()) {
      throw new InputException("an experiment needs a method and a seed");
    }
    requireDistinct("seed", grid.seeds());
    requireDistinct("system", experiment.members.stream().map(Member::name).toList());
    experiment.members.forEach(m -> m.configuration(grid.preset(), grid.seeds().getFirst()));
    if (experiment.members.stream().noneMatch(m -> m.name().equals(grid.reference()))) {
      throw new InputException(
          "no system named %s to compare with; there are %s"
              .formatted(grid.reference(), experiment.members.stream().map(Member::name).toList()));
    }
    if (!experiment.isBegun()) {
      RunDirectory.requireFree(root);
    }
    return experiment;
  }

  private static void requireDistinct(String what, List<?> values) {
    List<Object> seen = new ArrayList<>();
    for (Object value : values) {
      if (seen.contains(value)) {
        throw new InputException("the %s %s is named twice".formatted(what, value));
      }
      seen.add(value);
    }
  }

  /** Whether the folder holds this experiment; another one is refused. */
  private boolean isBegun() {
    if (!Files.isRegularFile(file())) {
      return false;
    }
    List<String> others = grid.differsFrom(Json.read(file(), Grid.class));
    if (!others.isEmpty()) {
      throw new InputException(
          root,
          "holds an experiment with other %s; continue it with the same, or name another folder"
              .formatted(String.join(", ", others)));
    }
    return true;
  }

  private Path file() {
    return root.resolve("experiment.json");
  }

  /** The report's file. */
  public Path report() {
    return root.resolve("report.html");
  }

  /** A system with one of its seeds. */
  private record Entry(Member member, long seed) {

    String name() {
      return member.name() + ", seed " + seed;
    }
  }

  /**
   * Does every run that is not done and that no other process works on. The tables are written
   * after each.
   */
  public List<String> run(Dataset dataset, Devices devices, Progress progress) {
    InputFiles files = InputFiles.of(dataset, progress);
    for (Entry entry : entries()) {
      if (RunDirectory.isBegun(folder(entry))) {
        RunDirectory.open(folder(entry)).manifests().requireRelated(dataset, files);
      }
    }
    return new Work(dataset, files, devices, progress).go();
  }

  /** Every system with every seed, seed by seed. */
  private List<Entry> entries() {
    return grid.seeds().stream()
        .flatMap(seed -> members.stream().map(member -> new Entry(member, seed)))
        .toList();
  }

  private Path folder(Entry entry) {
    return root.resolve("runs", entry.member.folder(entry.seed));
  }

  private Configuration configuration(Entry entry) {
    return entry.member.configuration(grid.preset(), entry.seed);
  }

  /** What one process does on a dataset. */
  private final class Work {
    private final Dataset dataset;
    private final InputFiles files;
    private final Devices devices;
    private final Progress progress;

    Work(Dataset dataset, InputFiles files, Devices devices, Progress progress) {
      this.dataset = dataset;
      this.files = files;
      this.devices = devices;
      this.progress = progress;
    }

    List<String> go() {
      List<Entry> open = new ArrayList<>();
      for (Entry entry : entries()) {
        if (isDone(entry)) {
          progress.say(entry.name() + ": done before");
        } else {
          open.add(entry);
        }
      }
      if (open.isEmpty()) {
        return report().lines();
      }
      Configuration first = configuration(entries().getFirst());
      Cohort cohort = Cohort.read(dataset, first.cohort(), first.registration(), files, progress);
      members.forEach(
          member ->
              Suitability.require(
                  cohort,
                  configuration(new Entry(member, grid.seeds().getFirst())),
                  devices.networks()));
      // Nothing is written before everything is known to be readable.
      if (!isBegun()) {
        Json.write(file(), grid);
      }
      ExperimentTable table = report();
      while (!open.isEmpty()) {
        Entry next =
            open.stream().filter(e -> !isJustBegunElsewhere(e)).findFirst().orElse(open.getFirst());
        open.remove(next);
        run(next, cohort);
        table = report();
      }
      return table.lines();
    }

    /** Writes the tables of what is done by now. */
    private ExperimentTable report() {
      Configuration first = configuration(entries().getFirst());
      ExperimentTable table = table(Cohort.structures(dataset, first.cohort()));
      new ExperimentReport(root, dataset.name(), grid, table).write();
      return table;
    }

    private StagePlan plan(Entry entry) {
      return Workflow.of(configuration(entry), dataset);
    }

    private StageRunner runner(RunDirectory run) {
      return new LocalRunner(run, files, List.of(), progress);
    }

    /** Whether a run came to its end with this dataset, these settings and this version. */
    private boolean isDone(Entry entry) {
      Path folder = folder(entry);
      if (!RunDirectory.isBegun(folder)) {
        return false;
      }
      RunDirectory run = RunDirectory.open(folder);
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
     * Whether a run that is not begun could soon take over what another one of its seed is at:
     * better left for later.
     */
    private boolean isJustBegunElsewhere(Entry entry) {
      if (RunDirectory.isBegun(folder(entry))) {
        return false;
      }
      StagePlan own = plan(entry);
      return siblings(entry).stream()
          .filter(other -> !isDone(other))
          .anyMatch(
              other -> {
                StageRunner theirs = runner(RunDirectory.open(folder(other)));
                return own.inCommon(plan(other)).stream()
                    .anyMatch(stage -> !theirs.isCurrent(stage));
              });
    }

    private void run(Entry entry, Cohort cohort) {
      Path folder = folder(entry);
      Optional<RunLock> lock = RunLock.attempt(folder);
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
            siblings(entry).stream().map(other -> RunDirectory.open(folder(other))).toList();
        new Pipeline(cohort, begun(entry), devices, progress, siblings).run(held);
      }
    }

    /** The run of an entry; it has the experiment's settings, whatever lies in its folder. */
    private RunDirectory begun(Entry entry) {
      Path folder = folder(entry);
      Configuration wanted = configuration(entry);
      if (RunDirectory.isBegun(folder)) {
        RunDirectory run = RunDirectory.open(folder);
        if (run.configuration().equals(wanted)) {
          return run;
        }
        progress.say(entry.name() + ": its settings were changed; the experiment's count");
      }
      return RunDirectory.begin(folder, wanted);
    }

    /** The runs of the same seed that are begun: they may have done a part of this one's work. */
    private List<Entry> siblings(Entry entry) {
      return members.stream()
          .filter(member -> !member.equals(entry.member))
          .map(member -> new Entry(member, entry.seed))
          .filter(other -> RunDirectory.isBegun(folder(other)))
          .toList();
    }

    private ExperimentTable table(List<String> structures) {
      Map<String, List<ExperimentTable.Run>> runs = new LinkedHashMap<>();
      for (Member member : members) {
        List<ExperimentTable.Run> done = new ArrayList<>();
        for (long seed : grid.seeds()) {
          Entry entry = new Entry(member, seed);
          Path folder = folder(entry);
          if (isDone(entry)) {
            done.add(
                new ExperimentTable.Run(
                    seed,
                    RunMetrics.read(RunDirectory.open(folder)),
                    Json.readNumbers(folder.resolve("timing.json"))));
          }
        }
        runs.put(member.name(), done);
      }
      return ExperimentTable.of(structures, grid.reference(), grid.seeds().size(), runs);
    }
  }
}
