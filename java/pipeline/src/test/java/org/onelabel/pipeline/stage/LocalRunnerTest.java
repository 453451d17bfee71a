package org.onelabel.pipeline.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.HeardLines;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.directory.Outputs;
import org.onelabel.pipeline.directory.RunDirectory;
import org.onelabel.pipeline.directory.StageInputs;
import org.onelabel.pipeline.directory.StageManifest;
import org.onelabel.pipeline.directory.StageName;
import org.onelabel.pipeline.directory.StageName.Kind;
import org.onelabel.pipeline.directory.Version;
import org.onelabel.pipeline.files.InputFiles;
import org.onelabel.pipeline.progress.Progress;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.dataset.CaseSets;
import org.onelabel.volumes.dataset.Dataset;
import org.onelabel.volumes.dataset.ImageFiles;
import org.onelabel.volumes.dataset.Naming;
import org.onelabel.volumes.dataset.Warnings;

/** Stages that copy texts: what is done again, and what is not. */
class LocalRunnerTest {
  @TempDir private Path folder;
  private final Map<String, Path> pool = new TreeMap<>();
  private final Map<String, String> settings = new LinkedHashMap<>(Map.of("k", "5"));
  private final List<String> said = new ArrayList<>();
  private RunDirectory run;

  @BeforeEach
  void begin() throws IOException {
    scan("a", "template");
    scan("b", "first");
    scan("c", "second");
    run = create("run");
    go(run);
    said.clear();
  }

  private RunDirectory create(String name) {
    return RunDirectory.create(folder.resolve(name), Configuration.of("quick", Map.of()));
  }

  private void scan(String id, String text) throws IOException {
    pool.put(id, Files.writeString(folder.resolve(id + ".nii"), text));
  }

  private Dataset dataset(String template) {
    List<Case> cases = new ArrayList<>();
    pool.forEach((id, file) -> cases.add(new Case(id, List.of(file), Optional.empty())));
    Case chosen = cases.stream().filter(c -> c.id().equals(template)).findFirst().orElseThrow();
    cases.remove(chosen);
    return new Dataset(
        "some",
        new ImageFiles(Naming.SUFFIXED, OptionalInt.of(1), List.of(), Optional.empty()),
        List.of("x"),
        chosen.images().getFirst(),
        new CaseSets(chosen, cases, List.of(), List.of()),
        Warnings.NONE);
  }

  /** Features copy the scans, the propagation is the features' length, the selection's it again. */
  private void go(RunDirectory run, RunDirectory... siblings) {
    InputFiles files = InputFiles.of(dataset("a"), Progress.SILENT);
    LocalRunner runner = new LocalRunner(run, files, List.of(siblings), new HeardLines(said));
    Map<String, Path> scans = new TreeMap<>();
    pool.forEach(
        (id, file) ->
            scans.put(StageInputs.ofCase(id.equals("a") ? "template" : "pool", id), file));
    Stage features = stage(Kind.FEATURES, List.of(), Map.of(), scans);
    Stage propagation = stage(Kind.PROPAGATION, List.of(Kind.FEATURES.once()), settings, Map.of());
    Stage selection = stage(Kind.SELECTION, List.of(Kind.PROPAGATION.once()), Map.of(), Map.of());
    runner.run(features, _ -> features(run));
    runner.run(propagation, _ -> copy(run, "lengths.txt", lengths(run)));
    runner.run(selection, _ -> copy(run, "model.safetensors", text(run.file("lengths.txt"))));
  }

  private static Stage stage(
      Kind kind, List<StageName> needs, Map<String, String> settings, Map<String, Path> files) {
    return new Copying(new Declaration(kind.once(), needs, settings, files));
  }

  /** What it does is told to the runner. */
  private record Copying(Declaration declaration) implements WholeStage {
    @Override
    public void run(StageContext context, Outputs outputs) {
      throw new UnsupportedOperationException();
    }
  }

  private Outputs features(RunDirectory run) {
    Outputs outputs = new Outputs(run);
    pool.forEach((id, file) -> outputs.text(run.features(id), text(file)));
    return outputs;
  }

  private String lengths(RunDirectory run) {
    return pool.keySet().stream()
        .map(id -> id + text(run.features(id)).length())
        .toList()
        .toString();
  }

  private static Outputs copy(RunDirectory run, String name, String text) {
    Outputs outputs = new Outputs(run);
    outputs.text(run.file(name), text);
    return outputs;
  }

  private Path manifest(String stage) {
    return run.file("stages", stage + ".json");
  }

  private static Optional<String> from(RunDirectory run, Kind kind) {
    return run.manifests().of(kind.once()).read().map(StageManifest::from);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertSaid(String... lines) {
    go(run);
    assertEquals(List.of(lines), said);
    said.clear();
    go(run);
    assertEquals(
        List.of("features: done before", "propagation: done before", "selection: done before"),
        said,
        "once done, it is done");
  }

  @Test
  void aScanOfTheSameSizeAndTimeIsAnotherOne() throws IOException {
    FileTime time = Files.getLastModifiedTime(pool.get("b"));
    scan("b", "FIRST");
    Files.setLastModifiedTime(pool.get("b"), time);
    assertSaid(
        "features: dataset/pool/b/ was changed; done again",
        "propagation: features/b.safetensors was changed; done again",
        // It wrote the same as before: what needs it has nothing new to do.
        "selection: done before");
    assertEquals("FIRST", text(run.features("b")));
  }

  @Test
  void whatFollowsFromAStageIsDoneAgainWhereThatWroteSomethingElse() throws IOException {
    scan("b", "longer than before");
    assertSaid(
        "features: dataset/pool/b/ was changed; done again",
        "propagation: features/b.safetensors was changed; done again",
        "selection: lengths.txt was changed; done again");
    assertEquals("[a8, b18, c6]", text(run.modelFile()));
  }

  @Test
  void aDamagedFileIsMadeAgainAndTheSameBytesChangeNothing() throws IOException {
    Files.delete(run.features("b"));
    assertSaid(
        "features: features/b.safetensors was changed since; done again",
        "propagation: done before",
        "selection: done before");
    Files.writeString(run.features("c"), "a stray file in its place");
    said.clear();
    assertSaid(
        "features: features/c.safetensors was changed since; done again",
        "propagation: done before",
        "selection: done before");
  }

  @Test
  void anotherFolderWithTheSameScansIsTheSame() throws IOException {
    Path other = Files.createDirectory(folder.resolve("elsewhere"));
    for (Map.Entry<String, Path> scan : pool.entrySet()) {
      scan.setValue(Files.copy(scan.getValue(), other.resolve(scan.getKey() + "-0.nii")));
    }
    assertSaid("features: done before", "propagation: done before", "selection: done before");
  }

  @Test
  void theFilesOfARemovedScanGoUnlessSomebodyChangedThem() throws IOException {
    scan("d", "third");
    go(run);
    said.clear();
    pool.remove("c");
    pool.remove("d");
    Files.writeString(run.features("d"), "mine");
    assertSaid(
        "features: dataset/pool/c/ is gone, dataset/pool/d/ is gone; done again",
        "features: features/d.safetensors of before was changed since; left",
        "propagation: features/c.safetensors is gone, features/d.safetensors is gone; done again",
        "selection: lengths.txt was changed; done again");
    assertFalse(Files.exists(run.features("c")));
    assertEquals(Set.of("features/d.safetensors"), run.manifests().strays());
  }

  @Test
  void aNewScanIsNoticed() throws IOException {
    scan("d", "third");
    assertSaid(
        "features: dataset/pool/d/ is new; done again",
        "propagation: features/d.safetensors is new; done again",
        "selection: lengths.txt was changed; done again");
  }

  @Test
  void aChangedSettingConcernsTheStagesThatReadIt() {
    settings.put("k", "7");
    assertSaid(
        "features: done before",
        "propagation: k was 5 and is 7; done again",
        "selection: done before");
  }

  @Test
  void aFactThatWasOrIsNotThereIsSaidSo() {
    settings.put("k", "a, b");
    assertSaid(
        "features: done before",
        "propagation: k was 5 and is “a, b”; done again",
        "selection: done before");
    settings.put("k", "");
    said.clear();
    assertSaid(
        "features: done before",
        "propagation: k was “a, b” and is gone; done again",
        "selection: done before");
    settings.put("k", "7");
    said.clear();
    assertSaid(
        "features: done before", "propagation: k is 7 now; done again", "selection: done before");
  }

  @Test
  void strayFilesBelongToNoStage() throws IOException {
    Files.writeString(run.file("features", "b.safetensors~"), "an editor's");
    Files.writeString(run.file("features", "x.safetensors"), "stray");
    Files.writeString(run.file("notes.txt"), "stray");
    Files.writeString(run.file("stages", "features.json.bak"), "stray");
    scan("b", "FIRST");
    go(run);
    assertEquals(
        Set.of("features/a.safetensors", "features/b.safetensors", "features/c.safetensors"),
        run.manifests().written(List.of(Kind.FEATURES.once())));
    assertEquals(
        Set.of(
            "features/b.safetensors~",
            "features/x.safetensors",
            "notes.txt",
            "stages/features.json.bak"),
        run.manifests().strays());
    assertEquals("stray", text(run.file("features", "x.safetensors")), "nor are they deleted");
  }

  @Test
  void anotherVersionsStagesAreDoneAgain() throws IOException {
    Path manifest = manifest("features");
    String version = "\"version\" : \"" + Version.text() + "\"";
    assertTrue(text(manifest).contains(version), text(manifest));
    Files.writeString(manifest, text(manifest).replace(version, "\"version\" : \"0.0.1\""));
    assertSaid(
        "features: it was done by onelabel 0.0.1, this is " + Version.text() + "; done again",
        "propagation: done before",
        "selection: done before");
  }

  @Test
  void manifestsThatDoNotSayWhatAStageFollowsFromAreOfAnEarlierVersion() throws IOException {
    Files.writeString(
        manifest("features"), "{\"name\": \"features\", \"seconds\": 1, \"files\": {}}");
    assertSaid(
        "features: it was done by a version that did not keep what a stage follows from; done"
            + " again",
        "propagation: done before",
        "selection: done before");
  }

  @Test
  void aStageThatStoppedWhileItWasDoneAgainIsNotFinishedNorIsTheModel() throws IOException {
    assertEquals(run.modelFile(), run.model());
    Path file = pool.get("b");
    scan("b", "longer than before");
    pool.put("b", folder.resolve("gone.nii"));
    Files.copy(file, folder.resolve("gone.nii"));
    InputFiles files = InputFiles.of(dataset("a"), Progress.SILENT);
    Stage features =
        stage(Kind.FEATURES, List.of(), Map.of(), Map.of("dataset/pool/b/", pool.get("b")));
    LocalRunner runner = new LocalRunner(run, files, List.of(), new HeardLines(said));
    assertThrows(
        IllegalStateException.class,
        () ->
            runner.run(
                features,
                _ -> {
                  throw new IllegalStateException("killed");
                }));
    assertFalse(runner.isCurrent(features));
    InputException e = assertThrows(InputException.class, run::model);
    assertTrue(e.getMessage().contains("is not finished (features)"), e.getMessage());
    go(run);
    assertEquals(run.modelFile(), run.model());
  }

  @Test
  void aModelOfEarlierStagesIsRefused() throws IOException {
    scan("b", "longer than before");
    Path old = Files.copy(manifest("selection"), folder.resolve("old.json"));
    go(run);
    Files.delete(manifest("selection"));
    InputException none = assertThrows(InputException.class, run::model);
    assertTrue(none.getMessage().contains("is not finished (selection)"), none.getMessage());
    Files.copy(old, manifest("selection"));
    InputException other = assertThrows(InputException.class, run::model);
    assertTrue(other.getMessage().contains("is not what the run made"), other.getMessage());
    Files.writeString(run.modelFile(), "[a8, b5, c6]");
    InputException stale = assertThrows(InputException.class, run::model);
    assertTrue(stale.getMessage().contains("is not finished (propagation)"), stale.getMessage());
  }

  @Test
  void aSiblingsStageIsTakenOverWhereItFollowsFromTheSame() throws IOException {
    settings.put("k", "7");
    RunDirectory other = create("other");
    go(other, run);
    assertEquals(List.of("features: taken over from run"), said.subList(0, 1));
    assertEquals(Optional.of("run"), from(other, Kind.FEATURES));
    assertEquals(Optional.empty(), from(other, Kind.PROPAGATION), "another k");
    // The run did its features with another scan: they are not this run's.
    scan("b", "changed");
    RunDirectory third = create("third");
    said.clear();
    go(third, run, other);
    assertEquals(List.of(), said.stream().filter(line -> line.startsWith("features")).toList());
    assertEquals("changed", text(third.features("b")));
  }

  @Test
  void anotherDatasetIsRefused() throws IOException {
    run.manifests().requireRelated(dataset("a"), InputFiles.of(dataset("a"), Progress.SILENT));
    InputException template =
        assertThrows(
            InputException.class,
            () ->
                run.manifests()
                    .requireRelated(dataset("b"), InputFiles.of(dataset("b"), Progress.SILENT)));
    assertTrue(template.getMessage().contains("another dataset"), template.getMessage());
    for (String id : List.of("a", "b", "c")) {
      scan(id, "of another dataset " + id);
    }
    assertThrows(
        InputException.class,
        () ->
            run.manifests()
                .requireRelated(dataset("a"), InputFiles.of(dataset("a"), Progress.SILENT)));
  }

  @Test
  void aFileThatChangesWhileItIsWorkedWithIsNamed() throws IOException {
    InputFiles files = InputFiles.of(dataset("a"), Progress.SILENT);
    files.requireUnchanged();
    scan("c", "SECOND");
    InputException e = assertThrows(InputException.class, files::requireUnchanged);
    assertTrue(e.getMessage().contains("c.nii"), e.getMessage());
  }
}
