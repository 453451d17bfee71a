package org.onelabel.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * stages/NAME.json        one for each finished stage: its seconds
 * features/ID.safetensors
 * round-0/pseudo-labels/ID.nii.gz, confidence/ID.nii.gz      after propagation
 * round-R/weights.safetensors, training.csv, round.json
 * round-R/predicted/ID.nii.gz, uncertainty/ID.nii.gz         on the working grid
 * round-R/pseudo-labels/ID.nii.gz, confidence/ID.nii.gz      after refinement
 * model.safetensors       the final specialist and all it needs to predict
 * predictions/ID.nii.gz   on the grid of the file
 * metrics.json, timing.json, report.html
 * </pre>
 */
public final class RunDirectory {
  private final Path root;

  private RunDirectory(Path root) {
    this.root = root;
  }

  /** What a finished stage leaves. */
  record Stage(String name, double seconds) {}

  /** A new run in {@code root}, which must be empty or absent. */
  public static RunDirectory create(Path root, Configuration configuration) {
    requireFree(root);
    AtomicFile.write(root.resolve("configuration.json"), configuration.toJson());
    return new RunDirectory(root);
  }

  /** Refuses a folder that a new run cannot have. */
  public static void requireFree(Path root) {
    if (Files.exists(root.resolve("configuration.json"))) {
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

  /** A run that was begun before. */
  public static RunDirectory open(Path root) {
    if (!Files.isRegularFile(root.resolve("configuration.json"))) {
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

  /** The report. */
  public Path report() {
    return file("report.html");
  }

  /** What the run reached, some lines of text. */
  public List<String> summary() {
    return Json.read(file("metrics.json"), RunMetrics.class).lines();
  }

  boolean isDone(String stage) {
    return Files.isRegularFile(stageFile(stage));
  }

  void done(String stage, double seconds) {
    Json.write(stageFile(stage), new Stage(stage, seconds));
  }

  /** Seconds of each finished stage among {@code names}, in their order. */
  Map<String, Double> seconds(List<String> names) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (String name : names) {
      if (isDone(name)) {
        seconds.put(name, Json.read(stageFile(name), Stage.class).seconds());
      }
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

  void writeFeatures(String id, FeatureGrid features) {
    writeTensors(file("features", id + ".safetensors"), FeatureFile.of(features));
  }

  FeatureGrid readFeatures(String id) {
    return FeatureFile.read(readTensors(file("features", id + ".safetensors")));
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
