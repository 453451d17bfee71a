package org.onelabel.pipeline.inference;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.onelabel.pipeline.directory.OutputPath;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.files.Csv;
import org.onelabel.pipeline.metrics.Spread;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.Workers;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Scans;
import org.onelabel.volumes.dataset.VolumeFile;
import org.onelabel.volumes.file.AtomicFile;
import org.onelabel.volumes.file.FileIdentity;
import org.onelabel.volumes.format.VolumeFormats;

/**
 * Label files of scans, each on the grid of its scan. Immutable.
 *
 * @param written the label files, by the names of their scans, in their order
 * @param estimatedDice by the names of scans: the Dice that the labels of each structure probably
 *     have, 0…1; NaN for a structure that is nowhere found, and of all where the network is alone
 * @param failures one line each: scans that could not be read, or the file that could not be
 *     written, after which no scan was begun; the estimates that could not be written
 * @param scans how many there were
 */
public record Predictions(
    Map<String, Path> written,
    Map<String, Map<String, Double>> estimatedDice,
    List<String> failures,
    int scans) {

  /** What is written beside the labels of a folder of scans. */
  private static final String ESTIMATES = "estimated-dice.csv";

  public Predictions {
    written = Collections.unmodifiableMap(new LinkedHashMap<>(written));
    estimatedDice = Collections.unmodifiableMap(new LinkedHashMap<>(estimatedDice));
    failures = List.copyOf(failures);
  }

  /**
   * Predicts. A scan that cannot be read does not keep others from it.
   *
   * @throws InputException before anything is written, where the run has no model, there are no
   *     scans, or a file would be written over
   */
  public static Predictions of(PredictionRequest request, Progress progress) {
    RunDirectory run = RunDirectory.open(request.run());
    try (Devices devices = request.devices().open();
        Model model = Model.read(run.model(), devices.kernels(), devices.networks())) {
      Scans scans = Scans.open(request.input(), request.naming(), model.images());
      Map<Case, Path> outputs = outputs(request, scans);
      requireFree(request, outputs);
      scans.warnings().lines().forEach(progress::warn);
      List<ScanResult> results;
      Optional<Workers> workers = devices.runners().workers();
      if (workers.isPresent()) {
        results = ScansWork.results(workers.get(), request, outputs, progress);
      } else {
        try (RunOpinion opinion = RunOpinion.open(request, run, model, devices, progress);
            Progress.Task task = progress.begin("predictions", outputs.size())) {
          results =
              new ScanPredictor(model, opinion, request.further(), progress).predict(outputs, task);
        }
      }
      Predictions made =
          of(results, outputs, model.structures()).withTable(request, model, results);
      return isScan(request.input()) ? made : made.written(request.output());
    }
  }

  private static Predictions of(
      List<ScanResult> results, Map<Case, Path> outputs, List<String> structures) {
    Map<String, Path> files = new HashMap<>();
    outputs.forEach((scan, file) -> files.put(scan.id(), file));
    Map<String, Path> written = new LinkedHashMap<>();
    Map<String, Map<String, Double>> estimatedDice = new LinkedHashMap<>();
    List<String> failures = new ArrayList<>();
    for (ScanResult result : results) {
      if (result.isWritten()) {
        written.put(result.id(), files.get(result.id()));
        Map<String, Double> named = new LinkedHashMap<>();
        for (int s = 0; s < result.dice().size(); s++) {
          named.put(structures.get(s), result.dice().get(s));
        }
        estimatedDice.put(result.id(), named);
      } else {
        failures.add(result.failure());
      }
    }
    return new Predictions(written, estimatedDice, failures, outputs.size());
  }

  /** Writes the table of all scans, where one is wanted. */
  private Predictions withTable(PredictionRequest request, Model model, List<ScanResult> results) {
    String lines = results.stream().map(ScanResult::lines).collect(Collectors.joining());
    return having(
        () -> new ScanFiles(request.further(), model.structures(), model.channels()).finish(lines));
  }

  /** What the labels are probably worth, a line for each scan that there is an estimate of. */
  public List<String> lines() {
    return estimatedDice.entrySet().stream()
        .filter(scan -> scan.getValue().values().stream().anyMatch(dice -> !dice.isNaN()))
        .map(
            scan -> {
              List<String> structures =
                  scan.getValue().entrySet().stream()
                      .map(s -> s.getKey() + " " + Spread.number(s.getValue(), 2))
                      .toList();
              double mean = Spread.of(scan.getValue().values()).mean();
              return "%s: estimated Dice %s (%s)"
                  .formatted(scan.getKey(), Spread.number(mean, 2), String.join(", ", structures));
            })
        .toList();
  }

  /** Writes the estimates beside the labels; a cell is empty where there is none. */
  private Predictions written(Path folder) {
    if (written.isEmpty()) {
      return this;
    }
    return having(() -> AtomicFile.write(folder.resolve(ESTIMATES), csv()));
  }

  /** The same after something was written, or with why it could not be. */
  private Predictions having(Runnable written) {
    try {
      written.run();
      return this;
    } catch (InputException e) {
      List<String> all = new ArrayList<>(failures);
      all.add(e.getMessage());
      return new Predictions(this.written, estimatedDice, all, scans);
    }
  }

  private String csv() {
    Csv csv = new Csv();
    csv.line("case", "structure", "estimated_dice");
    estimatedDice.forEach(
        (scan, structures) ->
            structures.forEach(
                (structure, dice) ->
                    csv.line(
                        new Csv.Quoted(scan),
                        new Csv.Quoted(structure),
                        Csv.number("%.6f", dice))));
    return csv.toString();
  }

  /** The file of each scan, in their order. */
  private static Map<Case, Path> outputs(PredictionRequest request, Scans scans) {
    Path output = request.output();
    boolean single = isScan(request.input()) && !Files.isDirectory(output);
    if (single && !VolumeFormats.isWritten(output)) {
      throw new InputException(
          output,
          "must end in %s, or be a folder"
              .formatted(VolumeFormats.describe(VolumeFormats.writtenEndings())));
    }
    boolean called = !Files.isDirectory(output) && VolumeFile.of(output).isPresent();
    if (!single && (called || Files.isRegularFile(output))) {
      throw new InputException(
          output,
          "is %s; a folder of scans needs a folder"
              .formatted(called ? "named as a file" : "a file"));
    }
    Map<Case, Path> outputs = new LinkedHashMap<>();
    for (Case scan : scans.cases()) {
      outputs.put(scan, single ? output : output.resolve(scan.id() + ending(scan)));
    }
    return outputs;
  }

  /** Whether a path is one scan, and not a folder of several. */
  private static boolean isScan(Path input) {
    return !Files.isDirectory(input) || VolumeFormats.of(input).isPresent();
  }

  private static String ending(Case scan) {
    return VolumeFormats.labelEnding(scan.images().getFirst());
  }

  /** Scans, the run and the datasets around keep what they hold. */
  private static void requireFree(PredictionRequest request, Map<Case, Path> outputs) {
    Path output = request.output();
    OutputPath place = new OutputPath(output);
    place.requireOutside(request.run(), "the run");
    place.requireOutsideDatasets();
    place.requireOutsideRuns();
    if (Files.exists(output) && FileIdentity.of(output).equals(FileIdentity.of(request.input()))) {
      throw new InputException(output, "is the input, which is not written over");
    }
    request.further().requireFree(request.run(), output.resolve(ESTIMATES));
    List<Path> written = new ArrayList<>(outputs.values());
    written.addAll(request.further().files(outputs.values()));
    OutputPath.requireApart(
        written,
        outputs.keySet().stream()
            .flatMap(scan -> scan.images().stream())
            .flatMap(image -> Stream.concat(Stream.of(image), VolumeFormats.files(image).stream()))
            .distinct()
            .toList());
  }

  /** Refuses, naming them all, scans that have no labels; those of the others stay. */
  public void requireComplete() {
    if (failures.isEmpty()) {
      return;
    }
    String done = "; %d of %d scans are done".formatted(written.size(), scans);
    throw new InputException(String.join("; ", failures) + (scans > 1 ? done : ""));
  }
}
