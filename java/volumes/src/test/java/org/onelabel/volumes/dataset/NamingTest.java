package org.onelabel.volumes.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** What cases are called, and which files are theirs. */
class NamingTest {
  private static final Geometry GRID = Geometry.of(2, 3, 1, Affine.ofSpacing(1, 1, 1));
  private static final byte[] LABELS = {0, 1, 2, 0, 1, 2};

  @TempDir private Path folder;

  private void images(String... names) {
    for (String name : names) {
      VolumeFormats.NIFTI.write(
          folder.resolve(name + ".nii.gz"), new Volume(GRID, new float[] {1, 2, 3, 4, 5, 6}));
    }
  }

  private void labels(String... names) {
    for (String name : names) {
      VolumeFormats.NIFTI.write(folder.resolve(name + ".nii.gz"), new LabelMap(GRID, LABELS));
    }
  }

  private void describe(String json) throws IOException {
    Files.writeString(folder.resolve("dataset.json"), json);
  }

  private Dataset open() {
    return DatasetFolder.open(folder, Optional.empty());
  }

  private void assertRefused(String... causes) {
    InputException e = assertThrows(InputException.class, this::open);
    for (String cause : causes) {
      assertTrue(e.getMessage().contains(cause), e.getMessage());
    }
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
  }

  private static List<String> ids(List<Case> cases) {
    return cases.stream().map(Case::id).toList();
  }

  private List<String> scans(Naming asked, Naming own, int channels) {
    OptionalInt known = channels == 0 ? OptionalInt.empty() : OptionalInt.of(channels);
    ImageFiles files = new ImageFiles(own, known, List.of(), Optional.empty());
    return ids(Scans.open(folder.resolve("scans"), asked, files).cases());
  }

  @Test
  void digitsThatLabelsHaveTooBelongToTheName() throws IOException {
    images("imagesTr/amos_0001", "imagesTr/amos_0002", "imagesTr/amos_0003", "imagesTs/amos_0000");
    labels("labelsTr/amos_0001", "labelsTs/amos_0000");
    for (String json : List.of("{}", "{\"modality\": {\"0\": \"CT\"}}")) {
      describe(json);
      Dataset dataset = open();
      assertEquals(Naming.PLAIN, dataset.naming());
      assertEquals("amos_0001", dataset.template().id());
      assertEquals(List.of("amos_0002", "amos_0003"), ids(dataset.unlabelled()));
      assertEquals(List.of("amos_0000"), ids(dataset.test()));
      assertTrue(dataset.test().getFirst().label().isPresent());
    }
    describe("{\"channel_names\": {\"0\": \"CT\"}}");
    assertRefused("amos", "misses channel 0", "--naming plain");
  }

  @Test
  void channelsThatAreThereAreAllUsed() {
    images("imagesTr/a_0000", "imagesTr/a_0001", "imagesUn/b_0000", "imagesUn/b_0001");
    labels("labelsTr/a");
    Dataset dataset = open();
    assertEquals(OptionalInt.of(2), dataset.channels());
    assertEquals(2, dataset.template().readVolume().channels().size());
    images("imagesUn/c_0000");
    assertRefused("c_0000.nii.gz", "case c has 1 channel, the template a has 2");
  }

  @Test
  void describedChannelsAreAllWantedAndNoOthers() throws IOException {
    images("imagesTr/a_0000", "imagesUn/b_0000", "imagesUn/b_0001");
    labels("labelsTr/a");
    describe("{\"channel_names\": {\"0\": \"CT\"}}");
    assertRefused("b_0001.nii.gz", "is channel 1 of case b, but a case has 1 channel");
    describe("{\"channel_names\": {\"0\": \"T1\", \"1\": \"T2\"}}");
    assertRefused("imagesTr", "case a misses channel 1");
    images("imagesTr/a_0001", "imagesUn/c");
    assertRefused("c.nii.gz", "does not end in a channel");
    describe("{\"channel_names\": {\"0\": \"CT\"}, \"file_ending\": \".mgz\"}");
    assertRefused("dataset.json", ".mgz, a format that is not read");
  }

  @Test
  void labelsThatDisagreeOnTheNamingAreNamed() {
    images("imagesTr/a", "imagesUn/b_0000");
    labels("labelsTr/a", "labelsUnHidden/b");
    assertRefused("labelsTr/a.nii.gz", "labelsUnHidden/b.nii.gz", "--naming");
    Dataset plain = DatasetFolder.open(folder, Optional.empty(), Naming.PLAIN);
    assertEquals(List.of("b_0000"), ids(plain.unlabelled()));
    assertEquals(
        List.of(folder.resolve("labelsUnHidden/b.nii.gz")),
        List.copyOf(plain.warnings().leftOut().keySet()));
  }

  @Test
  void labelsNamedLikeAChannelAreReadAndSaid() {
    images("imagesTr/a_0000", "imagesUn/b_0000", "imagesVal/v_0000", "imagesVal/w_0000");
    labels("labelsTr/a", "labelsVal/v_0000");
    Dataset dataset = open();
    assertEquals(List.of("v"), ids(dataset.validation()));
    List<String> lines = dataset.warnings().lines();
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("w_0000.nii.gz (no label to validate on)"), lines.get(0));
    assertTrue(lines.get(1).contains("v_0000.nii.gz is taken for the label of v"), lines.get(1));
    labels("labelsVal/v");
    assertRefused("v_0000.nii.gz", "is a label of case v, as v.nii.gz is");
  }

  @Test
  void twoFilesForOneThingAreNamed() throws IOException {
    images("imagesTr/a_0000", "imagesUn/b_0000");
    labels("labelsTr/a");
    Path twin = folder.resolve("labelsTr/a.nii");
    VolumeFormats.NIFTI.write(twin, new LabelMap(GRID, LABELS));
    assertRefused("a.nii.gz", "is the label of the same case as a.nii");
    Files.delete(twin);
    Path channel = folder.resolve("imagesUn/b_0000.NII");
    VolumeFormats.NIFTI.write(channel, new Volume(GRID, new float[6]));
    assertRefused("is the same case and channel as b_0000");
    Files.delete(channel);
    images("imagesTs/b_0000");
    assertRefused("imagesTs/b_0000.nii.gz", "is case b, as", "imagesUn/b_0000.nii.gz");
    Files.delete(folder.resolve("imagesTs/b_0000.nii.gz"));
    Files.createSymbolicLink(
        folder.resolve("imagesTs/s_0000.nii.gz"), folder.resolve("imagesUn/b_0000.nii.gz"));
    assertRefused("imagesTs/s_0000.nii.gz", "is the same file as");
  }

  @Test
  void whatIsLeftOutIsNamedInOneLine() throws IOException {
    images("imagesTr/a_0000", "imagesUn/b_0000", "imagesUn/below/c_0000", "elsewhere/d");
    labels("labelsTr/a", "labelsTs/z");
    Files.move(folder.resolve("imagesUn/b_0000.nii.gz"), folder.resolve("imagesUn/b_0000.NII.GZ"));
    Files.createSymbolicLink(folder.resolve("imagesUn/e_0000.nii"), folder.resolve("gone"));
    for (String name : List.of("f_0000.mgz", "IM1.DCM", "._b_0000.nii.gz", ".DS_Store", "x.txt")) {
      Files.writeString(folder.resolve("imagesUn").resolve(name), "x");
    }
    Dataset dataset = open();
    assertEquals(List.of("b"), ids(dataset.unlabelled()));
    List<String> lines = dataset.warnings().lines();
    assertEquals(1, lines.size());
    for (String name :
        List.of("below", "elsewhere", "z.nii.gz", "e_0000.nii", "f_0000.mgz", "IM1.DCM")) {
      assertTrue(lines.getFirst().contains(name), name + ": " + lines);
    }
    assertEquals(6, dataset.warnings().leftOut().size(), lines.toString());
  }

  @Test
  void scansAreNamedAsTheModelsDatasetOrRefused() {
    images("scans/p", "scans/q");
    assertEquals(List.of("p", "q"), scans(Naming.AUTO, Naming.SUFFIXED, 1));
    images("scans/scan_0000");
    assertEquals(3, scans(Naming.AUTO, Naming.PLAIN, 1).size());
    for (Naming own : List.of(Naming.AUTO, Naming.SUFFIXED)) {
      InputException e = assertThrows(InputException.class, () -> scans(Naming.AUTO, own, 1));
      assertTrue(e.getMessage().contains("p.nii.gz"), e.getMessage());
      assertTrue(e.getMessage().contains("--naming plain"), e.getMessage());
    }
    assertEquals(List.of("p", "q", "scan_0000"), scans(Naming.PLAIN, Naming.SUFFIXED, 1));
  }

  @Test
  void consecutiveNumbersAreChannelsWhereTheyAreAsManyAsWanted() {
    images("scans/x_0000", "scans/x_0001");
    assertEquals(List.of("x"), scans(Naming.AUTO, Naming.AUTO, 2));
    assertEquals(List.of("x"), scans(Naming.SUFFIXED, Naming.AUTO, 0));
    InputException extra =
        assertThrows(InputException.class, () -> scans(Naming.AUTO, Naming.SUFFIXED, 1));
    assertTrue(
        extra.getMessage().contains("x_0001.nii.gz: is channel 1 of case x"), extra.getMessage());
    InputException unclear =
        assertThrows(InputException.class, () -> scans(Naming.AUTO, Naming.AUTO, 0));
    assertTrue(
        unclear.getMessage().contains("x_0001.nii.gz: stands beside x_0000"), unclear.getMessage());
    InputException missing =
        assertThrows(InputException.class, () -> scans(Naming.AUTO, Naming.SUFFIXED, 3));
    assertTrue(missing.getMessage().contains("case x misses channel 2"), missing.getMessage());
  }

  @Test
  void labelsAndChannelsLieWhereTheirImageLies() throws IOException {
    images("imagesTr/a_0000", "imagesUn/b_0000", "imagesUn/b_0001");
    Affine mirrored = Affine.of(-1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0);
    Geometry turned = Geometry.of(2, 3, 1, mirrored);
    VolumeFormats.NIFTI.write(
        folder.resolve("imagesTr/a_0001.nii.gz"),
        new Volume(turned, new float[] {4, 5, 6, 1, 2, 3}));
    VolumeFormats.NIFTI.write(
        folder.resolve("labelsTr/a.nii.gz"), new LabelMap(turned, new byte[] {0, 1, 2, 0, 1, 1}));
    Case template = open().template();
    Volume volume = template.readVolume();
    assertArrayEquals(volume.channels().get(0), volume.channels().get(1));
    assertArrayEquals(
        new byte[] {0, 1, 1, 0, 1, 2}, template.readLabels(volume.geometry()).labels());

    Geometry away = Geometry.of(2, 3, 1, Affine.of(1, 0, 0, 50, 0, 1, 0, 0, 0, 0, 1, 0));
    VolumeFormats.NIFTI.write(folder.resolve("labelsTr/a.nii.gz"), new LabelMap(away, LABELS));
    assertRefused("a.nii.gz", "a_0000.nii.gz", "50.0");
    VolumeFormats.NIFTI.write(
        folder.resolve("imagesTr/a_0001.nii.gz"), new Volume(away, new float[6]));
    InputException e = assertThrows(InputException.class, template::readVolume);
    assertTrue(e.getMessage().contains("a_0001.nii.gz"), e.getMessage());
    assertTrue(e.getMessage().contains("a_0000.nii.gz"), e.getMessage());
  }

  @Test
  void theIgnoredLabelIsNoStructure() throws IOException {
    images("imagesTr/a_0000", "imagesUn/b_0000");
    labels("labelsTr/a");
    describe(
        "{\"channel_names\": {\"0\": \"CT\"}, \"labels\": {\"background\": 0, \"x\": 1,"
            + " \"ignore\": 2}}");
    Dataset dataset = open();
    assertEquals(List.of("x"), dataset.structures());
    LabelMap labels = dataset.template().readLabels(GRID);
    assertArrayEquals(new byte[] {0, 1, (byte) 255, 0, 1, (byte) 255}, labels.labels());
    assertEquals(1, labels.highest());
    describe("{\"labels\": {\"background\": 0, \"ignore\": 1, \"x\": 2}}");
    assertRefused("dataset.json", "ignore must be the highest");
    describe("{\"labels\": {\"background\": 0, \"whole\": [1, 2]}}");
    assertRefused("dataset.json", "whole is the region [1,2]");
  }

  @Test
  void anEmptyTemplateIsNamed() {
    images("imagesTr/a_0000", "imagesUn/b_0000");
    VolumeFormats.NIFTI.write(folder.resolve("labelsTr/a.nii.gz"), new LabelMap(GRID, new byte[6]));
    assertRefused("labelsTr/a.nii.gz", "holds no structure");
  }

  @Test
  void listsNameFilesWithOrWithoutTheirEnding() throws IOException {
    for (String name : List.of("case0.h5", "case1.H5", "case2.h5")) {
      Files.createDirectories(folder.resolve("data"));
      Files.writeString(folder.resolve("data").resolve(name), name);
    }
    describe("{\"labels\": {\"0\": \"background\", \"1\": \"x\"}}");
    Files.writeString(folder.resolve("train.list"), "\uFEFFcase0.h5\r\ncase1,3\r\n\r\n");
    Dataset dataset = open();
    assertEquals("case0", dataset.template().id());
    assertEquals(List.of("case1"), ids(dataset.unlabelled()));
    assertTrue(
        dataset.warnings().lines().getFirst().contains("case2.h5 (in no list)"),
        dataset.warnings().toString());
    Files.writeString(folder.resolve("train.txt"), "case0\ncase2\n");
    assertRefused("train.txt", "lists other cases than train.list");
    Files.delete(folder.resolve("train.list"));
    Files.writeString(folder.resolve("test.txt"), "case2\n");
    assertRefused("is case case2, as");
    Files.writeString(folder.resolve("test.txt"), "../case1\n");
    assertRefused("test.txt", "../case1");
  }

  @Test
  void predictionsAreComparedWhereTheyLie() throws IOException {
    labels("truth/a", "truth/c_0000", "truth/e");
    labels("predictions/c", "predictions/d");
    Geometry turned = Geometry.of(2, 3, 1, Affine.of(-1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0));
    Path predicted = folder.resolve("predictions/a.nii");
    VolumeFormats.NIFTI.write(predicted, new LabelMap(turned, LABELS));
    LabelPairs pairs = LabelPairs.of(folder.resolve("predictions"), folder.resolve("truth"));
    assertEquals(List.of("a", "c"), pairs.pairs().stream().map(LabelPairs.Pair::id).toList());
    assertEquals(List.of("d"), pairs.withoutTruth());
    assertEquals(List.of("e"), pairs.withoutPrediction());
    assertTrue(pairs.warnings().lines().getFirst().contains("is taken for the truth of"));
    LabelPairs.Pair a = pairs.pairs().getFirst();
    assertArrayEquals(LABELS, a.prediction(a.truth().geometry()).labels());

    describe("{\"labels\": {\"x\": 1, \"ignore\": 2, \"whole\": [1, 2]}}");
    LabelPairs ignoring = LabelPairs.of(folder.resolve("predictions"), folder.resolve("truth"));
    assertEquals(1, ignoring.pairs().getFirst().truth().highest());

    VolumeFormats.NIFTI.write(
        predicted, new LabelMap(Geometry.of(2, 3, 1, Affine.ofSpacing(1, 2, 1)), LABELS));
    InputException e = assertThrows(InputException.class, () -> a.prediction(a.truth().geometry()));
    assertTrue(e.getMessage().contains("predictions/a.nii"), e.getMessage());
    assertTrue(e.getMessage().contains("truth/a.nii.gz"), e.getMessage());
  }

  @Test
  void channelsWhoseLabelsAreCalledLikeTheFirstAreNoPatients() {
    images("imagesTr/t_0000", "imagesTr/t_0001", "imagesUn/u_0000", "imagesUn/u_0001");
    labels("labelsTr/t_0000");
    assertRefused("labelsTr/t_0000.nii.gz", "one of 2 channels", "--naming suffixed");
  }

  @Test
  void aBrokenDescriptionIsNotTakenForNone() throws IOException {
    images("imagesTr/a_0000", "imagesUn/b_0000");
    labels("labelsTr/a");
    for (String json :
        List.of(
            "",
            "[]",
            "{\"labels\": [\"background\", \"x\"]}",
            "{\"labels\": {\"background\": 1, \"x\": 0, \"y\": 2}}",
            "{\"labels\": {\"background\": 0, \"x\": 1, \"ignore\": 257}}")) {
      describe(json);
      assertRefused("dataset.json");
    }
    Files.delete(folder.resolve("dataset.json"));
    Files.createSymbolicLink(folder.resolve("dataset.json"), folder.resolve("gone"));
    assertRefused("dataset.json", "is no file");
  }

  @Test
  void aFolderThatIsALinkToNothingIsNotTakenForNone() throws IOException {
    images("imagesTr/a_0000", "imagesUn/b_0000");
    labels("labelsTr/a");
    Files.createSymbolicLink(folder.resolve("imagesTs"), folder.resolve("unmounted"));
    assertRefused("imagesTs", "is no folder");
  }

  @Test
  void evaluationIgnoresWhatTheDatasetDoes() throws IOException {
    labels("prediction/a", "truth/a");
    for (String labels :
        List.of(
            "\"x\": 1, \"ignore\": 2",
            "\"x\": \"1\", \"ignore\": \"2\"",
            "\"1\": \"x\", \"2\": \"ignore\"")) {
      describe("{\"labels\": {" + labels + "}}");
      LabelMap truth =
          LabelPairs.of(folder.resolve("prediction"), folder.resolve("truth"))
              .pairs()
              .getFirst()
              .truth();
      assertEquals(1, truth.highest());
    }
    for (String ignored : List.of("257", "0")) {
      describe("{\"labels\": {\"background\": 0, \"x\": 1, \"ignore\": " + ignored + "}}");
      InputException e =
          assertThrows(
              InputException.class,
              () -> LabelPairs.of(folder.resolve("prediction"), folder.resolve("truth")));
      assertTrue(e.getMessage().contains("dataset.json"), e.getMessage());
    }
  }
}
