package org.onelabel.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.volumes.AtomicFile;
import org.onelabel.volumes.Dataset;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.NiftiFile;

/**
 * Where a run keeps everything, so that each stage reads files and writes files:
 *
 * <pre>
 * configuration.json      every setting, resolved
 * run.json                what the run was made of: dataset, cases, versions
 * stages/NAME.json        one for each finished stage: what it followed from, its files, its seconds
 * encoder.safetensors     the encoder, where it is learnt from the pool
 * registration/ID.safetensors   where the template's anatomy lies in a scan
 * features/ID.safetensors
 * round-0/pseudo-labels/ID.nii.gz, confidence/ID.nii.gz      after propagation
 * round-0/round.json      what the propagation is worth
 * round-R/weights.safetensors, training.csv, round.json, components.json
 * round-R/checkpoint.safetensors                             while the round is being trained
 * round-R/predicted/ID.nii.gz, uncertainty/ID.nii.gz         on the working grid
 * round-R/features/ID.safetensors                            where regions compare the specialist's
 * round-R/pseudo-labels/ID.nii.gz, confidence/ID.nii.gz      after refinement
 * model.safetensors       the final specialist and all it needs to predict; none where the labels
 *                         are the propagation's
 * predictions/ID.nii.gz   on the grid of the file
 * metrics.json, timing.json, report.html
 * </pre>
 */
public final class RunDirectory {
  /** What the run was made of. */
  static final String PROVENANCE = "run.json";

  private static final String MANIFEST = ".json";
  private static final String TIMING = "timing.json";

  /** Files that are written outside stages. */
  private static final Set<String> NO_STAGE = Set.of("configuration.json", PROVENANCE, TIMING);

  private final Path root;

  private RunDirectory(Path root) {
    this.root = root;
  }

  /** A new run in {@code root}, which must be empty or absent. */
  public static RunDirectory create(Path root, Configuration configuration) {
    requireFree(root);
    return begin(root, configuration);
  }

  /** The same in a folder that is known to be ours. */
  static RunDirectory begin(Path root, Configuration configuration) {
    AtomicFile.write(root.resolve("configuration.json"), configuration.toJson());
    return new RunDirectory(root);
  }

  /** Refuses a folder that a new run cannot have. */
  public static void requireFree(Path root) {
    if (isBegun(root)) {
      throw new InputException(
          root, "holds a run already; continue it with --resume or name another folder");
    }
    if (Files.isRegularFile(root)) {
      throw new InputException(root, "is a file, not a folder");
    }
    if (Files.isDirectory(root)) {
      try (Stream<Path> content = Files.list(root)) {
        if (content.findAny().isPresent()) {
          throw new InputException(root, "is not empty; a run needs a folder of its own");
        }
      } catch (IOException e) {
        throw new InputException(root, "cannot be listed: " + e.getMessage(), e);
      }
    }
  }

  /** Whether a folder holds a run. */
  static boolean isBegun(Path root) {
    return Files.isRegularFile(root.resolve("configuration.json"));
  }

  /** The run or experiment that a path lies in, or is; empty where it lies in none. */
  public static Optional<Path> around(Path path) {
    for (Path at = path.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      boolean run = isBegun(at) && Files.isDirectory(at.resolve("stages"));
      if (run || Files.isRegularFile(at.resolve("experiment.json"))) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** A run that was begun before. */
  public static RunDirectory open(Path root) {
    if (!isBegun(root)) {
      throw new InputException(root, "holds no run: configuration.json is missing");
    }
    return new RunDirectory(root);
  }

  /** The settings of the run. */
  public Configuration configuration() {
    return Configuration.read(file("configuration.json"));
  }

  Path file(String first, String... more) {
    return root.resolve(Path.of(first, more));
  }

  /**
   * The final specialist. Refused where it is not what the finished stages of the run left: it may
   * be an older one while they are done again.
   */
  public Path model() {
    requireStanding(Stage.Kind.PREDICTIONS.inRound(0), modelFile());
    return modelFile();
  }

  Path modelFile() {
    return file("model.safetensors");
  }

  /** Refuses a result whose stage, or one that it follows from, is not finished. */
  private void requireStanding(String stage, Path result) {
    List<StageManifest> manifests = manifests();
    Map<String, StageManifest> writers = new HashMap<>();
    manifests.forEach(m -> m.files().keySet().forEach(file -> writers.put(file, m)));
    Deque<StageManifest> open = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    manifests.stream().filter(m -> m.name().equals(stage)).forEach(open::add);
    if (open.isEmpty()) {
      throw unfinished(stage);
    }
    boolean written = open.getFirst().files().containsKey(name(result));
    if (written && !open.getFirst().isIntact(root, name(result))) {
      throw new InputException(
          result, "is not what the run made; continue the run with --resume first");
    }
    while (!open.isEmpty()) {
      StageManifest next = open.pop();
      if (next.redone()) {
        throw unfinished(next.name());
      }
      next.inputs()
          .ofRun()
          .forEach(
              (file, hash) -> {
                StageManifest writer = writers.get(file);
                if (writer == null || hash == null || !hash.equals(writer.files().get(file))) {
                  throw unfinished(writer == null ? next.name() : writer.name());
                }
                if (seen.add(writer.name())) {
                  open.add(writer);
                }
              });
    }
    if (!written) {
      throw new InputException(
          root,
          "has no %s: its labels are those of the propagation (round 0), no network's; they lie in"
                  .formatted(name(result))
              + " predictions");
    }
  }

  private InputException unfinished(String stage) {
    return new InputException(
        root, "is not finished (%s); continue it with --resume first".formatted(stage));
  }

  /** The encoder that was learnt from the pool. */
  Path encoder() {
    return file("encoder.safetensors");
  }

  /** The report. */
  public Path report() {
    return file("report.html");
  }

  /** What the run reached, some lines of text, the last ones on what it is worth. */
  public List<String> summary() {
    return Json.read(file("metrics.json"), RunMetrics.class).lines();
  }

  /** Keeps other processes out until it is closed. */
  RunLock lock() {
    return RunLock.on(root);
  }

  /** Whether it came to its end once; what it followed from is not looked at. */
  boolean isReported() {
    return Files.isRegularFile(file(TIMING));
  }

  /** Whether its metrics are what the evaluation wrote. */
  boolean isMeasured() {
    return manifest(Stage.Kind.EVALUATION.inRound(0))
        .map(m -> m.isIntact(root, name(file("metrics.json"))))
        .orElse(false);
  }

  /** From here on the run has not come to its end. */
  void goOn() {
    try {
      Files.deleteIfExists(file(TIMING));
    } catch (IOException e) {
      throw new InputException(root, "cannot be changed: " + InputException.firstLine(e), e);
    }
  }

  /** The run has come to its end. */
  void end(List<String> stages) {
    Json.write(file(TIMING), seconds(stages));
  }

  /**
   * Refuses a dataset that has nothing in common with what the stages were made of: all would be
   * done anew, and what is there be lost.
   */
  void requireRelated(Dataset dataset, InputFiles files) {
    List<StageInputs> known =
        manifests().stream()
            .map(StageManifest::inputs)
            .filter(inputs -> !inputs.ofDataset().isEmpty())
            .toList();
    if (known.isEmpty()) {
      return;
    }
    String template = dataset.template().id();
    boolean same =
        known.stream().anyMatch(inputs -> inputs.hasCase("template", template))
            && known.stream().anyMatch(inputs -> files.hasOneOf(inputs.ofDataset()));
    if (!same) {
      throw new InputException(
          root,
          "was made of another dataset (another template, or no file in common); name another"
              + " folder for this one");
    }
  }

  /** How a stage stands that is to follow from {@code inputs}: every file it wrote is looked at. */
  Standing standing(String stage, StageInputs inputs) {
    Optional<StageManifest> there = manifest(stage).filter(m -> !m.redone());
    if (there.isEmpty()) {
      return new Standing.Unfinished();
    }
    List<String> changes = inputs.changesSince(there.get().inputs());
    if (!changes.isEmpty()) {
      return new Standing.Outdated(changes);
    }
    Optional<String> damaged = there.get().damaged(root);
    return damaged.isPresent() ? new Standing.Damaged(damaged.get()) : new Standing.Finished();
  }

  /** How a stage stands. */
  sealed interface Standing {
    /** It is done, and all its files are as it wrote them. */
    record Finished() implements Standing {}

    /**
     * It was done.
     *
     * @param file is no longer what it wrote
     */
    record Damaged(String file) implements Standing {}

    /**
     * It was done.
     *
     * @param changes in what it follows from
     */
    record Outdated(List<String> changes) implements Standing {}

    /** It was never done to its end. */
    record Unfinished() implements Standing {}
  }

  /** Files that are there and belong to nothing: no finished stage wrote them. */
  Set<String> strays() {
    Set<String> known = written(manifests());
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(f -> !Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS))
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .map(this::name)
          .filter(f -> !f.matches("stages/[^/]*\\.json") && !NO_STAGE.contains(f))
          .filter(f -> !known.contains(f))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new InputException(root, "cannot be listed: " + e.getMessage(), e);
    }
  }

  /** A stage is done again; until it is {@link #done} it does not count as finished. */
  void redo(String stage) {
    manifest(stage).ifPresent(m -> Json.write(manifestFile(stage), m.begunAgain()));
  }

  /**
   * Marks a stage as finished. Files that it wrote when it was done before, and now did not, are
   * deleted; those that were changed since are left.
   *
   * @param files it wrote
   * @return what is left of before
   */
  Set<String> done(String stage, StageInputs inputs, double seconds, Set<String> files) {
    Map<String, FileHash> hashes = new TreeMap<>();
    files.forEach(name -> hashes.put(name, FileHash.of(root.resolve(name))));
    return finish(new StageManifest(stage, seconds, inputs, hashes, null, false));
  }

  private Set<String> finish(StageManifest manifest) {
    Set<String> left = new TreeSet<>();
    // Deleted first: after a kill between the two the stage is damaged, and done again.
    manifest(manifest.name())
        .ifPresent(
            before -> {
              Set<String> old = new TreeSet<>(before.files().keySet());
              old.removeAll(manifest.files().keySet());
              for (String name : old) {
                if (before.isIntact(root, name)) {
                  delete(root.resolve(name));
                } else if (StageManifest.isThere(root, name)) {
                  left.add(name);
                }
              }
            });
    Json.write(manifestFile(manifest.name()), manifest);
    return left;
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new InputException(file, "cannot be deleted: " + InputException.firstLine(e), e);
    }
  }

  /**
   * Takes a stage over from another run that did it with the same inputs, with its seconds. The
   * files are checked on both sides, as a process may be at work there.
   *
   * @return whether the stage is finished now
   */
  boolean takeOver(String stage, StageInputs inputs, RunDirectory other) {
    if (!(other.standing(stage, inputs) instanceof Standing.Finished)) {
      return false;
    }
    Optional<StageManifest> theirs = other.manifest(stage);
    if (theirs.isEmpty() || !theirs.get().inputs().equals(inputs)) {
      return false;
    }
    StageManifest manifest = theirs.get();
    redo(stage);
    try {
      for (String name : manifest.files().keySet()) {
        AtomicFile.write(root.resolve(name), out -> Files.copy(other.root.resolve(name), out));
      }
    } catch (InputException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        // The other run is doing it again just now.
        return false;
      }
      throw e;
    }
    if (manifest.damaged(root).isPresent()) {
      return false;
    }
    String from = manifest.from() == null ? other.name() : manifest.from();
    finish(new StageManifest(stage, manifest.seconds(), inputs, manifest.files(), from, false));
    return true;
  }

  /** Whose work a stage is, where it is not the run's own. */
  Optional<String> from(String stage) {
    return manifest(stage).map(StageManifest::from);
  }

  /** The name of its folder. */
  String name() {
    return root.toAbsolutePath().normalize().getFileName().toString();
  }

  Optional<StageManifest> manifest(String stage) {
    if (!Files.isRegularFile(manifestFile(stage))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(manifestFile(stage), StageManifest.class))
          .filter(m -> stage.equals(m.name()));
    } catch (InputException _) {
      // Damaged: as good as none.
      return Optional.empty();
    }
  }

  /** Every manifest that is there. */
  private List<StageManifest> manifests() {
    return stages().stream().map(this::manifest).flatMap(Optional::stream).toList();
  }

  /** Names of the stages that were finished once, sorted. */
  List<String> stages() {
    Path folder = file("stages");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(MANIFEST) && !name.startsWith("."))
          .map(name -> name.substring(0, name.length() - MANIFEST.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new InputException(folder, "cannot be listed: " + e.getMessage(), e);
    }
  }

  /** What the finished stages among {@code names} wrote. */
  Set<String> written(Collection<String> names) {
    return written(names.stream().map(this::manifest).flatMap(Optional::stream).toList());
  }

  private static Set<String> written(List<StageManifest> manifests) {
    return manifests.stream()
        .flatMap(m -> m.files().keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Seconds of each finished stage among {@code names}, in their order. */
  Map<String, Double> seconds(List<String> names) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (String name : names) {
      manifest(name).ifPresent(m -> seconds.put(name, m.seconds()));
    }
    return seconds;
  }

  Path manifestFile(String stage) {
    return file("stages", stage + MANIFEST);
  }

  /** The path of a file in the run. */
  String name(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  static String round(int round) {
    return "round-" + round;
  }

  Safetensors readTensors(Path file) {
    try {
      return Safetensors.read(file);
    } catch (IOException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }

  /** Where the template's anatomy lies in a case. */
  Path registration(String id) {
    return file("registration", id + ".safetensors");
  }

  /** The encoder's features of a case. */
  Path features(String id) {
    return file("features", id + ".safetensors");
  }

  /** The features of a case by the specialist of a round. */
  Path features(int round, String id) {
    return file(round(round), "features", id + ".safetensors");
  }

  FeatureGrid readFeatures(Path file) {
    return FeatureFile.read(readTensors(file));
  }

  PseudoLabel readPseudoLabel(int round, String id) {
    return new PseudoLabel(
        readLabels(round, "pseudo-labels", id).labels(),
        NiftiFile.readVolume(map(round, "confidence", id)).voxels());
  }

  LabelMap readLabels(int round, String kind, String id) {
    return NiftiFile.readLabels(map(round, kind, id));
  }

  Path map(int round, String kind, String id) {
    return file(round(round), kind, id + ".nii.gz");
  }

  Path prediction(String id) {
    return file("predictions", id + ".nii.gz");
  }
}
