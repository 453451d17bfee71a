package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.RunDirectory.Standing;
import org.onelabel.volumes.AtomicFile;
import org.onelabel.volumes.InputException;

class RunDirectoryTest {
  private static final Standing FINISHED = new Standing.Finished();
  private static final Standing UNFINISHED = new Standing.Unfinished();
  private static final Standing DAMAGED = new Standing.Damaged("features/a.txt");

  @TempDir private Path folder;
  private RunDirectory run;

  @BeforeEach
  void create() {
    run = RunDirectory.create(folder.resolve("run"), Configuration.of("quick", null, Map.of()));
    AtomicFile.write(run.file("features", "a.txt"), "features of a");
    run.done("features", 1, Set.of("features/a.txt"));
  }

  @Test
  void aStageIsFinishedWhileItsFilesAreWhatItWrote() throws IOException {
    assertEquals(FINISHED, run.standing("features"));
    assertEquals(UNFINISHED, run.standing("propagation"));
    assertEquals(Set.of("features/a.txt"), run.files());
    Files.writeString(run.file("features", "a.txt"), "features of b");
    assertEquals(DAMAGED, run.standing("features"), "the same length, other bytes");
    Files.delete(run.file("features", "a.txt"));
    assertEquals(DAMAGED, run.standing("features"), "gone");
  }

  @Test
  void anotherRunTakesAStageOverUnlessItsFilesWereChanged() throws IOException {
    Path root = folder.resolve("other");
    RunDirectory other = RunDirectory.create(root, run.configuration());
    assertFalse(other.takeOver("propagation", run), "never done");
    assertTrue(other.takeOver("features", run));
    assertEquals(FINISHED, other.standing("features"));
    assertEquals("features of a", Files.readString(other.file("features", "a.txt")));
    assertEquals(Map.of("features", 1.0), other.seconds(List.of("features")));
    assertEquals(Optional.of("run"), other.from("features"));
    assertEquals(Optional.empty(), run.from("features"));

    RunDirectory third = RunDirectory.create(folder.resolve("third"), run.configuration());
    assertTrue(third.takeOver("features", other));
    assertEquals(Optional.of("run"), third.from("features"), "whose work it is");

    Files.writeString(run.file("features", "a.txt"), "features of b");
    RunDirectory fourth = RunDirectory.create(folder.resolve("fourth"), run.configuration());
    assertFalse(fourth.takeOver("features", run));
    assertEquals(UNFINISHED, fourth.standing("features"));
  }

  @Test
  void aManifestThatIsNoManifestMarksNothingAsFinished() throws IOException {
    Files.writeString(run.file("stages", "features.json"), "{\"name\": ");
    assertEquals(UNFINISHED, run.standing("features"));
  }

  @Test
  void aManifestCannotLeadOutOfTheRun() throws IOException {
    Path outside = Files.writeString(folder.resolve("outside.txt"), "secret");
    run.done("features", 1, Set.of("../outside.txt"));
    assertEquals(new Standing.Damaged("../outside.txt"), run.standing("features"));
    Files.delete(run.file("features", "a.txt"));
    Files.createSymbolicLink(run.file("features", "a.txt"), outside);
    run.done("features", 1, Set.of("features/a.txt"));
    assertEquals(DAMAGED, run.standing("features"), "a link is no file of the run");
    assertEquals(Set.of(), run.files());
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
  void whatKilledProcessesLeftHalfWrittenIsClearedAway() throws IOException {
    Path left = Files.writeString(run.file("features", ".b.txt.4711.part"), "half");
    run.lock().close();
    assertFalse(Files.exists(left));
    assertEquals(FINISHED, run.standing("features"));
  }
}
