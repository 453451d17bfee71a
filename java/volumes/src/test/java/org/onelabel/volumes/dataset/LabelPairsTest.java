package org.onelabel.volumes.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.format.VolumeFormats;

/** Two label files are a pair whatever they are called. */
class LabelPairsTest {
  private static final Geometry GRID = Geometry.of(2, 3, 1, Affine.ofSpacing(1, 1, 1));

  @TempDir private Path folder;
  private Path predicted;
  private Path expected;

  @BeforeEach
  void write() {
    predicted = folder.resolve("ours/prediction.nii.gz");
    expected = folder.resolve("theirs/truth.nii");
    for (Path file : List.of(predicted, expected)) {
      VolumeFormats.NIFTI.write(file, new LabelMap(GRID, new byte[] {0, 1, 2, 0, 0, 0}));
    }
  }

  private static String refused(Path predictions, Path truth) {
    return assertThrows(InputException.class, () -> LabelPairs.of(predictions, truth)).getMessage();
  }

  @Test
  void twoFilesAreOnePair() throws IOException {
    Files.writeString(
        folder.resolve("theirs/dataset.json"), "{\"labels\": {\"x\": 1, \"ignore\": 2}}");
    LabelPairs pairs = LabelPairs.of(predicted, expected);
    LabelPairs.Pair pair = pairs.pairs().getFirst();
    assertEquals(1, pairs.pairs().size());
    assertEquals("prediction", pair.id());
    assertEquals(1, pair.truth().highest(), "what the truth's dataset.json ignores");
    assertEquals(2, pair.prediction(pair.truth().geometry()).highest());
    assertEquals(List.of(), pairs.withoutTruth());
    assertEquals(List.of(), pairs.withoutPrediction());
    assertEquals(List.of(predicted, expected, folder.resolve("theirs/dataset.json")), pairs.all());
  }

  @Test
  void aFileAndAFolderAreNoPair() {
    Path ours = predicted.getParent();
    Path theirs = expected.getParent();
    assertEquals(
        predicted + ": is a file and %s a folder: give two files or two folders".formatted(theirs),
        refused(predicted, theirs));
    assertEquals(
        expected + ": is a file and %s a folder: give two files or two folders".formatted(ours),
        refused(ours, expected));
  }

  @Test
  void whatIsNotThereOrNoVolumeIsNamed() throws IOException {
    Path nowhere = folder.resolve("nowhere");
    assertEquals(nowhere + ": no such file or folder", refused(nowhere, expected));
    assertEquals(nowhere + ": no such file or folder", refused(predicted, nowhere));
    Path text = Files.writeString(folder.resolve("a.txt"), "no label");
    assertEquals(
        text + ": is no .nii, .nii.gz, .h5, .nrrd, .nhdr, .mha or .mhd file",
        refused(text, expected));
  }
}
