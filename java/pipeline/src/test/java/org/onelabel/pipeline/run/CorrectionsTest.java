package org.onelabel.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.HeardLines;
import org.onelabel.pipeline.OneLabel;
import org.onelabel.pipeline.SmallCohort;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.RunOrigin;
import org.onelabel.pipeline.evaluation.RunMetrics;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.pipeline.template.CorrectionRanking;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.DatasetFolder;
import org.onelabel.volumes.format.VolumeFormats;

/** A run that goes on with labels that somebody corrected. */
class CorrectionsTest {
  @TempDir private static Path folder;
  private static Path cohort;
  private static Dataset dataset;
  private static Path first;

  @BeforeAll
  static void makeRun() {
    cohort = folder.resolve("cohort");
    SmallCohort.writeLeast(cohort, 5);
    dataset = DatasetFolder.open(cohort, Optional.empty());
    first = run("first");
  }

  private static Path run(String name) {
    Map<String, String> settings = new LinkedHashMap<>(PipelineTest.SMALL);
    settings.putAll(Map.of("encoder.kind", "descriptors", "training.pretrained", "false"));
    settings.putAll(Map.of("registration.find", "true", "rounds", "1"));
    Path root = folder.resolve(name);
    OneLabel.run(
        RunRequest.of(cohort, Configuration.of("quick", settings), root)
            .withDevices(DeviceSettings.CPU),
        Progress.SILENT);
    return root;
  }

  private static ContinueRequest request(Path run) {
    return ContinueRequest.of(ResumeRequest.of(run).withDevices(DeviceSettings.CPU));
  }

  private static String id(int scan) {
    return dataset.unlabelled().get(scan).id();
  }

  /** The true label of a scan of the pool in a folder, changed. */
  private static Path corrected(String name, int scan, byte[] labels) {
    Path file = folder.resolve(name).resolve(id(scan) + ".nii.gz");
    VolumeFormats.NIFTI.write(file, new LabelMap(truth(scan).geometry(), labels));
    return file.getParent();
  }

  private static LabelMap truth(int scan) {
    return VolumeFormats.NIFTI.readLabels(dataset.unlabelled().get(scan).label().orElseThrow());
  }

  private static byte[] merged(LabelMap labels) {
    byte[] merged = labels.labels().clone();
    for (int i = 0; i < merged.length; i++) {
      merged[i] = (byte) Math.min(1, merged[i]);
    }
    return merged;
  }

  @Test
  void whatDependsOnACorrectedLabelIsDoneAgainAndNothingElse() throws IOException {
    Path root = folder.resolve("corrected-run");
    copy(first, root);
    RunDirectory run = RunDirectory.open(root);
    byte[] weights = Files.readAllBytes(run.round(1, "weights.safetensors"));
    RunMetrics before = RunMetrics.read(run);
    List<String> said = new ArrayList<>();
    OneLabel.goOn(
        request(root).withCorrected(corrected("whole", 1, truth(1).labels())),
        new HeardLines(said));
    Set<String> kept =
        said.stream()
            .filter(line -> line.endsWith(": done before"))
            .map(line -> line.substring(0, line.indexOf(':')))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of("features", "registration"), kept);

    assertFalse(Arrays.equals(weights, Files.readAllBytes(run.round(1, "weights.safetensors"))));
    assertEquals(List.of(id(1)), RunOrigin.read(run).trusted());
    for (int round = 0; round <= 1; round++) {
      assertArrayEquals(
          merged(truth(1)), run.readPseudoLabel(round, id(1)).labels(), "round " + round);
    }
    assertArrayEquals(
        merged(truth(1)), VolumeFormats.NIFTI.readLabels(run.prediction(id(1))).labels());
    RunMetrics after = RunMetrics.read(run);
    assertTrue(before.cases().stream().anyMatch(c -> c.id().equals(id(1))));
    assertTrue(after.cases().stream().noneMatch(c -> c.id().equals(id(1))), "it is no result");
    assertTrue(Files.isRegularFile(run.notes().history(1).resolve("metrics.json")));
    assertTrue(Files.isRegularFile(run.notes().history(1).resolve("report.html")));
    said.clear();
    OneLabel.resume(ResumeRequest.of(root).withDevices(DeviceSettings.CPU), new HeardLines(said));
    assertEquals(10, said.stream().filter(line -> line.endsWith(": done before")).count());
    assertReportTellsTheHistory(run);
  }

  private static void assertReportTellsTheHistory(RunDirectory run) throws IOException {
    String report = Files.readString(run.report());
    String template = dataset.template().id();
    assertTrue(
        report.contains("<td>history/1</td><td>1</td><td class=\"text\">" + template), report);
    assertTrue(report.contains("<td>now</td><td>2</td><td class=\"text\">" + id(1)), report);
    ResumeRequest again = ResumeRequest.of(run.root()).withDevices(DeviceSettings.CPU);
    Files.delete(run.root().resolve("stages/report.json"));
    OneLabel.resume(again, Progress.SILENT);
    assertEquals(report, Files.readString(run.report()));
    Files.delete(run.notes().history(1).resolve("metrics.json"));
    List<String> said = new ArrayList<>();
    OneLabel.resume(again, new HeardLines(said));
    assertTrue(
        said.stream().anyMatch(line -> line.startsWith("report: history/1/metrics.json is gone")),
        () -> said.toString());
    assertFalse(Files.readString(run.report()).contains("history/1"));
  }

  @Test
  void whereNobodyLookedTheRunDecides() throws IOException {
    Path root = folder.resolve("partly");
    copy(first, root);
    byte[] labels = truth(0).labels().clone();
    int unknown = dataset.structures().size() + 1;
    for (int i = 0; i < labels.length / 2; i++) {
      labels[i] = (byte) unknown;
    }
    Path twin = root.resolve("corrected").resolve(id(0) + ".nii");
    VolumeFormats.NIFTI.write(twin, truth(0));
    OneLabel.goOn(request(root).withCorrected(corrected("half", 0, labels)), Progress.SILENT);
    assertFalse(Files.exists(twin), "a scan has one corrected label");
    byte[] predicted =
        VolumeFormats.NIFTI.readLabels(RunDirectory.open(root).prediction(id(0))).labels();
    byte[] seen = merged(truth(0));
    for (int i = 0; i < labels.length; i++) {
      assertTrue(predicted[i] >= 0 && predicted[i] <= 1);
      if (labels[i] != unknown) {
        assertEquals(seen[i], predicted[i]);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  @Test
  void mistakesAreNamedBeforeAnythingIsChanged() throws IOException {
    byte[] many = truth(0).labels().clone();
    many[0] = (byte) (dataset.structures().size() + 2);
    assertRefused(corrected("class", 0, many), "has class");
    Path stranger = folder.resolve("stranger");
    Files.createDirectories(stranger);
    Files.copy(
        corrected("good", 0, truth(0).labels()).resolve(id(0) + ".nii.gz"),
        stranger.resolve(dataset.test().getFirst().id() + ".nii.gz"));
    assertRefused(stranger, "is called as no scan of the pool");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertRefused(empty, "holds no label of a scan of the pool");
    assertRefused(folder.resolve("nowhere"), "no such folder");
    InputException none =
        assertThrows(InputException.class, () -> OneLabel.goOn(request(first), Progress.SILENT));
    assertTrue(none.getMessage().contains("holds no corrected label"), none.getMessage());
    Path experiment = Files.createDirectories(folder.resolve("experiment"));
    Files.writeString(experiment.resolve("experiment.json"), "{}");
    Path member = experiment.resolve("runs/member");
    copy(first, member);
    InputException part =
        assertThrows(
            InputException.class,
            () ->
                OneLabel.goOn(
                    request(member).withCorrected(folder.resolve("good")), Progress.SILENT));
    assertTrue(
        part.getMessage().contains("is one of the runs that the experiment in"), part.getMessage());
    Review review = OneLabel.review(ResumeRequest.of(member));
    Path label = folder.resolve("good").resolve(id(0) + ".nii.gz");
    assertEquals(
        part.getMessage(),
        assertThrows(InputException.class, () -> review.save(id(0), label)).getMessage());
    assertFalse(Files.exists(member.resolve("corrected")));
    assertFalse(Files.exists(first.resolve("corrected")));
    assertFalse(Files.exists(first.resolve("history")));
  }

  private static void assertRefused(Path corrected, String why) {
    ContinueRequest request = request(first).withCorrected(corrected);
    InputException e =
        assertThrows(InputException.class, () -> OneLabel.goOn(request, Progress.SILENT));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void everyScanOfThePoolIsSuggestedOnceTheMostUsefulFirst() {
    List<CorrectionRanking.Candidate> ranking = OneLabel.suggestNext(first);
    assertEquals(
        dataset.unlabelled().stream().map(c -> c.id()).collect(Collectors.toSet()),
        ranking.stream().map(CorrectionRanking.Candidate::id).collect(Collectors.toSet()));
    assertEquals(dataset.unlabelled().size(), ranking.size());
    for (int i = 1; i < ranking.size(); i++) {
      assertTrue(ranking.get(i).gain() <= ranking.get(i - 1).gain() + 1e-9);
    }
  }
}
