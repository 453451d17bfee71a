package org.onelabel.pipeline.inference;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.Work;
import org.onelabel.pipeline.stage.Workers;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.Naming;
import org.onelabel.volumes.dataset.Scans;

/**
 * Some scans to segment with the model of a finished run.
 *
 * @param input where all scans are
 * @param further files of each scan besides labels
 * @param statistics the table whose lines are told; empty for none
 * @param outputs the label file of each scan, by its id
 */
record ScansWork(
    File run,
    File input,
    Naming naming,
    boolean specialistOnly,
    Set<ScanOutput> further,
    String statistics,
    Map<String, File> outputs)
    implements Work<ScanResult[]> {
  /** Has workers predict every scan into its file; the results are in the order of the scans. */
  static List<ScanResult> results(
      Workers workers, PredictionRequest request, Map<Case, Path> outputs, Progress progress) {
    List<ScansWork> pieces =
        workers.parts(List.copyOf(outputs.keySet())).stream()
            .map(part -> of(request, part, outputs))
            .toList();
    Map<String, ScanResult> results = new HashMap<>();
    try (Progress.Task task = progress.begin("predictions", outputs.size())) {
      workers.run(
          pieces,
          done -> {
            for (ScanResult result : done) {
              results.put(result.id(), result);
              task.step(result.id());
            }
          });
    }
    return outputs.keySet().stream()
        .map(Case::id)
        .filter(results::containsKey)
        .map(results::get)
        .toList();
  }

  private static ScansWork of(
      PredictionRequest request, List<Case> scans, Map<Case, Path> outputs) {
    Map<String, File> files = new LinkedHashMap<>();
    scans.forEach(scan -> files.put(scan.id(), outputs.get(scan).toAbsolutePath().toFile()));
    return new ScansWork(
        request.run().toAbsolutePath().toFile(),
        request.input().toAbsolutePath().toFile(),
        request.naming(),
        request.specialistOnly(),
        request.further().ofScans(),
        request.further().statistics().map(Path::toString).orElse(""),
        files);
  }

  private PredictionRequest request() {
    Optional<Path> table =
        statistics.isEmpty() ? Optional.empty() : Optional.of(Path.of(statistics));
    PredictionRequest request =
        PredictionRequest.of(run.toPath(), input.toPath(), input.toPath())
            .withNaming(naming)
            .withFurther(new FurtherOutputs(further, table));
    return specialistOnly ? request.bySpecialistOnly() : request;
  }

  @Override
  public ScanResult[] run(Devices devices, Progress progress) {
    PredictionRequest request = request();
    RunDirectory directory = RunDirectory.open(request.run());
    try (Model model = Model.read(directory.model(), devices.kernels(), devices.networks());
        RunOpinion opinion = RunOpinion.open(request, directory, model, devices, progress);
        Progress.Task task = progress.begin("predictions", outputs.size())) {
      Map<Case, Path> mine = new LinkedHashMap<>();
      for (Case scan : Scans.open(request.input(), naming, model.images()).cases()) {
        if (outputs.containsKey(scan.id())) {
          mine.put(scan, outputs.get(scan.id()).toPath());
        }
      }
      return new ScanPredictor(model, opinion, request.further(), progress)
          .predict(mine, task)
          .toArray(ScanResult[]::new);
    }
  }
}
