package org.onelabel.volumes.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

class DatasetFolderTest {
  private static final Geometry GRID = Geometry.of(4, 4, 4, Affine.ofSpacing(1, 1, 1));

  @TempDir private Path folder;

  private void image(String name) {
    VolumeFormats.NIFTI.write(folder.resolve(name + ".nii.gz"), new Volume(GRID, new float[64]));
  }

  private void label(String name) {
    byte[] labels = new byte[64];
    labels[3] = 2;
    VolumeFormats.NIFTI.write(folder.resolve(name + ".nii.gz"), new LabelMap(GRID, labels));
  }

  private Dataset open() {
    return DatasetFolder.open(folder, Optional.empty());
  }

  private void assertRefused(String cause) {
    InputException e = assertThrows(InputException.class, this::open);
    assertTrue(e.getMessage().contains(cause), e.getMessage());
  }

  @Test
  void ownFoldersGiveTemplatePoolValidationAndTest() {
    image("imagesTr/a_0000");
    label("labelsTr/a");
    image("imagesUn/b_0000");
    image("imagesUn/c_0000");
    label("labelsUnHidden/c");
    image("imagesVal/d_0000");
    label("labelsVal/d");
    image("imagesTs/e_0000");
    Dataset dataset = open();
    assertEquals("a", dataset.template().id());
    assertEquals(List.of("b", "c"), dataset.unlabelled().stream().map(Case::id).toList());
    assertEquals(List.of("structure 1", "structure 2"), dataset.structures());
    assertEquals(1, dataset.validation().size());
    assertTrue(dataset.test().getFirst().label().isEmpty());
  }

  /** The series that is a golden file of the DICOM reader. */
  private void series(String name) throws Exception {
    Path golden = Path.of(VolumeFormats.class.getResource("dicom/explicit").toURI());
    Path series = Files.createDirectories(folder.resolve(name));
    for (String file : List.of("a", "b")) {
      Files.copy(golden.resolve(file), series.resolve(file));
    }
  }

  @Test
  void foldersOfDicomSlicesAreCasesBesideFilesOfAnyFormat() throws Exception {
    series("imagesTr/a_0000");
    series("imagesUn/b_0000");
    series("imagesUn/c_0000");
    Geometry grid = VolumeFormats.DICOM.readGeometry(folder.resolve("imagesTr/a_0000"));
    VolumeFormats.write(folder.resolve("labelsTr/a.nrrd"), new LabelMap(grid, new byte[24]));
    VolumeFormats.write(folder.resolve("imagesUn/d_0000.mha"), new LabelMap(grid, new byte[24]));
    Files.write(folder.resolve("imagesUn/loose.dcm"), new byte[9]);
    Files.writeString(
        folder.resolve("dataset.json"),
        "{\"file_ending\": \".nrrd\", \"labels\": {\"background\": 0, \"one\": 1}}");
    Dataset dataset = open();
    assertEquals("a", dataset.template().id());
    assertEquals(List.of("b", "c", "d"), dataset.unlabelled().stream().map(Case::id).toList());
    assertEquals(
        "4×3×2",
        dataset
            .template()
            .readLabels(dataset.template().readGeometry())
            .geometry()
            .describeShape());
    assertTrue(dataset.warnings().lines().getFirst().contains("loose.dcm"));
  }

  @Test
  void aFolderOfDicomSlicesIsOneScan() throws Exception {
    series("scan");
    Scans scans =
        Scans.open(folder.resolve("scan"), Naming.AUTO, ImageFiles.ofChannels(OptionalInt.empty()));
    assertEquals(List.of("scan"), scans.cases().stream().map(Case::id).toList());
    series("scans/x");
    series("scans/y");
    scans =
        Scans.open(
            folder.resolve("scans"), Naming.AUTO, ImageFiles.ofChannels(OptionalInt.empty()));
    assertEquals(List.of("x", "y"), scans.cases().stream().map(Case::id).toList());
    Path slice = folder.resolve("slice.dcm");
    Files.write(slice, new byte[9]);
    InputException e =
        assertThrows(
            InputException.class,
            () -> Scans.open(slice, Naming.AUTO, ImageFiles.ofChannels(OptionalInt.empty())));
    assertEquals(slice + ": is one DICOM file; give the folder of its series", e.getMessage());
  }

  @Test
  void decathlonDescriptionNamesChannelsAndStructures() throws IOException {
    for (String id : List.of("x", "y")) {
      image("imagesTr/" + id + "_0000");
      image("imagesTr/" + id + "_0001");
    }
    label("labelsTr/y");
    Files.writeString(
        folder.resolve("dataset.json"),
        """
        {"name": "Two", "modality": {"1": "T2", "0": "T1"},
         "labels": {"0": "background", "1": "left", "2": "right"}}
        """);
    Dataset dataset = open();
    assertEquals("y", dataset.template().id());
    assertEquals("x", dataset.unlabelled().getFirst().id());
    assertEquals(OptionalInt.of(2), dataset.channels());
    assertEquals(List.of("T1", "T2"), dataset.modalities());
    assertEquals(List.of("left", "right"), dataset.structures());
    assertEquals(2, dataset.template().readVolume().channels().size());
  }

  @Test
  void nnUnetDescriptionMapsNamesToNumbers() throws IOException {
    image("imagesTr/x_0000");
    image("imagesTr/y_0000");
    label("labelsTr/x");
    label("labelsTr/y");
    Files.writeString(
        folder.resolve("dataset.json"),
        "{\"channel_names\": {\"0\": \"CT\"}, \"labels\": {\"background\": 0, \"a\": 1, \"b\":"
            + " 2}}");
    assertRefused("all 2 cases are labelled (x, y");
    Dataset dataset = DatasetFolder.open(folder, Optional.of("y"));
    assertEquals("y", dataset.template().id());
    assertEquals(List.of("a", "b"), dataset.structures());
    assertEquals(List.of("CT"), dataset.modalities());
  }

  @Test
  void labelsOfFurtherCasesAreTrustedUnlessOneIsNamed() throws IOException {
    for (String id : List.of("a", "b", "c")) {
      image("imagesTr/" + id);
      label("labelsTr/" + id);
    }
    image("imagesUn/d");
    Dataset all = DatasetFolder.open(folder, Optional.empty());
    assertEquals("a", all.template().id());
    assertEquals(List.of("b", "c"), all.trusted().stream().map(Case::id).toList());
    assertTrue(all.warnings().lines().getFirst().contains("3 cases of imagesTr are labelled"));
    assertEquals(List.of("d", "b", "c"), all.unlabelled().stream().map(Case::id).toList());
    Dataset named = DatasetFolder.open(folder, Optional.of("b"));
    assertEquals("b", named.template().id());
    assertEquals(List.of(), named.trusted());
    assertEquals(List.of("d", "a", "c"), named.unlabelled().stream().map(Case::id).toList());
  }

  @Test
  void mistakesAreNamed() throws IOException {
    assertRefused("no dataset");
    image("imagesTr/a_0000");
    assertRefused("no template");
    label("labelsTr/a");
    assertRefused("the pool is empty");
    image("imagesUn/b_0000");
    Files.writeString(
        folder.resolve("dataset.json"), "{\"modality\": {\"0\": \"x\", \"1\": \"y\"}}");
    assertRefused("misses channel 1");
    Files.writeString(folder.resolve("dataset.json"), "{\"labels\": {\"a\": 1, \"b\": 3}}");
    assertRefused("without a gap");
    Files.writeString(folder.resolve("dataset.json"), "{\"labels\": {\"1\": \"a\", \"2\": \"a\"}}");
    assertRefused("two labels are called a");
    Files.writeString(folder.resolve("dataset.json"), "{\"labels\": {\"1\": \"a\\nb\"}}");
    assertRefused("has a line break");
    Files.writeString(folder.resolve("dataset.json"), "{oops");
    assertRefused("is not valid JSON");
  }

  @Test
  void labelOfAnotherShapeIsRefused() {
    image("imagesTr/a_0000");
    Geometry other = Geometry.of(4, 4, 5, Affine.ofSpacing(1, 1, 1));
    VolumeFormats.NIFTI.write(
        folder.resolve("labelsTr/a.nii.gz"), new LabelMap(other, new byte[80]));
    image("imagesUn/b_0000");
    assertRefused("the label is 4×4×5 voxels, its image 4×4×4");
  }

  @Test
  void publishedLayoutIsRead() {
    Path data = Path.of(System.getProperty("onelabel.repository"), "..", "shared/data/la-h5");
    assumeTrue(Files.isDirectory(data), "no HDF5 volumes at ../shared/data/la-h5");
    Dataset dataset = DatasetFolder.open(data, Optional.empty());
    Volume volume = dataset.template().readVolume();
    LabelMap labels = dataset.template().readLabels(volume.geometry());
    assertEquals(1, labels.highest());
    assertEquals(0.625, volume.geometry().spacing()[0]);
    assertEquals(1, dataset.unlabelled().size());
  }
}
