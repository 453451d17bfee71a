package org.onelabel.pipeline.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.configuration.Configuration;
import org.onelabel.pipeline.files.FileHash;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.file.AtomicFile;

class RunDirectoryTest {
  private static final Standing FINISHED = new Standing.Finished();
  private static final Standing UNFINISHED = new Standing.Unfinished();
  private static final Standing DAMAGED = new Standing.Damaged("features/a.txt");

  private static final StageInputs INPUTS = new StageInputs("1", Map.of("k", "5"), Map.of());

  @TempDir private Path folder;
  private RunDirectory run;

  @BeforeEach
  void create() {
    run = RunDirectory.create(folder.resolve("run"), Configuration.of("quick", Map.of()));
    AtomicFile.write(run.file("features", "a.txt"), "features of a");
    manifest(run, "features").done(INPUTS, 1, hashes("features/a.txt"));
  }

  private Map<String, FileHash> hashes(String name) {
    return Map.of(name, FileHash.of(run.root().resolve(name)));
  }

  private Standing standing(RunDirectory run, String stage) {
    return manifest(run, stage).standing(INPUTS);
  }

  private static ManifestFile manifest(RunDirectory run, String stage) {
    return run.manifests().of(StageName.parse(stage).orElseThrow());
  }

  private static Optional<String> from(RunDirectory run) {
    return manifest(run, "features").read().map(StageManifest::from);
  }

  @Test
  void aStageIsFinishedWhileItsFilesAreWhatItWrote() throws IOException {
    assertEquals(FINISHED, standing(run, "features"));
    assertEquals(UNFINISHED, standing(run, "propagation"));
    assertEquals(Set.of(), run.manifests().strays());
    Files.writeString(run.file("features", "a.txt"), "features of b");
    assertEquals(DAMAGED, standing(run, "features"), "the same length, other bytes");
    Files.delete(run.file("features", "a.txt"));
    assertEquals(DAMAGED, standing(run, "features"), "gone");
  }

  @Test
  void anotherRunTakesAStageOverUnlessItsFilesWereChanged() throws IOException {
    Path root = folder.resolve("other");
    RunDirectory other = RunDirectory.create(root, run.configuration());
    assertFalse(manifest(other, "propagation").takeOver(INPUTS, run), "never done");
    assertTrue(manifest(other, "features").takeOver(INPUTS, run));
    assertEquals(FINISHED, standing(other, "features"));
    assertEquals("features of a", Files.readString(other.file("features", "a.txt")));
    assertEquals(
        Map.of("features", 1.0),
        other.manifests().seconds(List.of(StageName.Kind.FEATURES.once())));
    assertEquals(Optional.of("run"), from(other));
    assertEquals(Optional.empty(), from(run));

    RunDirectory third = RunDirectory.create(folder.resolve("third"), run.configuration());
    assertTrue(manifest(third, "features").takeOver(INPUTS, other));
    assertEquals(Optional.of("run"), from(third), "whose work it is");

    Files.writeString(run.file("features", "a.txt"), "features of b");
    RunDirectory fourth = RunDirectory.create(folder.resolve("fourth"), run.configuration());
    assertFalse(manifest(fourth, "features").takeOver(INPUTS, run));
    assertEquals(UNFINISHED, standing(fourth, "features"));
  }

  @Test
  void aManifestThatIsNoManifestMarksNothingAsFinished() throws IOException {
    Files.writeString(run.file("stages", "features.json"), "{\"name\": ");
    assertEquals(UNFINISHED, standing(run, "features"));
  }

  @Test
  void aManifestCannotLeadOutOfTheRun() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside.txt"), "secret");
    manifest(run, "features").done(INPUTS, 1, hashes("../outside.txt"));
    assertEquals(new Standing.Damaged("../outside.txt"), standing(run, "features"));
    assertFalse(Files.exists(run.file("features", "a.txt")), "not written this time");
    Files.createSymbolicLink(run.file("features", "a.txt"), outside);
    manifest(run, "features").done(INPUTS, 1, hashes("features/a.txt"));
    assertEquals(DAMAGED, standing(run, "features"), "a link is no file of the run");
    assertEquals("secret", Files.readString(outside), "nor is it deleted");
    assertEquals(Set.of(), run.manifests().strays(), "it is the stage's, damaged");
  }

  @Test
  void aSecondWorkerIsRefusedWithTheFirstOnesPid() {
    try (RunLock _ = run.lock()) {
      InputException e = assertThrows(InputException.class, () -> run.lock().close());
      assertTrue(e.getMessage().contains("process " + ProcessHandle.current().pid()));
    }
    run.lock().close();
  }

  @Test
  void aLockThatCannotBeTakenIsFreeAgain() throws IOException {
    Path unremovable = run.root().resolve(".x.part/within");
    Files.createDirectories(unremovable);
    assertThrows(InputException.class, run::lock);
    Files.delete(unremovable);
    Files.delete(unremovable.getParent());
    try (RunLock lock = run.lock()) {
      lock.requireOpen();
    }
  }

  @Test
  void whatKilledProcessesLeftHalfWrittenIsClearedAway() throws IOException {
    Path left = Files.writeString(run.file("features", ".b.txt.4711.part"), "half");
    run.lock().close();
    assertFalse(Files.exists(left));
    assertEquals(FINISHED, standing(run, "features"));
  }

  @Test
  void anInterruptedThreadIsNotToldOfALockThatCannotBeWritten() {
    Path root = folder.resolve("another");
    Thread.currentThread().interrupt();
    UncheckedIOException e = assertThrows(UncheckedIOException.class, () -> RunLock.attempt(root));
    assertTrue(Thread.interrupted());
    assertInstanceOf(ClosedByInterruptException.class, e.getCause());
    try (RunLock lock = RunLock.attempt(root).orElseThrow()) {
      lock.requireOpen();
    }
  }
}
