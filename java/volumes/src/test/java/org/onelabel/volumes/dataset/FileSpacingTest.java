package org.onelabel.volumes.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

/** HDF5 files tell no spacing: it is a property of their dataset. */
class FileSpacingTest {
  private static final double[] TOLD = {0.5, 0.75, 2};
  private static final double[] ASSUMED = {0.625, 0.625, 0.625};
  private static final Geometry PLACED = Geometry.of(2, 3, 4, Affine.ofSpacing(1, 1, 3));
  private static final byte[] LABELS = new byte[24];

  static {
    LABELS[5] = 1;
  }

  @TempDir private Path folder;

  /** Writes image and label into one file, as in the published layout. */
  private Path hdf5(String name) throws IOException {
    Path file = folder.resolve(name + ".h5");
    Files.createDirectories(file.getParent());
    int[][][] labels = new int[2][3][4];
    labels[0][1][1] = 1;
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset("image", new float[2][3][4]);
      hdf.putDataset("label", labels);
    }
    return file;
  }

  private void describe(String where, String spacing) throws IOException {
    Files.writeString(folder.resolve(where), "{\"spacing\": " + spacing + "}");
  }

  private Dataset folders() throws IOException {
    hdf5("imagesTr/a");
    hdf5("labelsTr/a");
    hdf5("imagesUn/b");
    hdf5("imagesTs/c");
    hdf5("labelsTs/c");
    return DatasetFolder.open(folder, Optional.empty());
  }

  private static void assertSpacing(double[] expected, Dataset dataset) {
    List<Case> all =
        List.of(dataset.template(), dataset.unlabelled().getFirst(), dataset.test().getFirst());
    for (Case each : all) {
      assertArrayEquals(expected, each.readGeometry().spacing());
      assertArrayEquals(expected, each.readVolume().geometry().spacing());
      if (each.label().isPresent()) {
        LabelMap labels = each.readLabels(each.readGeometry());
        assertArrayEquals(expected, labels.geometry().spacing());
        assertEquals(1, labels.highest());
      }
    }
  }

  private static InputException refused(Executable reading) {
    InputException e = assertThrows(InputException.class, reading);
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e;
  }

  @Test
  void aDatasetGivesItsFilesTheirSpacing() throws IOException {
    describe("dataset.json", "[0.5, 0.75, 2]");
    Dataset dataset = folders();
    assertSpacing(TOLD, dataset);
    assertEquals(Optional.of(new Spacing(0.5, 0.75, 2)), dataset.images().spacing());
    assertEquals(List.of(), dataset.warnings().lines());
  }

  @Test
  void thePublishedLayoutHasTheKeyAsWell() throws IOException {
    for (String id : List.of("a", "b", "c")) {
      hdf5("data/" + id);
    }
    Files.writeString(folder.resolve("train.txt"), "a\nb\n");
    Files.writeString(folder.resolve("test.txt"), "c\n");
    describe("dataset.json", "[0.5, 0.75, 2]");
    assertSpacing(TOLD, DatasetFolder.open(folder, Optional.empty()));
  }

  @Test
  void whatIsAssumedIsSaid() throws IOException {
    Dataset dataset = folders();
    assertSpacing(ASSUMED, dataset);
    assertEquals(Optional.empty(), dataset.images().spacing());
    assertEquals(
        List.of(
            folder.resolve("imagesTr/a.h5")
                + " tells no spacing, and no dataset.json does: 0.625 × 0.625 × 0.625 mm is"
                + " assumed"),
        dataset.warnings().lines());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1, 1]",
        "[1, 1, 1, 1]",
        "[1, 1, 0]",
        "[1, -1, 1]",
        "[1, \"1\", 1]",
        "[1, 1, 1e400]",
        "1",
        "null",
        "{\"x\": 1, \"y\": 1, \"z\": 1}"
      })
  void anotherThanThreePositiveNumbersIsRefused(String spacing) throws IOException {
    describe("dataset.json", spacing);
    InputException e = refused(this::folders);
    assertTrue(e.getMessage().startsWith(folder.resolve("dataset.json") + ": spacing is "));
    assertTrue(e.getMessage().endsWith("not three positive numbers [x, y, z] in mm"));
  }

  @Test
  void filesThatTellTheirSpacingKeepItAndMustAgreeWithThoseThatDoNot() throws IOException {
    describe("dataset.json", "[0.5, 0.75, 2]");
    folders();
    Files.delete(folder.resolve("imagesTs/c.h5"));
    VolumeFormats.NIFTI.write(folder.resolve("imagesTs/c.nii"), new Volume(PLACED, new float[24]));
    Dataset dataset = DatasetFolder.open(folder, Optional.empty());
    Case mixed = dataset.test().getFirst();
    assertArrayEquals(new double[] {1, 1, 3}, mixed.readVolume().geometry().spacing());
    InputException e = refused(() -> mixed.readLabels(mixed.readGeometry()));
    assertTrue(e.getMessage().contains("they do not lie on one grid"), e.getMessage());
    assertTrue(
        e.getMessage()
            .endsWith(
                folder.resolve("labelsTs/c.h5")
                    + " tells no spacing and is read with 0.5 × 0.75 × 2.0 mm: the key spacing of"
                    + " dataset.json says another"),
        e.getMessage());
    describe("dataset.json", "[1, 1, 3]");
    Case agreeing = DatasetFolder.open(folder, Optional.empty()).test().getFirst();
    assertEquals(1, agreeing.readLabels(agreeing.readGeometry()).highest());
  }

  @Test
  void aScanAloneHasTheSpacingOfItsDatasetElseOfOneLikeIt() throws IOException {
    ImageFiles told =
        new ImageFiles(
            Naming.PLAIN, OptionalInt.of(1), List.of(), Optional.of(new Spacing(0.5, 0.75, 2)));
    ImageFiles untold = ImageFiles.ofChannels(OptionalInt.of(1));
    Path file = hdf5("scans/a");
    for (Path input : List.of(file, folder.resolve("scans"))) {
      Files.deleteIfExists(folder.resolve("dataset.json"));
      assertScan(TOLD, 0, Scans.open(input, Naming.AUTO, told));
      assertScan(ASSUMED, 1, Scans.open(input, Naming.AUTO, untold));
      describe("dataset.json", "[1, 2, 3]");
      assertScan(new double[] {1, 2, 3}, 0, Scans.open(input, Naming.AUTO, told));
    }
  }

  private static void assertScan(double[] expected, int warnings, Scans scans) {
    assertArrayEquals(expected, scans.cases().getFirst().readVolume().geometry().spacing());
    assertEquals(warnings, scans.warnings().lines().size());
  }

  @Test
  void whereGridsDifferTheSpacingThatWasTakenIsNamed() throws IOException {
    hdf5("labelsTs/a");
    Path predictions = folder.resolve("predictions");
    VolumeFormats.NIFTI.write(predictions.resolve("a.nii"), new LabelMap(PLACED, LABELS));
    LabelPairs.Pair pair =
        LabelPairs.of(predictions, folder.resolve("labelsTs")).pairs().getFirst();
    String message = refused(() -> pair.prediction(pair.truth().geometry())).getMessage();
    assertTrue(
        message.contains("a.h5 tells no spacing and is read with 0.625 × 0.625 × 0.625 mm"),
        message);

    Geometry larger = Geometry.of(2, 3, 5, Affine.ofSpacing(1, 1, 3));
    VolumeFormats.NIFTI.write(predictions.resolve("a.nii"), new LabelMap(larger, new byte[30]));
    String other = refused(() -> pair.prediction(pair.truth().geometry())).getMessage();
    assertTrue(other.contains("2×3×5 voxels, its truth 2×3×4"), other);
    assertTrue(!other.contains("tells no spacing"), other);
  }

  @Test
  void evaluationReadsBothSidesWithTheSpacingOfTheTruth() throws IOException {
    hdf5("labelsTs/a");
    hdf5("predictions/a");
    Path truth = folder.resolve("labelsTs");
    LabelPairs assumed = LabelPairs.of(folder.resolve("predictions"), truth);
    assertArrayEquals(ASSUMED, assumed.pairs().getFirst().truth().geometry().spacing());
    assertEquals(1, assumed.warnings().lines().size());

    describe("dataset.json", "[0.5, 0.75, 2]");
    LabelPairs pairs = LabelPairs.of(folder.resolve("predictions"), truth);
    LabelMap expected = pairs.pairs().getFirst().truth();
    assertArrayEquals(TOLD, expected.geometry().spacing());
    assertEquals(
        expected.geometry(), pairs.pairs().getFirst().prediction(expected.geometry()).geometry());
    assertEquals(List.of(), pairs.warnings().lines());

    describe("labelsTs/dataset.json", "[1, 1, 1]");
    InputException e = refused(() -> LabelPairs.of(folder.resolve("predictions"), truth));
    assertTrue(e.getMessage().contains("names another spacing than"), e.getMessage());
  }

  @Test
  void theKeyHasNoSayWhereEveryFileTellsItsSpacing() throws IOException {
    for (String name : List.of("labelsTs", "predictions")) {
      VolumeFormats.NIFTI.write(folder.resolve(name + "/a.nii"), new LabelMap(PLACED, LABELS));
    }
    describe("dataset.json", "[0.5, 0.75, 2]");
    LabelPairs pairs = LabelPairs.of(folder.resolve("predictions"), folder.resolve("labelsTs"));
    assertArrayEquals(
        new double[] {1, 1, 3}, pairs.pairs().getFirst().truth().geometry().spacing());
    assertEquals(List.of(), pairs.warnings().lines());
  }
}
