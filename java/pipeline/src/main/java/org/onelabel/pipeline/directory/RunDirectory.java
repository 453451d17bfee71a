package org.onelabel.pipeline.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.onelabel.networks.weights.Safetensors;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.features.FeatureFile;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.pipeline.files.Json;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.file.FileName;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Where a run keeps everything, so that each stage reads files and writes files:
 *
 * <pre>
 * configuration.json      every setting, resolved
 * run.json                what the run was made of: dataset, cases, versions
 * stages/NAME/ID.json     one for each finished case of a stage that is not at its end
 * stages/NAME.json        one for each finished stage: what it followed from, its files, its seconds
 * encoder.safetensors     the encoder, where it is learnt from the pool
 * registration/ID.safetensors   where the template's anatomy lies in a scan
 * atlases/ID.safetensors  how a scan is bent onto some others of the pool
 * features/ID.safetensors
 * round-0/pseudo-labels/ID.nii.gz, confidence/ID.nii.gz      after propagation
 * round-0/round.json      what the propagation is worth
 * round-R/weights.safetensors, training.csv, round.json, components.json
 * round-R/checkpoint.safetensors                             while the round is being trained
 * round-R/predicted/ID.nii.gz, margin/ID.nii.gz              on the working grid
 * round-R/uncertainty/ID.nii.gz, ID.json
 * round-R/evidence/ID.json                                   how good its labels probably are
 * round-R/result-W/ID.nii.gz                                 what the run says if the round is chosen
 *                         and the propagation counts W
 * round-R/features/ID.safetensors                            where regions compare the specialist's
 * round-R/pseudo-labels/ID.nii.gz, confidence/ID.nii.gz      after refinement
 * template.safetensors    what the propagation to further scans needs
 * selection.json          which round's labels are the run's, and estimates of all
 * model.safetensors       the final specialist and all it needs to predict; none where the labels
 *                         are the propagation's
 * predictions/ID.nii.gz   on the grid of the file
 * evidence/ID.json        how good they probably are
 * metrics.json, cases.csv, timing.json, report.html
 * corrected/ID.nii.gz     labels of scans of the pool that somebody corrected
 * history/N/…             what the run was before its labels were corrected
 * </pre>
 */
public final class RunDirectory {
  /** What the run was made of. */
  public static final String PROVENANCE = "run.json";

  static final String TIMING = "timing.json";

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
  public static RunDirectory begin(Path root, Configuration configuration) {
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
  public static boolean isBegun(Path root) {
    return Files.isRegularFile(root.resolve("configuration.json"));
  }

  /** Whether a folder holds an experiment. */
  public static boolean isExperiment(Path root) {
    return Files.isRegularFile(root.resolve("experiment.json"));
  }

  /** The run or experiment that a path lies in, or is; empty where it lies in none. */
  public static Optional<Path> around(Path path) {
    return upwards(path)
        .filter(at -> isExperiment(at) || (isBegun(at) && Files.isDirectory(at.resolve("stages"))))
        .findFirst();
  }

  /** A path and the folders that it lies in, the innermost first. */
  public static Stream<Path> upwards(Path path) {
    return Stream.iterate(path.toAbsolutePath().normalize(), Objects::nonNull, Path::getParent);
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

  public Path file(String first, String... more) {
    return root.resolve(Path.of(first, more));
  }

  /**
   * The final specialist. Refused where it is not what the finished stages of the run left: it may
   * be an older one while they are done again.
   */
  public Path model() {
    if (!manifests().requireFinished(StageName.Kind.SELECTION.once(), modelFile())) {
      throw new InputException(
          root,
          "has no %s: its labels are those of the propagation (round 0), no network's; they lie in"
                  .formatted(name(modelFile()))
              + " predictions");
    }
    return modelFile();
  }

  /** Where the final specialist is written to. */
  public Path modelFile() {
    return file("model.safetensors");
  }

  /** The encoder that was learnt from the pool. */
  public Path encoder() {
    return file("encoder.safetensors");
  }

  /** The report. */
  public Path report() {
    return file("report.html");
  }

  /** Keeps other processes out until it is closed. */
  public RunLock lock() {
    return RunLock.on(root);
  }

  /** Clears away what killed workers left half-written; none of them may be at work. */
  public void deleteTemporaryFiles() {
    try {
      RunLock.deleteTemporaryFiles(root);
    } catch (IOException e) {
      throw new InputException(root, "cannot be changed: " + InputException.firstLine(e), e);
    }
  }

  /** Whether it came to its end once; what it followed from is not looked at. */
  public boolean isReported() {
    return Files.isRegularFile(file(TIMING));
  }

  /** From here on the run has not come to its end. */
  public void goOn() {
    try {
      Files.deleteIfExists(file(TIMING));
    } catch (IOException e) {
      throw new InputException(root, "cannot be changed: " + InputException.firstLine(e), e);
    }
  }

  /** The run has come to its end. */
  public void end(List<StageName> stages) {
    Json.write(file(TIMING), manifests().seconds(stages));
  }

  /** What its stages left of themselves. */
  public StageManifests manifests() {
    return new StageManifests(this);
  }

  /** Its folder. */
  public Path root() {
    return root;
  }

  /** The name of its folder. */
  public String name() {
    return FileName.of(root.toAbsolutePath().normalize());
  }

  /** The path of a file in the run. */
  public String name(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  /** A file of a round. */
  public Path round(int round, String name) {
    return file("round-" + round, name);
  }

  /**
   * What labels of further scans follow from, beside the model; empty where the run has no such
   * file, or it was deleted. Refused where it is not what the run left.
   */
  public Optional<Path> template() {
    Path file = templateFile();
    boolean there = Files.exists(file);
    return there && manifests().requireFinished(StageName.Kind.SELECTION.once(), file)
        ? Optional.of(file)
        : Optional.empty();
  }

  /** Where it is written to. */
  public Path templateFile() {
    return file("template.safetensors");
  }

  /** Which round's labels are the run's. */
  public Path selection() {
    return file("selection.json");
  }

  /** What the run reached. */
  public Path metrics() {
    return file("metrics.json");
  }

  /** The same by cases and structures, for a spreadsheet. */
  public Path caseTable() {
    return file("cases.csv");
  }

  public Safetensors readTensors(Path file) {
    try {
      return Safetensors.read(file);
    } catch (IOException e) {
      throw new InputException(file, e.getMessage(), e);
    }
  }

  /** Deletes a file of the run, if it is there. */
  public void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new InputException(file, "cannot be deleted: " + InputException.firstLine(e), e);
    }
  }

  /** Where the template's anatomy lies in a case. */
  public Path registration(String id) {
    return file("registration", id + ".safetensors");
  }

  /** How a case is bent onto the atlases. */
  public Path atlases(String id) {
    return file("atlases", id + ".safetensors");
  }

  /** The encoder's features of a case. */
  public Path features(String id) {
    return file("features", id + ".safetensors");
  }

  /** The features of a case by the specialist of a round. */
  public Path features(int round, String id) {
    return file("round-" + round, "features", id + ".safetensors");
  }

  public FeatureGrid readFeatures(Path file) {
    return FeatureFile.read(readTensors(file));
  }

  /** A round's volume of a case. */
  public Path map(int round, FileKind kind, String id) {
    return file("round-" + round, kind.folder(), id + ".nii.gz");
  }

  /** How unsure a round's specialist is of a case, in one number. */
  public Path meanUncertainty(int round, String id) {
    return file("round-" + round, FileKind.UNCERTAINTY.folder(), id + ".json");
  }

  /** What tells how good a round's labels of a case are. */
  public Path evidence(int round, String id) {
    return file("round-" + round, "evidence", id + ".json");
  }

  /**
   * The result of a scan of the pool if a round's labels are the run's, on the grid of its file.
   *
   * @param propagation what the propagation counts in it
   */
  public Path result(int round, double propagation, String id) {
    return file("round-" + round, "result-" + propagation, id + ".nii.gz");
  }

  /** What tells how good the result of a case is. */
  public Path evidence(String id) {
    return file("evidence", id + ".json");
  }

  public LabelMap readLabels(int round, FileKind kind, String id) {
    return VolumeFormats.NIFTI.readLabels(map(round, kind, id));
  }

  /** Labels that a round hands on, with the trust in them. */
  public PseudoLabel readPseudoLabel(int round, String id) {
    return new PseudoLabel(
        readLabels(round, FileKind.PSEUDO_LABELS, id).labels(),
        VolumeFormats.NIFTI.readVolume(map(round, FileKind.CONFIDENCE, id)).voxels());
  }

  /** What lies in it beside the files of its stages. */
  public RunNotes notes() {
    return new RunNotes(root);
  }

  /** The result of a case. */
  public Path prediction(String id) {
    return file("predictions", id + ".nii.gz");
  }
}
