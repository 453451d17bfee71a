package org.onelabel.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.onelabel.kernels.Kernels;
import org.onelabel.volumes.AtomicFile;
import org.onelabel.volumes.Dataset;
import org.onelabel.volumes.InputException;

/**
 * Several systems on one dataset, each with several seeds: a folder of runs and one table. Any
 * number of processes may work on the same folder; each takes runs that none has begun, and a run
 * that was stopped is continued. What several systems have in common, up to the first round's
 * training, one run does and the others take over; while it is at that, other runs come first.
 */
public final class Experiment {

  /**
   * What is compared.
   *
   * @param preset of all runs
   * @param methods {@code onelabel} and names of {@link Configuration#BASELINES}
   * @param refinements of {@code onelabel}, by their names in a configuration
   * @param encoders of {@code onelabel}, by their names in a configuration
   * @param seeds of every system
   * @param reference the system that others are tested against; empty for the first
   * @param settings of all runs, dotted names
   */
  public record Grid(
      String preset,
      List<String> methods,
      List<String> refinements,
      List<String> encoders,
      List<Long> seeds,
      String reference,
      Map<String, String> settings) {

    /** The method that refinements and encoders belong to. */
    static final String OURS = "onelabel";

    public Grid {
      methods = List.copyOf(methods);
      refinements = List.copyOf(refinements);
      encoders = List.copyOf(encoders);
      seeds = List.copyOf(seeds);
      settings = new LinkedHashMap<>(settings);
      List<Member> members = members(methods, refinements, encoders, settings);
      if (reference.isEmpty() && !members.isEmpty()) {
        reference = members.getFirst().name;
      }
    }

    /** Every system by its name, in the order of the table. */
    List<Member> members() {
      return members(methods, refinements, encoders, settings);
    }

    private static List<Member> members(
        List<String> methods,
        List<String> refinements,
        List<String> encoders,
        Map<String, String> settings) {
      List<Member> members = new ArrayList<>();
      for (String method : methods) {
        if (!method.equals(OURS)) {
          members.add(new Member(method, method, settings));
          continue;
        }
        for (String encoder : encoders) {
          for (String refinement : refinements) {
            Map<String, String> own = new LinkedHashMap<>(settings);
            own.put("encoder.kind", encoder);
            own.put("refinement.kind", refinement);
            String name = OURS;
            name += encoders.size() > 1 ? ", " + encoder : "";
            name += refinements.size() > 1 ? ", " + refinement : "";
            members.add(new Member(name, "", own));
          }
        }
      }
      return members;
    }
  }

  /** A system of the grid. */
  record Member(String name, String baseline, Map<String, String> settings) {

    Configuration configuration(String preset, long seed) {
      Map<String, String> all = new LinkedHashMap<>(settings);
      all.put("seed", Long.toString(seed));
      return Configuration.of(preset, baseline, null, all);
    }

    String folder(long seed) {
      return name.replaceAll("[^A-Za-z0-9-]+", "-") + "-seed-" + seed;
    }
  }

  private static final String GRID = "experiment.json";

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
    if (grid.seeds.isEmpty() || experiment.members.isEmpty()) {
      throw new InputException("an experiment needs a method and a seed");
    }
    experiment.members.forEach(m -> m.configuration(grid.preset, grid.seeds.getFirst()));
    if (experiment.members.stream().noneMatch(m -> m.name.equals(grid.reference))) {
      throw new InputException(
          "no system named %s to compare with; there are %s"
              .formatted(grid.reference, experiment.members.stream().map(Member::name).toList()));
    }
    if (!experiment.isBegun()) {
      RunDirectory.requireFree(root);
    }
    return experiment;
  }

  /** Whether the folder holds this experiment; another one is refused. */
  private boolean isBegun() {
    Path file = root.resolve(GRID);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    if (!Json.read(file, Grid.class).equals(grid)) {
      throw new InputException(
          root, "holds an experiment with another grid; name another folder for this one");
    }
    return true;
  }

  /** The report's file. */
  public Path report() {
    return root.resolve("report.html");
  }

  /** A system with one of its seeds. */
  private record Entry(Member member, long seed) {

    String name() {
      return member.name + ", seed " + seed;
    }
  }

  /**
   * Does every run that is not done and that no other process works on. The tables are written
   * after each.
   */
  public List<String> run(Dataset dataset, Kernels kernels, Progress progress) {
    List<Entry> open = new ArrayList<>();
    for (long seed : grid.seeds) {
      for (Member member : members) {
        Entry entry = new Entry(member, seed);
        if (isDone(entry)) {
          progress.say(entry.name() + ": done before");
        } else {
          open.add(entry);
        }
      }
    }
    Configuration first = members.getFirst().configuration(grid.preset, grid.seeds.getFirst());
    Optional<Cohort> cohort =
        open.isEmpty() ? Optional.empty() : Optional.of(suitable(dataset, first, progress));
    if (!isBegun()) {
      Json.write(root.resolve(GRID), grid);
    }
    ExperimentTable table = report(dataset, first);
    while (!open.isEmpty()) {
      Entry next =
          open.stream().filter(e -> !isJustBegunElsewhere(e)).findFirst().orElse(open.getFirst());
      open.remove(next);
      run(next, cohort.orElseThrow(), kernels, progress);
      table = report(dataset, first);
    }
    return table.lines();
  }

  /** The cohort, suited to every system: what is wrong is refused before anything is written. */
  private Cohort suitable(Dataset dataset, Configuration first, Progress progress) {
    Cohort cohort = Cohort.read(dataset, first, progress);
    members.forEach(
        member ->
            Checkpoint.requireSuitable(
                cohort, member.configuration(grid.preset, grid.seeds.getFirst())));
    return cohort;
  }

  /** Writes the tables of what is done by now. */
  private ExperimentTable report(Dataset dataset, Configuration configuration) {
    ExperimentTable table = table(Cohort.structures(dataset, configuration));
    new ExperimentReport(root, dataset.name(), grid, table).write();
    return table;
  }

  private Path folder(Member member, long seed) {
    return root.resolve("runs", member.folder(seed));
  }

  private boolean isDone(Entry entry) {
    Path folder = folder(entry.member, entry.seed);
    return RunDirectory.isBegun(folder) && RunDirectory.open(folder).isReported();
  }

  /**
   * Whether a run that is not begun could soon take over what another one of its seed is at: better
   * left for later.
   */
  private boolean isJustBegunElsewhere(Entry entry) {
    if (RunDirectory.isBegun(folder(entry.member, entry.seed))) {
      return false;
    }
    Configuration own = entry.member.configuration(grid.preset, entry.seed);
    return siblings(entry).stream()
        .filter(other -> !other.isReported())
        .anyMatch(
            other ->
                Pipeline.inCommon(own, other.configuration()).stream()
                    .anyMatch(stage -> !other.isDone(stage)));
  }

  private void run(Entry entry, Cohort cohort, Kernels kernels, Progress progress) {
    Path folder = folder(entry.member, entry.seed);
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
      RunDirectory run =
          RunDirectory.isBegun(folder)
              ? RunDirectory.open(folder)
              : RunDirectory.begin(folder, entry.member.configuration(grid.preset, entry.seed));
      new Pipeline(cohort, run, kernels, progress, siblings(entry)).run(held);
    } catch (RunException e) {
      AtomicFile.write(folder.resolve(RunDirectory.FAILURE), e.getMessage() + "\n");
      progress.say(entry.name() + ": " + e.getMessage());
    }
  }

  /** The runs of the same seed that are begun: they may have done a part of this one's work. */
  private List<RunDirectory> siblings(Entry entry) {
    return members.stream()
        .filter(member -> !member.equals(entry.member))
        .map(member -> folder(member, entry.seed))
        .filter(RunDirectory::isBegun)
        .map(RunDirectory::open)
        .toList();
  }

  private ExperimentTable table(List<String> structures) {
    Map<String, List<ExperimentTable.Run>> runs = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    for (Member member : members) {
      List<ExperimentTable.Run> done = new ArrayList<>();
      for (long seed : grid.seeds) {
        Path folder = folder(member, seed);
        if (Files.isRegularFile(folder.resolve("timing.json"))) {
          done.add(
              new ExperimentTable.Run(
                  seed,
                  Json.read(folder.resolve("metrics.json"), RunMetrics.class),
                  Json.readNumbers(folder.resolve("timing.json"))));
        } else {
          RunDirectory.failure(folder)
              .ifPresent(cause -> failures.put(new Entry(member, seed).name(), cause));
        }
      }
      runs.put(member.name, done);
    }
    return ExperimentTable.of(structures, grid.reference, grid.seeds.size(), runs, failures);
  }
}
