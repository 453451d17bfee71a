package org.onelabel.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.kernels.Kernels;
import org.onelabel.networks.operations.ComputeDevice;
import org.onelabel.pipeline.HeardLines;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.SmallCohort;
import org.onelabel.pipeline.cohort.Cohort;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.FileKind;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageManifest;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.files.Json;
import org.onelabel.pipeline.inference.PredictionRequest;
import org.onelabel.pipeline.inference.Predictions;
import org.onelabel.pipeline.prediction.Model;
import org.onelabel.pipeline.prediction.SecondOpinion;
import org.onelabel.pipeline.prediction.Segmentation;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.quality.ScanEvidence;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.stage.Devices;
import org.onelabel.pipeline.stage.LocalRunner;
import org.onelabel.pipeline.stage.PerCaseStage;
import org.onelabel.pipeline.stage.Stage;
import org.onelabel.pipeline.stage.StageContext;
import org.onelabel.pipeline.stage.StagePlan;
import org.onelabel.pipeline.stage.StageRunner;
import org.onelabel.pipeline.workflow.Workflow;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.CaseSets;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.format.VolumeFormats;

/** The whole pipeline on the synthetic cohort, with a network too small to be good. */
public class PipelineTest {
  @TempDir private static Path folder;
  private static Dataset dataset;

  /** The same without validation cases: the last round that keeps the structures is the model. */
  private static Dataset unvalidated;

  public static final Map<String, String> SMALL =
      Map.ofEntries(
          Map.entry("mergeStructures", "true"),
          Map.entry("network.width", "4"),
          Map.entry("training.iterations", "12"),
          Map.entry("training.validateEvery", "12"),
          Map.entry("training.patchVoxels", "20000"),
          Map.entry("training.learningRate", "0.05"),
          Map.entry("training.extensions", "0"),
          Map.entry("registration.cells", "1000"),
          // What most of such a run's time would go to; the scans lie as the template does.
          Map.entry("registration.find", "false"),
          Map.entry("encoder.kind", "pool"),
          Map.entry("training.pretrained", "true"),
          Map.entry("encoder.stride", "2"),
          Map.entry("encoder.learnt.iterations", "3"),
          Map.entry("encoder.learnt.patchVoxels", "8000"),
          Map.entry("prediction.overlap", "0.25"),
          Map.entry("rounds", "2"),
          Map.entry("report.volumes", "2"));

  @BeforeAll
  static void makeCohort() {
    SmallCohort.write(folder.resolve("cohort"), 5);
    dataset = DatasetFolder.open(folder.resolve("cohort"), Optional.empty());
    unvalidated =
        new Dataset(
            dataset.name(),
            dataset.images(),
            dataset.structures(),
            dataset.structuresFrom(),
            new CaseSets(
                dataset.template(),
                dataset.unlabelled().subList(0, 3),
                List.of(),
                dataset.test().subList(0, 1)),
            dataset.warnings());
  }

  private static final Map<String, String> REGISTERED =
      Map.of("registration.find", "true", "registration.atlases", "2");

  private static Path run(String name, Map<String, String> changes) {
    return run(dataset, name, changes);
  }

  private static Path run(Dataset dataset, String name, Map<String, String> changes) {
    Map<String, String> settings = new LinkedHashMap<>(SMALL);
    settings.putAll(changes);
    Path root = folder.resolve(name);
    Configuration configuration = Configuration.of("quick", settings);
    go(dataset, RunDirectory.create(root, configuration));
    return root;
  }

  private static void go(Dataset dataset, RunDirectory run) {
    go(dataset, run, Progress.SILENT);
  }

  private static void go(Dataset dataset, RunDirectory run, Progress progress) {
    try (Kernels kernels = Kernels.open()) {
      Cohort cohort =
          Cohort.read(
              dataset, run.configuration().cohort(), run.configuration().registration(), progress);
      new Pipeline(cohort, run, new Devices(kernels, ComputeDevice.cpu()), progress).run();
    }
  }

  /** Does the stages before one, as if the process had died there. */
  private static void goUntil(Dataset dataset, RunDirectory run, String end) {
    Configuration configuration = run.configuration();
    Cohort cohort =
        Cohort.read(dataset, configuration.cohort(), configuration.registration(), Progress.SILENT);
    try (Kernels kernels = Kernels.open()) {
      Devices devices = new Devices(kernels, ComputeDevice.cpu());
      Pipeline pipeline = new Pipeline(cohort, run, devices, Progress.SILENT);
      Workflow.of(configuration, dataset).stages().stream()
          .map(stage -> stage.name().toString())
          .takeWhile(name -> !name.equals(end))
          .forEach(name -> pipeline.run(name, Optional.empty()));
    }
  }

  /** Goes on with a run in the dataset of a folder; the names of the stages that were done. */
  private static List<String> resume(Path cohort, Path root) {
    RunDirectory run = RunDirectory.open(root);
    List<String> said = new ArrayList<>();
    go(DatasetFolder.open(cohort, Optional.empty()), run, new HeardLines(said));
    List<String> done = new ArrayList<>(run.manifests().names());
    done.removeIf(stage -> said.contains(stage + ": done before"));
    return done;
  }

  private static List<Path> results(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(root::relativize)
          .filter(
              f ->
                  !f.startsWith("stages")
                      && !f.toString().matches("timing.json|report.html|.dataset"))
          .sorted()
          .toList();
    }
  }

  private static Set<String> strings(List<Path> files) {
    return files.stream().map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
  }

  /** What docs/reference/run-directory.md promises of a run of {@link #SMALL}. */
  private static Set<String> files(Dataset dataset, int rounds) {
    Set<String> files =
        new TreeSet<>(
            List.of(
                ".lock",
                "configuration.json",
                "run.json",
                "round-0/round.json",
                "encoder.safetensors",
                "features/" + dataset.template().id() + ".safetensors",
                "model.safetensors",
                "template.safetensors",
                "selection.json",
                "metrics.json",
                "cases.csv"));
    for (int r = 1; r <= rounds; r++) {
      for (String name :
          List.of("weights.safetensors", "training.csv", "components.json", "round.json")) {
        files.add("round-" + r + "/" + name);
      }
    }
    for (Case source : dataset.unlabelled()) {
      files.add("registration/" + source.id() + ".safetensors");
      files.add("atlases/" + source.id() + ".safetensors");
      files.add("features/" + source.id() + ".safetensors");
      for (int r = 0; r <= rounds; r++) {
        if (r > 0) {
          files.add("round-" + r + "/uncertainty/" + source.id() + ".json");
          files.add("round-" + r + "/evidence/" + source.id() + ".json");
          files.add("round-" + r + "/result-0.25/" + source.id() + ".nii.gz");
        }
        for (String kind :
            r == 0
                ? List.of("pseudo-labels", "confidence")
                : List.of("predicted", "margin", "uncertainty", "pseudo-labels", "confidence")) {
          files.add("round-" + r + "/" + kind + "/" + source.id() + ".nii.gz");
        }
      }
    }
    Stream.of(dataset.unlabelled(), dataset.validation(), dataset.test())
        .flatMap(List::stream)
        .forEach(
            source -> {
              files.add("predictions/" + source.id() + ".nii.gz");
              files.add("evidence/" + source.id() + ".json");
            });
    return files;
  }

  public static void assertSameResults(Path one, Path two) throws IOException {
    List<Path> files = results(one);
    assertEquals(files, results(two));
    for (Path file : files) {
      assertArrayEquals(
          Files.readAllBytes(one.resolve(file)),
          Files.readAllBytes(two.resolve(file)),
          file.toString());
    }
  }

  @Test
  void stagesThatAreDoneOneByOneAndCaseByCaseGiveTheSameBytes() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>(SMALL);
    settings.putAll(REGISTERED);
    settings.putAll(Map.of("rounds", "0", "encoder.kind", "descriptors"));
    Path whole = run(unvalidated, "whole", settings);
    Configuration configuration = Configuration.of("quick", settings);
    RunDirectory run = RunDirectory.create(folder.resolve("pieces"), configuration);
    Cohort cohort =
        Cohort.read(
            unvalidated, configuration.cohort(), configuration.registration(), Progress.SILENT);
    try (Kernels kernels = Kernels.open()) {
      Devices devices = new Devices(kernels, ComputeDevice.cpu());
      Pipeline pipeline = new Pipeline(cohort, run, devices, Progress.SILENT);
      StageName features = StageName.Kind.FEATURES.once();
      InputException early =
          assertThrows(
              InputException.class,
              () -> pipeline.run(features.toString(), Optional.of(unvalidated.template().id())));
      assertTrue(early.getMessage().contains("registration comes first"), early.getMessage());
      for (Stage stage : Workflow.of(configuration, unvalidated).stages()) {
        if (stage instanceof PerCaseStage) {
          for (String id : cohort.poolIds().reversed()) {
            pipeline.run(stage.name().toString(), Optional.of(id));
            assertTrue(Files.exists(run.file("stages", stage.name().toString(), id + ".json")));
          }
        }
        pipeline.run(stage.name().toString(), Optional.empty());
        assertFalse(Files.exists(run.file("stages", stage.name().toString())));
      }
    }
    assertSameResults(whole, run.root());
  }

  /** Each would name every file of the dataset: they are as many as cases. */
  @Test
  void aCaseSaysInShortWhatItFollowsFromAndIsAlsoKnownByAllOfIt() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>(SMALL);
    settings.putAll(Map.of("rounds", "0", "encoder.kind", "descriptors"));
    Configuration configuration = Configuration.of("quick", settings);
    RunDirectory run = RunDirectory.create(folder.resolve("short"), configuration);
    Cohort cohort =
        Cohort.read(dataset, configuration.cohort(), configuration.registration(), Progress.SILENT);
    StageName features = StageName.Kind.FEATURES.once();
    String first = cohort.poolIds().getFirst();
    String second = cohort.poolIds().get(1);
    try (Kernels kernels = Kernels.open()) {
      Devices devices = new Devices(kernels, ComputeDevice.cpu());
      Pipeline pipeline = new Pipeline(cohort, run, devices, Progress.SILENT);
      pipeline.run(features.toString(), Optional.of(first));
      StageManifest brief = run.manifests().of(features, first).read().orElseThrow();
      assertEquals(1, brief.inputs().files().size());
      assertEquals(Map.of(), brief.inputs().settings());

      pipeline.run(features.toString(), Optional.empty());
      Path stage = run.file("stages", "features.json");
      StageManifest whole = run.manifests().of(features).read().orElseThrow();
      assertTrue(whole.inputs().files().size() > dataset.unlabelled().size());
      String file = run.name(run.features(first));
      Json.write(
          run.file("stages", "features", first + ".json"),
          new StageManifest(
              "features/" + first,
              1,
              whole.inputs(),
              Map.of(file, whole.files().get(file)),
              null,
              false));
      Files.delete(stage);
      FileTime before = Files.getLastModifiedTime(run.features(first));
      FileTime beforeOfSecond = Files.getLastModifiedTime(run.features(second));
      pipeline.run(features.toString(), Optional.empty());
      assertEquals(before, Files.getLastModifiedTime(run.features(first)));
      assertNotEquals(beforeOfSecond, Files.getLastModifiedTime(run.features(second)));
      assertEquals(whole.files(), run.manifests().of(features).read().orElseThrow().files());
    }
  }

  @Test
  void theRunnersOfARequestDoItsStages() {
    Map<String, String> settings = new LinkedHashMap<>(SMALL);
    settings.putAll(Map.of("rounds", "0", "encoder.kind", "descriptors"));
    List<StageName> done = new ArrayList<>();
    DeviceSettings elsewhere =
        DeviceSettings.CPU.withRunners(
            (run, files, siblings, progress) ->
                new Noting(new LocalRunner(run, files, siblings, progress), done));
    Configuration configuration = Configuration.of("quick", settings);
    RunRequest request =
        RunRequest.of(folder.resolve("cohort"), configuration, folder.resolve("elsewhere"))
            .withDevices(elsewhere);
    Runs.begin(request, Progress.SILENT);
    assertEquals(Workflow.of(configuration, dataset).names(), done);
  }

  /** Notes what it is asked to do. */
  private record Noting(StageRunner runner, List<StageName> done) implements StageRunner {
    @Override
    public void run(StagePlan plan, StageContext context) {
      plan.stages().forEach(stage -> run(stage, context));
    }

    @Override
    public void run(Stage stage, StageContext context) {
      done.add(stage.name());
      runner.run(stage, context);
    }

    @Override
    public void run(PerCaseStage stage, String id, StageContext context) {
      runner.run(stage, id, context);
    }

    @Override
    public boolean isCurrent(Stage stage) {
      return runner.isCurrent(stage);
    }

    @Override
    public List<Stage> left(StagePlan plan) {
      return runner.left(plan);
    }
  }

  @Test
  void sameSeedGivesTheSameBytesAlsoAfterAResume() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>(SMALL);
    settings.putAll(REGISTERED);
    Configuration registered = Configuration.of("quick", settings);
    Path straight = run(unvalidated, "straight", REGISTERED);
    assertEquals(files(unvalidated, 2), strings(results(straight)));
    assertEquals(
        Set.of(
            "encoder",
            "registration",
            "atlases",
            "features",
            "propagation",
            "round-1-training",
            "round-1-prediction",
            "round-1-refinement",
            "round-2-training",
            "round-2-prediction",
            "round-2-refinement",
            "selection",
            "predictions",
            "evaluation",
            "report"),
        Json.readNumbers(straight.resolve("timing.json")).keySet());
    RunDirectory again = RunDirectory.create(folder.resolve("again"), registered);
    goUntil(unvalidated, again, "round-2-training");
    assertFalse(Files.exists(again.file("metrics.json")));
    go(unvalidated, RunDirectory.open(again.root()));
    assertSameResults(straight, again.root());

    Path other = run(unvalidated, "other", Map.of("seed", "2", "rounds", "1"));
    String weights = "round-1/weights.safetensors";
    assertNotEquals(-1L, Files.mismatch(straight.resolve(weights), other.resolve(weights)));
    assertReportIsSelfContained(straight.resolve("report.html"));
    assertReportTellsTheSizes(straight);
    assertModelPredicts(straight);
    assertModelPredictsThePool(straight);
  }

  private static void assertReportIsSelfContained(Path report) throws IOException {
    String html = Files.readString(report);
    assertFalse(html.contains("src=\"http"), "no file from elsewhere");
    assertFalse(html.contains(folder.toString()), "no absolute path");
    assertTrue(html.contains("data:image/png;base64,"));
    assertTrue(html.contains("pseudo-labels, round 0"));
    assertTrue(html.contains("set by network.width"), "what the data decided, and what did not");
  }

  private static void assertReportTellsTheSizes(Path root) throws IOException {
    String html = Files.readString(root.resolve("report.html"));
    List<Path> predictions;
    try (Stream<Path> files = Files.list(root.resolve("predictions"))) {
      predictions = files.sorted().toList();
    }
    assertEquals(4, predictions.size());
    for (Path file : predictions) {
      LabelMap labels = VolumeFormats.NIFTI.readLabels(file);
      int voxels = 0;
      for (byte label : labels.labels()) {
        voxels += label;
      }
      double cubicMillimetres = voxels;
      for (double side : labels.geometry().spacing()) {
        cubicMillimetres *= side;
      }
      String id = file.getFileName().toString().replace(".nii.gz", "");
      MatchResult size =
          Pattern.compile(
                  "<td>%s</td><td>(pool|test)</td><td>(<b class=\"mark\">[a-z]+</b> )?([0-9.]+)</td>"
                      .formatted(id))
              .matcher(html)
              .results()
              .reduce((_, last) -> last)
              .orElseThrow(() -> new AssertionError("no size of " + id));
      assertEquals(
          cubicMillimetres / 1000,
          Double.parseDouble(size.group(3)),
          0.005 * cubicMillimetres / 1000,
          id);
    }
  }

  /** Hears of the parts of a step. */
  private record Parts(List<String> heard) implements Progress.Task {
    @Override
    public void step(String detail) {
      heard.add(detail);
    }

    @Override
    public void part(int done, int all) {
      heard.add(done + "/" + all);
    }

    @Override
    public void close() {}
  }

  /** The pool is not predicted again in the end: what the round left is what the model says. */
  private static void assertModelPredictsThePool(Path root) {
    RunDirectory run = RunDirectory.open(root);
    Case source = dataset.unlabelled().getFirst();
    int round = RunMetrics.read(run).modelRound();
    assertArrayEquals(
        VolumeFormats.NIFTI.readLabels(run.result(round, 0.25, source.id())).labels(),
        VolumeFormats.NIFTI.readLabels(run.prediction(source.id())).labels());
    try (Kernels kernels = Kernels.open();
        Model model = Model.read(run.model(), kernels, ComputeDevice.cpu());
        Progress.Task task = Progress.SILENT.begin("", 1)) {
      SecondOpinion propagation = _ -> Optional.of(run.readPseudoLabel(0, source.id()));
      Segmentation again = model.predict(source, propagation, task);
      assertArrayEquals(
          again.labels().labels(),
          VolumeFormats.NIFTI.readLabels(run.prediction(source.id())).labels());
      assertEquals(again.evidence(), Json.read(run.evidence(source.id()), ScanEvidence.class));
    }
  }

  private static void assertModelPredicts(Path root) {
    Case source = dataset.test().getFirst();
    PredictionRequest request =
        PredictionRequest.of(root, source.images().getFirst(), root.resolveSibling("again.nii.gz"))
            .withDevices(DeviceSettings.CPU);
    Predictions again = OneLabel.predict(request, Progress.SILENT);
    assertArrayEquals(
        VolumeFormats.NIFTI.readLabels(root.resolve("predictions/synthetic_014.nii.gz")).labels(),
        VolumeFormats.NIFTI.readLabels(request.output()).labels(),
        "the run's own prediction");
    assertEquals(
        RunMetrics.read(RunDirectory.open(root)).estimates().stream()
            .filter(e -> e.id().equals("synthetic_014"))
            .map(RunMetrics.Estimate::dice)
            .toList(),
        again.estimatedDice().values().stream().map(s -> List.copyOf(s.values())).toList());
    OneLabel.predict(request.bySpecialistOnly(), Progress.SILENT);
    try (Kernels kernels = Kernels.open();
        Model model = Model.read(RunDirectory.open(root).model(), kernels, ComputeDevice.cpu());
        Parts parts = new Parts(new ArrayList<>())) {
      assertEquals(List.of("structure"), model.structures());
      assertArrayEquals(
          VolumeFormats.NIFTI.readLabels(request.output()).labels(),
          model.predict(source, SecondOpinion.NONE, parts).labels().labels());
      int windows = model.demand(source, 0).windows();
      assertEquals(
          IntStream.rangeClosed(1, windows).mapToObj(done -> done + "/" + windows).toList(),
          parts.heard);
    }
  }

  @Test
  void hiddenLabelsOnlyMeasure() throws IOException {
    Path cohort = folder.resolve("without-hidden");
    SmallCohort.write(cohort, 5);
    Map<String, String> settings = Map.of("rounds", "1");
    Path with = run("with-hidden", settings);
    try (Stream<Path> labels = Files.list(cohort.resolve("labelsUnHidden"))) {
      for (Path label : labels.toList()) {
        Files.delete(label);
      }
    }
    Dataset unmeasured = DatasetFolder.open(cohort, Optional.empty());
    Path without = run(unmeasured, "no-hidden", settings);
    assertEquals(results(with), results(without));
    for (Path file : results(with)) {
      if (!file.endsWith("metrics.json") && !file.endsWith("cases.csv")) {
        assertEquals(-1, Files.mismatch(with.resolve(file), without.resolve(file)));
      }
    }
    RunMetrics measured = Json.read(with.resolve("metrics.json"), RunMetrics.class);
    assertEquals(SmallCohort.UNLABELLED, measured.poolDice().get("predicted").getFirst().cases());
    assertEquals(SmallCohort.UNLABELLED, measured.sets().get("pool").mean().cases());
    RunMetrics unknown = Json.read(without.resolve("metrics.json"), RunMetrics.class);
    assertEquals(List.of(), unknown.poolDice().get("predicted"));
    assertEquals(measured.sets().get("test"), unknown.sets().get("test"));
    assertFalse(unknown.sets().containsKey("pool"));
  }

  /** What is changed, step by step; each time the run comes to what a new one would. */
  @Test
  void aRunFollowsItsDataset() throws IOException {
    Map<String, String> settings =
        Map.of(
            "rounds", "0",
            "encoder.kind", "descriptors",
            "spacing", "6",
            "report.volumes", "1");
    Path cohort = folder.resolve("changing");
    SmallCohort.write(cohort, 5);
    Path root = run(DatasetFolder.open(cohort, Optional.empty()), "followed", settings);
    assertEquals(List.of(), resume(cohort, root), "nothing was changed");

    Path moved = folder.resolve("moved");
    Files.move(cohort, moved);
    assertEquals(List.of(), resume(moved, root), "the same files in another place");
    Files.move(moved, cohort);

    swap(cohort.resolve("labelsUnHidden"), "synthetic_002.nii.gz", "synthetic_003.nii.gz");
    assertEquals(List.of("evaluation", "report"), resume(cohort, root), "hidden labels measure");

    swap(cohort.resolve("imagesUn"), "synthetic_002_0000.nii.gz", "synthetic_003_0000.nii.gz");
    List<String> all =
        List.of("evaluation", "features", "predictions", "propagation", "report", "selection");
    assertEquals(all, resume(cohort, root), "two scans of the pool were swapped");

    Files.delete(cohort.resolve("imagesUn/synthetic_004_0000.nii.gz"));
    Files.delete(cohort.resolve("labelsUnHidden/synthetic_004.nii.gz"));
    assertEquals(all, resume(cohort, root), "a scan was removed");
    assertFalse(Files.exists(root.resolve("features/synthetic_004.safetensors")));
    assertFalse(Files.exists(root.resolve("round-0/confidence/synthetic_004.nii.gz")));

    Path label = cohort.resolve("labelsTr/synthetic_000.nii.gz");
    VolumeFormats.NIFTI.write(label, grown(VolumeFormats.NIFTI.readLabels(label)));
    assertEquals(all, resume(cohort, root), "the frame lies around the template's label");

    RunMetrics metrics = Json.read(root.resolve("metrics.json"), RunMetrics.class);
    assertFalse(metrics.pool().stream().anyMatch(m -> m.id().equals("synthetic_004")));
    Path fresh = run(DatasetFolder.open(cohort, Optional.empty()), "fresh", settings);
    assertSameResults(fresh, root);

    Path settingsFile = root.resolve("configuration.json");
    Files.writeString(
        settingsFile, Files.readString(settingsFile).replace("\"k\" : 15", "\"k\" : 3"));
    assertTrue(resume(cohort, root).contains("propagation"), "settings edited by hand");
  }

  private static void swap(Path folder, String one, String two) throws IOException {
    Path aside = folder.resolve("aside");
    Files.move(folder.resolve(one), aside);
    Files.move(folder.resolve(two), folder.resolve(one));
    Files.move(aside, folder.resolve(two));
  }

  /** Every structure one voxel longer to the right. */
  private static LabelMap grown(LabelMap labels) {
    byte[] values = labels.labels().clone();
    for (int i = values.length - 1; i > 0; i--) {
      values[i] = values[i] == 0 ? values[i - 1] : values[i];
    }
    return new LabelMap(labels.geometry(), values);
  }

  @Test
  void everyScanHasOneWorkingGridAlsoWhereVoxelsDoNotFitItsExtent() {
    Path cohort = folder.resolve("other-extents");
    SmallCohort.write(cohort, 5);
    // The template's 112 mm are 37 voxels of 3.05 mm, so of 3.03 mm; of those 108 mm would be 36,
    // but they are 35 of 3.05 mm.
    for (int i = 1; i <= SmallCohort.UNLABELLED; i++) {
      cropFourMillimetres(cohort.resolve("imagesUn", "synthetic_%03d_0000.nii.gz".formatted(i)));
      cropFourMillimetres(cohort.resolve("labelsUnHidden", "synthetic_%03d.nii.gz".formatted(i)));
    }
    Path root =
        run(
            DatasetFolder.open(cohort, Optional.empty()),
            "spaced",
            Map.of("rounds", "0", "encoder.kind", "descriptors", "spacing", "3.05"));
    for (int i = 1; i <= SmallCohort.UNLABELLED; i++) {
      String name = "round-0/%s/synthetic_%03d.nii.gz";
      Geometry labels =
          VolumeFormats.NIFTI.readGeometry(root.resolve(name.formatted("pseudo-labels", i)));
      assertEquals(35, labels.sizeX());
      assertEquals(108.0 / 35, labels.spacing()[0], 1e-5);
      assertEquals(
          labels, VolumeFormats.NIFTI.readGeometry(root.resolve(name.formatted("confidence", i))));
    }
    RunMetrics metrics = Json.read(root.resolve("metrics.json"), RunMetrics.class);
    assertEquals(
        SmallCohort.UNLABELLED, metrics.poolDice().get("pseudo-labels").getFirst().cases());
  }

  private static void cropFourMillimetres(Path file) {
    Volume volume = VolumeFormats.NIFTI.readVolume(file);
    Geometry whole = volume.geometry();
    Geometry cropped = Geometry.of(whole.sizeX() - 2, whole.sizeY(), whole.sizeZ(), whole.affine());
    VolumeFormats.NIFTI.write(
        file, new Volume(cropped, Arrays.copyOf(volume.voxels(), cropped.voxels())));
  }

  @Test
  void propagationCarriesEveryStructure() {
    Path root =
        run(
            "propagated",
            Map.of("rounds", "0", "mergeStructures", "false", "encoder.kind", "descriptors"));
    RunMetrics metrics = Json.read(root.resolve("metrics.json"), RunMetrics.class);
    RunMetrics.RoundDice dice = metrics.poolDice().get("pseudo-labels").getFirst();
    assertTrue(dice.mean() > 0.6, "Dice " + dice);
    assertEquals(3, dice.structures().size());
    dice.structures().forEach(d -> assertTrue(d > 0.4, "Dice " + dice));
  }

  @Test
  void aRunIsNotOverwritten() {
    Path root = folder.resolve("taken");
    Configuration configuration = Configuration.of("quick", Map.of());
    RunDirectory.create(root, configuration);
    assertThrows(InputException.class, () -> RunDirectory.create(root, configuration));
  }

  @Test
  void regionsMayBeAsked() throws IOException {
    Path root =
        run(
            "regions",
            Map.of(
                "training.iterations", "4",
                "refinement.kind", "region",
                "refinement.region.features", "specialist",
                "refinement.uncertainty", "mutual-information",
                "refinement.passes", "2"));
    RunDirectory run = RunDirectory.open(root);
    int changed = 0;
    for (Case source : dataset.unlabelled()) {
      byte[] predicted = run.readLabels(2, FileKind.PREDICTED, source.id()).labels();
      byte[] refined = run.readLabels(2, FileKind.PSEUDO_LABELS, source.id()).labels();
      changed += Arrays.equals(predicted, refined) ? 0 : 1;
      int own = run.readFeatures(run.features(2, source.id())).dimension();
      assertTrue(own != run.readFeatures(run.features(source.id())).dimension(), own + " channels");
    }
    assertTrue(changed > 0, "no region says anything");
  }

  /** Predictions of the pool are the pseudo-labels of round 0; those of others lie about right. */
  private static void assertPredictedByPropagation(Dataset dataset, Path root) {
    RunDirectory run = RunDirectory.open(root);
    RunMetrics metrics = Json.read(root.resolve("metrics.json"), RunMetrics.class);
    assertEquals(0, metrics.modelRound());
    assertFalse(Files.exists(root.resolve("model.safetensors")));
    InputException e = assertThrows(InputException.class, run::model);
    assertTrue(e.getMessage().contains("has no model.safetensors"), e.getMessage());
    double[] spacing =
        Cohort.read(
                dataset,
                run.configuration().cohort(),
                run.configuration().registration(),
                Progress.SILENT)
            .spacing();
    for (Case source : dataset.unlabelled()) {
      LabelMap back =
          WorkingScan.unnormalised(source, spacing)
              .grid()
              .back(run.readLabels(0, FileKind.PSEUDO_LABELS, source.id()));
      LabelMap prediction = VolumeFormats.NIFTI.readLabels(run.prediction(source.id()));
      assertEquals(source.readGeometry().shape()[0], prediction.geometry().shape()[0]);
      assertArrayEquals(back.labels(), prediction.labels());
    }
    metrics.sets().forEach((set, m) -> assertTrue(m.mean().dice() > 0.4, set + " " + m));
  }

  @Test
  void aRunWithoutRoundsPredictsEveryCaseByPropagation() throws IOException {
    Path root =
        run(
            "no-rounds",
            Map.of(
                "rounds",
                "0",
                "encoder.kind",
                "descriptors",
                "encoder.stride",
                "1",
                "spacing",
                "3"));
    assertPredictedByPropagation(dataset, root);
    RunMetrics metrics = Json.read(root.resolve("metrics.json"), RunMetrics.class);
    assertEquals(Set.of("pool", "validation", "test"), metrics.sets().keySet());
    assertEquals(2, metrics.sets().get("test").mean().cases());
    assertEquals(
        "Nothing was trained: the labels are those of the propagation (round 0).",
        metrics.conclusion().getFirst());
    assertTrue(
        metrics.conclusion().get(1).startsWith("On 2 validation cases their mean Dice is 0."));
    assertEquals(metrics.conclusion(), metrics.lines().subList(5, 8));
    assertTrue(
        Files.readString(root.resolve("report.html"))
            .contains(String.join(" ", metrics.conclusion())));
    double chosenBy = metrics.rounds().getFirst().validation();
    assertEquals(metrics.sets().get("validation").mean().dice(), chosenBy, 0.02);
  }

  /** At such a rate the network comes to see one class everywhere. */
  private static final Map<String, String> HOPELESS =
      Map.of(
          "training.learningRate", "1000",
          "training.iterations", "2",
          "training.validateEvery", "1",
          "training.pretrained", "false",
          "encoder.kind", "descriptors",
          "encoder.stride", "1",
          "mergeStructures", "false",
          "spacing", "3");

  @Test
  void whereNoTrainingKeepsTheStructuresTheRunEndsWithThePropagation() throws IOException {
    Path root = run(unvalidated, "hopeless", HOPELESS);
    assertPredictedByPropagation(unvalidated, root);
    RunMetrics metrics = Json.read(root.resolve("metrics.json"), RunMetrics.class);
    assertEquals(3, metrics.rounds().size());
    String first = metrics.conclusion().getFirst();
    assertTrue(first.startsWith("No training kept "), first);
    RunDirectory run = RunDirectory.open(root);
    for (int r = 1; r <= 2; r++) {
      List<String> lost = metrics.rounds().get(r).lost();
      assertFalse(lost.isEmpty());
      String csv = Files.readString(root.resolve("round-" + r + "/training.csv"));
      assertTrue(csv.startsWith("iteration,loss,gradient_norm,watched_dice,lost\n1,"), csv);
      assertTrue(csv.contains("\"" + String.join("; ", lost) + "\""), csv);
      assertTrue(
          Files.readString(root.resolve("report.html"))
              .contains("round " + r + ": the specialist does not find " + lost.getFirst()));
      // The next round trains with every structure that the propagation has.
      for (Case source : unvalidated.unlabelled()) {
        byte[] propagated = run.readLabels(0, FileKind.PSEUDO_LABELS, source.id()).labels();
        byte[] refined = run.readLabels(r, FileKind.PSEUDO_LABELS, source.id()).labels();
        for (int i = 0; i < refined.length; i++) {
          if (propagated[i] > 0 && lost.contains(metrics.structures().get(propagated[i] - 1))) {
            assertEquals(propagated[i], refined[i]);
          }
        }
      }
    }
  }

  @Test
  void validationCasesPreferThePropagationToAWorseSpecialist() {
    Map<String, String> once = new LinkedHashMap<>(HOPELESS);
    once.put("rounds", "1");
    Path root = run("worse", once);
    assertPredictedByPropagation(dataset, root);
    RunMetrics metrics = Json.read(root.resolve("metrics.json"), RunMetrics.class);
    assertTrue(metrics.rounds().get(0).validation() > metrics.rounds().get(1).validation());
    assertEquals(
        "No training was better on the validation cases: the labels are those of the propagation"
            + " (round 0).",
        metrics.conclusion().getFirst());
  }
}
