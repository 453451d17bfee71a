package org.onelabel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.cli.CommandLineTest.Result;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.format.VolumeFormats;

/** Paths that commands are given: roots, files in place of folders, folders that are others'. */
@ResourceLock(Resources.SYSTEM_OUT)
class PlacesTest {
  @TempDir private Path folder;

  private static Result refused(String... command) {
    Result result = CommandLineTest.execute(command);
    assertEquals(2, result.exit(), result.err());
    assertEquals(1, result.err().lines().count(), result.err());
    return result;
  }

  private Path labels(String name) {
    Path file = folder.resolve(name);
    Geometry grid = Geometry.of(2, 2, 1, Affine.ofSpacing(1, 1, 1));
    VolumeFormats.NIFTI.write(file, new LabelMap(grid, new byte[] {0, 1, 1, 0}));
    return file;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo --out /",
        "inspect /",
        "checkpoint inspect /",
        "checkpoint convert nothing.pth /",
        "run --data / --out run",
        "predict --run / --input / --output /",
        "evaluate --predictions / --truth /",
        "suggest-template --images /"
      })
  void theRootOfAFileSystemIsRefusedInOneLine(String command) {
    refused(command.split(" ", -1));
  }

  @Test
  void aDemoIsMadeOutsideRunsAndDatasets() throws IOException {
    Path run = folder.resolve("run");
    Files.createDirectories(run.resolve("stages"));
    Files.writeString(run.resolve("configuration.json"), "{}");
    Path below = run.resolve("demo");
    assertTrue(
        refused("demo", "--device", "cpu", "--out", below.toString())
            .err()
            .contains("lies in the run or experiment"));
    assertFalse(Files.exists(below));
    labels("data/imagesTr/a.nii");
    Path among = folder.resolve("data/imagesTr/demo");
    assertTrue(
        refused("demo", "--device", "cpu", "--out", among.toString())
            .err()
            .contains("lies among the files of the dataset"));
    assertFalse(Files.exists(among));
  }

  @Test
  void twoLabelFilesAreCompared() {
    Path predicted = labels("ours.nii.gz");
    Path truth = labels("theirs.nii.gz");
    Result result =
        CommandLineTest.execute(
            "evaluate", "--predictions", predicted.toString(), "--truth", truth.toString());
    assertEquals(0, result.exit(), result.err());
    assertTrue(result.out().contains("ours"), result.out());
    assertTrue(result.out().contains("mean of 1 case "), result.out());
    assertTrue(
        refused(
                "evaluate",
                "--predictions",
                predicted.toString(),
                "--truth",
                truth.toString(),
                "--out",
                folder.resolve("theirs.nii.gz").toString())
            .err()
            .contains("must end in .json"));
    assertTrue(
        refused("evaluate", "--predictions", predicted.toString(), "--truth", folder.toString())
            .err()
            .contains("give two files or two folders"));
  }
}
