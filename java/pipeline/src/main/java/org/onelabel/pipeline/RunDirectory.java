package org.onelabel.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.onelabel.networks.Safetensors;
import org.onelabel.volumes.AtomicFile;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.NiftiFile;
import org.onelabel.volumes.Volume;

/**
 * Where a run keeps everything, so that each stage reads files and writes files:
 *
 * <pre>
 * configuration.json      every setting, resolved
 * run.json                what the run was made of: dataset, cases, versions
 * stages/NAME.json        one for each finished stage: its seconds, its files with their checksums
 * encoder.safetensors     the encoder, where it is learnt from the pool
 * features/ID.safetensors
 * round-0/pseudo-labels/ID.nii.gz, confidence/ID.nii.gz      after propagation
 * round-R/weights.safetensors, training.csv, round.json
 * round-R/checkpoint.safetensors                             while the round is being trained
 * round-R/predicted/ID.nii.gz, uncertainty/ID.nii.gz         on the working grid
 * round-R/features/ID.safetensors                            where regions compare the specialist's
 * round-R/pseudo-labels/ID.nii.gz, confidence/ID.nii.gz      after refinement
 * model.safetensors       the final specialist and all it needs to predict
 * predictions/ID.nii.gz   on the grid of the file
 * metrics.json, timing.json, report.html
 * failure.txt             in an experiment, where no round has a result: why
 * </pre>
 */
public final class RunDirectory {
  /** Why the run has no result, where it has none, one line. */
  static final String FAILURE = "failure.txt";

  /** Files that are written outside stages. */
  private static final Set<String> NO_STAGE =
      Set.of("configuration.json", "run.json", "timing.json", FAILURE);

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

  /** The final specialist. */
  public Path model() {
    return file("model.safetensors");
  }

  /** The encoder that was learnt from the pool. */
  Path encoder() {
    return file("encoder.safetensors");
  }

  /** The report. */
  public Path report() {
    return file("report.html");
  }

  /** What the run reached, some lines of text. */
  public List<String> summary() {
    return Json.read(file("metrics.json"), RunMetrics.class).lines();
  }

  /** Keeps other processes out until it is closed. */
  RunLock lock() {
    return RunLock.on(root);
  }

  /** Whether it came to its end. */
  boolean isReported() {
    return Files.isRegularFile(file("timing.json")) && isDone("report");
  }

  /** Why the run of a folder has no result, where an experiment said so. */
  static Optional<String> failure(Path root) {
    Path file = root.resolve(FAILURE);
    try {
      return Files.isRegularFile(file)
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new InputException(file, "cannot be read: " + InputException.firstLine(e), e);
    }
  }

  /** Whether a stage came to its end; its files are not looked at. */
  boolean isDone(String stage) {
    return manifest(stage).isPresent();
  }

  /** How a stage stands: every file it wrote is looked at. */
  Standing standing(String stage) {
    return manifest(stage).map(m -> m.standing(root)).orElse(new Standing.Unfinished());
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

    /** It was never done to its end. */
    record Unfinished() implements Standing {}
  }

  /** Every file that is there and belongs to the work of stages. */
  Set<String> files() {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
          .filter(f -> !f.getFileName().toString().startsWith("."))
          .map(f -> root.relativize(f).toString().replace('\\', '/'))
          .filter(f -> !f.startsWith("stages/") && !NO_STAGE.contains(f))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new InputException(root, "cannot be listed: " + e.getMessage(), e);
    }
  }

  /**
   * Marks a stage as finished.
   *
   * @param files it wrote
   */
  void done(String stage, double seconds, Set<String> files) {
    Map<String, StageManifest.Entry> entries = new TreeMap<>();
    files.forEach(name -> entries.put(name, StageManifest.describe(root.resolve(name))));
    Json.write(stageFile(stage), new StageManifest(stage, seconds, entries, null));
  }

  /**
   * Takes a stage over from another run, with its seconds. The files are checked on both sides, as
   * a process may be at work there.
   *
   * @return whether the stage is finished now
   */
  boolean takeOver(String stage, RunDirectory other) {
    Optional<StageManifest> theirs =
        other.manifest(stage).filter(m -> m.standing(other.root) instanceof Standing.Finished);
    if (theirs.isEmpty()) {
      return false;
    }
    StageManifest manifest = theirs.get();
    for (String name : manifest.files().keySet()) {
      AtomicFile.write(root.resolve(name), out -> Files.copy(other.root.resolve(name), out));
    }
    if (!(manifest.standing(root) instanceof Standing.Finished)) {
      return false;
    }
    String from = manifest.from() == null ? other.name() : manifest.from();
    Json.write(
        stageFile(stage), new StageManifest(stage, manifest.seconds(), manifest.files(), from));
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

  private Optional<StageManifest> manifest(String stage) {
    if (!Files.isRegularFile(stageFile(stage))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.read(stageFile(stage), StageManifest.class));
    } catch (InputException _) {
      // Damaged: as good as none.
      return Optional.empty();
    }
  }

  /** Names that finished stages lay claim to. */
  Set<String> claimed(List<String> stages) {
    Set<String> names = new TreeSet<>();
    stages.forEach(stage -> manifest(stage).ifPresent(m -> names.addAll(m.files().keySet())));
    return names;
  }

  /** Seconds of each finished stage among {@code names}, in their order. */
  Map<String, Double> seconds(List<String> names) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (String name : names) {
      manifest(name).ifPresent(m -> seconds.put(name, m.seconds()));
    }
    return seconds;
  }

  private Path stageFile(String stage) {
    return file("stages", stage + ".json");
  }

  static String round(int round) {
    return "round-" + round;
  }

  void writeTensors(Path file, Safetensors tensors) {
    AtomicFile.write(file, tensors::writeTo);
  }

  Safetensors readTensors(Path file) {
    try {
      return Safetensors.read(file);
    } catch (IOException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }

  /** The encoder's features of a case. */
  Path features(String id) {
    return file("features", id + ".safetensors");
  }

  /** The features of a case by the specialist of a round. */
  Path features(int round, String id) {
    return file(round(round), "features", id + ".safetensors");
  }

  void writeFeatures(Path file, FeatureGrid features) {
    writeTensors(file, FeatureFile.of(features));
  }

  FeatureGrid readFeatures(Path file) {
    return FeatureFile.read(readTensors(file));
  }

  /** Writes what a round trains with: {@code pseudo-labels} and {@code confidence} of a case. */
  void writePseudoLabel(int round, String id, Geometry geometry, PseudoLabel label) {
    write(round, "pseudo-labels", id, new LabelMap(geometry, label.labels()));
    write(round, "confidence", id, new Volume(geometry, label.confidence()));
  }

  PseudoLabel readPseudoLabel(int round, String id) {
    return new PseudoLabel(
        readLabels(round, "pseudo-labels", id).labels(),
        NiftiFile.readVolume(map(round, "confidence", id)).voxels());
  }

  void write(int round, String kind, String id, LabelMap labels) {
    NiftiFile.write(map(round, kind, id), labels);
  }

  void write(int round, String kind, String id, Volume volume) {
    NiftiFile.write(map(round, kind, id), volume);
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
