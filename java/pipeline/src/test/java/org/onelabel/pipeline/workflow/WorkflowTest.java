package org.onelabel.pipeline.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.configuration.ConfigurationTest;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.stage.Stage;
import org.onelabel.pipeline.stage.StagePlan;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.CaseSets;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.ImageFiles;
import org.onelabel.volumes.dataset.Naming;
import org.onelabel.volumes.dataset.Warnings;

class WorkflowTest {
  private static final Case POOL = scan("b");
  private static final Case OTHER = scan("c");

  private static Case scan(String id) {
    return new Case(id, List.of(Path.of(id + ".nii")), Optional.of(Path.of(id + "-label.nii")));
  }

  private static Dataset dataset(Case... pool) {
    return new Dataset(
        "some",
        new ImageFiles(Naming.SUFFIXED, OptionalInt.of(1), List.of(), Optional.empty()),
        List.of("x"),
        Path.of("dataset.json"),
        new CaseSets(scan("a"), List.of(pool), List.of(scan("v")), List.of(scan("t"))),
        Warnings.NONE);
  }

  private static List<String> names(List<Stage> stages) {
    return stages.stream().map(stage -> stage.name().toString()).toList();
  }

  private static StagePlan plan(String assignments) {
    return Workflow.of(
        Configuration.of("quick", ConfigurationTest.assignments(assignments)),
        dataset(POOL, OTHER));
  }

  @ParameterizedTest
  @CsvSource({
    "refinement.kind=none, refinement.kind=region, true, true",
    "refinement.kind=none, refinement.kind=consensus, true, false",
    "refinement.kind=consensus, encoder.kind=pool, false, false",
    "training.drawn=0, training.drawn=0;encoder.kind=pool, false, true",
    "training.pretrained=true, training.pretrained=true;encoder.kind=pool, false, false",
    "refinement.kind=none, refinement.kind=none;encoder.kind=pool, false, false",
    "refinement.kind=none, refinement.kind=region;propagation.k=3, false, false",
    "refinement.passes=4, refinement.uncertainty=disagreement, true, false",
    "seed=1, seed=2, true, false",
    "seed=1;encoder.kind=pool, seed=2;encoder.kind=pool, false, false",
    "training.clip=2, training.clip=3, true, false",
    "intensities=per-scan, intensities=hounsfield, false, false",
    "prediction.components=1, prediction.components=2, true, false",
    "prediction.propagation=1, prediction.propagation=2, true, true",
    "training.checkpointSeconds=2, training.checkpointSeconds=3, true, true",
    "report.volumes=2, report.volumes=3, true, true"
  })
  void stagesAreInCommonWhereTheyAndWhatTheyNeedReadTheSame(
      String one, String two, boolean propagation, boolean training) {
    for (List<Stage> common :
        List.of(plan(one).inCommon(plan(two)), plan(two).inCommon(plan(one)))) {
      List<String> names = names(common);
      assertEquals(propagation, names.contains("propagation"), names.toString());
      assertEquals(training, names.contains("round-1-training"), names.toString());
      assertFalse(names.contains("report"), "it shows every setting");
    }
  }

  /**
   * Two rounds; the first learns from the template and what the pool tells of anatomy and contrast.
   */
  @ParameterizedTest
  @CsvSource({
    "template/a/image-0, registration features propagation training1 prediction1"
        + " refinement1 training2 prediction2 refinement2 selection predictions evaluation report",
    "template/a/label, registration features propagation training1 prediction1 refinement1"
        + " training2 prediction2 refinement2 selection predictions evaluation report",
    "pool/b/image-0, registration features propagation training1 prediction1 refinement1"
        + " training2 prediction2 refinement2 selection predictions evaluation report",
    "pool/b/label, evaluation report",
    "validation/v/image-0, training1 training2 selection predictions evaluation report",
    "validation/v/label, training1 training2 selection evaluation report",
    "test/t/image-0, predictions evaluation report",
    "test/t/label, evaluation report"
  })
  void aStageFollowsFromTheFilesItReads(String file, String stages) {
    List<String> reading =
        plan("rounds=2").stages().stream()
            .filter(stage -> stage.declaration().files().containsKey("dataset/" + file))
            .map(stage -> stage.name().toString())
            .toList();
    assertEquals(
        Arrays.stream(stages.split(" ", -1))
            .map(s -> s.replaceAll("^([a-z]+)(\\d)$", "round-$2-$1"))
            .toList(),
        reading);
  }

  @ParameterizedTest
  @CsvSource({
    "registration.atlases=2, true, true",
    "registration.atlases=2;refinement.kind=none, true, false",
    "registration.atlases=2;registration.find=false, false, false",
    "registration.atlases=0, false, false"
  })
  void labelsTravelThroughAtlasesWhereScansAreRegistered(
      String settings, boolean propagated, boolean refined) {
    StagePlan plan = plan(settings);
    assertEquals(propagated, names(plan.stages()).contains("atlases"));
    assertEquals(propagated, needs(plan, "propagation").contains("atlases"));
    assertEquals(refined, needs(plan, "round-1-refinement").contains("atlases"));
  }

  private static List<String> needs(StagePlan plan, String stage) {
    return plan.stages().stream()
        .filter(s -> s.name().toString().equals(stage))
        .flatMap(s -> s.declaration().needs().stream())
        .map(Object::toString)
        .toList();
  }

  /** A template in a file of this ending; its dataset.json may say a spacing. */
  private static StagePlan spaced(String ending, Optional<Spacing> spacing) {
    Path image = Path.of("a" + ending);
    return Workflow.of(
        Configuration.of("quick", Map.of()),
        new Dataset(
            "some",
            new ImageFiles(Naming.SUFFIXED, OptionalInt.of(1), List.of(), spacing),
            List.of("x"),
            Path.of("dataset.json"),
            new CaseSets(
                new Case("a", List.of(image), Optional.of(image)),
                List.of(POOL),
                List.of(),
                List.of()),
            Warnings.NONE));
  }

  @Test
  void everyStageFollowsFromTheSpacingOfFilesThatTellNone() {
    StagePlan told = spaced(".h5", Optional.of(new Spacing(1, 1, 3)));
    assertEquals(List.of(), told.inCommon(spaced(".h5", Optional.empty())));
    for (Stage stage : told.stages()) {
      assertEquals("1.0 × 1.0 × 3.0 mm", stage.declaration().settings().get("dataset.spacing"));
    }
  }

  @Test
  void whereEveryFileTellsItsSpacingThatOfTheDatasetIsNoMatter() {
    StagePlan told = spaced(".nii", Optional.of(new Spacing(1, 1, 3)));
    assertEquals(
        names(told.stages()).size(), told.inCommon(spaced(".nii", Optional.empty())).size());
  }

  @Test
  void namesWithCommasAreToldApart() {
    Dataset plain = dataset(POOL);
    Dataset commas =
        new Dataset(
            plain.name(),
            plain.images(),
            List.of("left, upper", "right"),
            plain.structuresFrom(),
            plain.cases(),
            plain.warnings());
    Map<String, String> facts =
        Workflow.of(Configuration.of("quick", Map.of()), commas)
            .stages()
            .getFirst()
            .declaration()
            .settings();
    assertEquals("\"left, upper\", \"right\"", facts.get("dataset.structures"));
    assertEquals("a", facts.get("dataset.template"));
  }

  @Test
  void trueLabelsOfThePoolAreReadWhereTheyTeach() {
    Configuration bound = Configuration.of("quick", "upper-bound", Optional.empty(), Map.of());
    Stage training = Workflow.of(bound, dataset(POOL)).stages().getFirst();
    assertEquals("round-1-training", training.name().toString());
    assertEquals(
        Path.of("b-label.nii"), training.declaration().files().get("dataset/pool/b/label"));
  }

  @Test
  void aSystemWithoutPropagationPredictsByItsModelAlone() {
    Configuration baseline = Configuration.of("quick", "supervised", Optional.empty(), Map.of());
    Stage predictions =
        Workflow.of(baseline, dataset(POOL)).stages().stream()
            .filter(stage -> stage.name().kind() == StageName.Kind.PREDICTIONS)
            .findFirst()
            .orElseThrow();
    assertEquals(
        "[round-1-training, round-1-prediction, selection]", predictions.needs().toString());
    assertFalse(predictions.declaration().files().containsKey("dataset/validation/v/label"));
  }

  @Test
  void theOrderOfThePoolCounts() {
    Configuration quick = Configuration.of("quick", Map.of());
    assertNotEquals(
        Workflow.of(quick, dataset(POOL, OTHER)), Workflow.of(quick, dataset(OTHER, POOL)));
  }

  @Test
  void filesThatSettingsNameAreInputsByTheirContent() {
    StagePlan plan =
        plan(
            "encoder.kind=file;encoder.file=e.onnx;training.method=semisam;training.generalist=g.pth"
                + ";network.kind=sam-med3d;network.file=n.pth");
    Map<String, Stage> stages = new java.util.HashMap<>();
    plan.stages().forEach(stage -> stages.put(stage.name().toString(), stage));
    Stage features = stages.get("features");
    assertEquals(Path.of("e.onnx"), features.declaration().files().get("settings/encoder.file"));
    assertFalse(features.declaration().settings().containsKey("encoder.file"));
    Stage predictions = stages.get("predictions");
    assertEquals(Path.of("e.onnx"), predictions.declaration().files().get("settings/encoder.file"));
    Stage training = stages.get("round-1-training");
    assertEquals(Path.of("n.pth"), training.declaration().files().get("settings/network.file"));
    assertEquals(
        Path.of("g.pth"), training.declaration().files().get("settings/training.generalist"));
  }

  private static Stage stage(StagePlan plan, String name) {
    return plan.stage(StageName.parse(name).orElseThrow()).orElseThrow();
  }

  @Test
  void theAnatomyIsFoundBeforeItIsEncoded() {
    StagePlan plan = plan("registration.find=true;rounds=1;refinement.kind=region");
    assertEquals("registration", plan.names().getFirst().toString());
    assertEquals(List.of(), stage(plan, "registration").needs());
    for (String needing : List.of("features", "propagation", "round-1-refinement")) {
      assertTrue(
          stage(plan, needing).needs().contains(StageName.Kind.REGISTRATION.once()), needing);
    }
  }

  @ParameterizedTest
  @CsvSource({"quick, registration.find=false", "paper, seed=1"})
  void whereNothingIsLookedForThereIsNoRegistration(String preset, String assignments) {
    StagePlan plan =
        Workflow.of(
            Configuration.of(preset, ConfigurationTest.assignments(assignments)),
            dataset(POOL, OTHER));
    assertEquals("features", plan.names().getFirst().toString());
    plan.stages()
        .forEach(stage -> assertFalse(stage.needs().contains(StageName.Kind.REGISTRATION.once())));
  }

  @Test
  void anotherMarginRedoesAllThatWorksInTheFrame() {
    StagePlan one = plan("registration.margin=0.25;rounds=2");
    StagePlan other = plan("registration.margin=0.5;rounds=2");
    assertEquals(List.of(), one.inCommon(other));
    for (String redone :
        List.of("registration", "features", "propagation", "predictions", "report")) {
      assertNotEquals(stage(one, redone), stage(other, redone), redone);
    }
  }

  /** The patch, and with it the network, is planned from the frame. */
  @Test
  void anotherMarginTrainsAnotherNetwork() {
    StagePlan one = plan("registration.margin=0.25;rounds=2");
    StagePlan other = plan("registration.margin=0.5;rounds=2");
    for (String redone : List.of("round-1-training", "round-1-prediction", "round-2-training")) {
      assertNotEquals(stage(one, redone), stage(other, redone), redone);
    }
  }

  /** A learnt encoder is as wide as the network, which is planned from the frame and the budget. */
  @ParameterizedTest
  @CsvSource({
    "registration.margin=0.5, true",
    "training.patchVoxels=9000, true",
    "network.operations=9, true",
    "registration.cells=2000, false",
    "training.iterations=7, false"
  })
  void whatPlansTheNetworkRedoesALearntEncoder(String assignment, boolean redone) {
    Stage before = stage(plan("encoder.kind=pool"), "encoder");
    Stage after = stage(plan("encoder.kind=pool;" + assignment), "encoder");
    assertEquals(redone, !before.equals(after));
  }
}
