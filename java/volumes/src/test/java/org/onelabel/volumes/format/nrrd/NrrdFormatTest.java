package org.onelabel.volumes.format.nrrd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.GoldenVolume;
import org.onelabel.volumes.format.VolumeFormats;

class NrrdFormatTest {
  private static final String HEADER =
      """
      NRRD0005
      type: uint8
      dimension: 3
      space: left-posterior-superior
      sizes: 2 1 3
      space directions: (2,0,0) (0,3,0) (0,0,4)
      space origin: (10,20,30)
      encoding: ascii

      """;

  @TempDir private Path folder;

  private Path golden(String name) throws IOException {
    return GoldenVolume.copy(NrrdFormatTest.class, name, folder);
  }

  private Path file(String header, String voxels) throws IOException {
    return Files.writeString(folder.resolve("a.nrrd"), header + voxels);
  }

  private Volume read(String header) throws IOException {
    return VolumeFormats.NRRD.readVolume(file(header, "1 2 3 4 5 6"));
  }

  private void assertRefused(String header, String cause) throws IOException {
    assertRefused(header, "1 2 3 4 5 6", cause);
  }

  private void assertRefused(String header, String voxels, String cause) throws IOException {
    Path file = file(header, voxels);
    GoldenVolume.assertRefused(file, cause, () -> VolumeFormats.NRRD.readVolume(file));
    GoldenVolume.assertRefused(file, cause, () -> VolumeFormats.NRRD.readLabels(file));
  }

  private static String with(String field, String value) {
    return HEADER.replaceAll("(?m)^" + field + ": .*$", field + ": " + value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "itk_raw.nrrd",
        "itk_gzip.nrrd",
        "teem_ascii.nrrd",
        "teem_hex.nrrd",
        "teem_gzip_big.nrrd"
      })
  void filesOfItkAndTeemAreReadAsItkReadsThem(String name) throws IOException {
    Path file = golden(name);
    GoldenVolume.assertIs(VolumeFormats.NRRD.readVolume(file));
    GoldenVolume.assertAffine(GoldenVolume.AFFINE, VolumeFormats.NRRD.readGeometry(file).affine());
    assertEquals(List.of(file), VolumeFormats.files(file));
  }

  @Test
  void detachedVoxelsAreReadAndNamedAmongTheFiles() throws IOException {
    Path raw = golden("itk_detached.raw");
    Path header = golden("itk_detached.nhdr");
    GoldenVolume.assertIs(VolumeFormats.NRRD.readVolume(header));
    assertEquals(List.of(header, raw), VolumeFormats.files(header));
    Files.delete(raw);
    GoldenVolume.assertRefused(raw, "no such file", () -> VolumeFormats.NRRD.readVolume(header));
  }

  @Test
  void axesInAnotherOrderAreTurnedBack() throws IOException {
    Volume original = VolumeFormats.NRRD.readVolume(golden("itk_raw.nrrd"));
    Volume permuted = VolumeFormats.NRRD.readVolume(golden("teem_permuted.nrrd"));
    assertEquals("2×4×3", permuted.geometry().describeShape());
    assertArrayEquals(original.voxels(), permuted.onto(original.geometry()).orElseThrow().voxels());
  }

  @ParameterizedTest
  @CsvSource({
    "left-posterior-superior, -1, -1",
    "LPS, -1, -1",
    "right-anterior-superior, 1, 1",
    "RAS, 1, 1",
    "Left-Anterior-Superior, -1, 1"
  })
  void spacesAreTurnedToRightFrontUp(String space, int right, int front) throws IOException {
    GoldenVolume.assertAffine(
        Affine.of(2 * right, 0, 0, 10 * right, 0, 3 * front, 0, 20 * front, 0, 0, 4, 30),
        read(with("space", space)).geometry().affine());
  }

  @Test
  void spacesWithoutAnatomyAndSpacingsTellVoxelSidesAlone() throws IOException {
    String spacings =
        HEADER.replaceAll("(?m)^space.*\n", "").replace("enc", "spacings: 2 3 4\nenc");
    for (String header :
        new String[] {
          with("space", "scanner-xyz"),
          HEADER.replaceAll("(?m)^space: .*$", "space dimension: 3"),
          spacings
        }) {
      Geometry geometry = read(header).geometry();
      assertFalse(geometry.isPlaced(), header);
      assertEquals(Affine.ofSpacing(2, 3, 4), geometry.affine());
    }
    assertRefused(spacings.replace("2 3 4", "2 nan 4"), "has 2 axes of space");
    assertRefused(spacings.replace("2 3 4", "2 inf 4"), "spacings is inf, no number");
    assertRefused(spacings.replace("2 3 4", "2 0 4"), "the affine is singular or not finite");
    assertRefused(spacings.replaceAll("spacings.*\n", ""), "tells no voxel sides");
  }

  @Test
  void otherUnitsAreConvertedAndUnknownOnesRefused() throws IOException {
    String cm = HEADER.replace("encoding", "space units: \"cm\" \"cm\" \"cm\"\nencoding");
    assertEquals(40, read(cm).geometry().affine().at(2, 2));
    assertRefused(cm.replace("cm", "inch"), "its lengths are in inch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"itk_vector.nrrd", "teem_channels_last.nrrd", "teem_channels_third.nrrd"})
  void anAxisThatIsNoAxisOfSpaceHoldsChannels(String name) throws IOException {
    Path file = golden(name);
    GoldenVolume.assertIs(VolumeFormats.NRRD.readVolume(file), 3);
    GoldenVolume.assertRefused(
        file, "has 3 channels; a label has one", () -> VolumeFormats.NRRD.readLabels(file));
  }

  @Test
  void axesOfOneStepAreDropped() throws IOException {
    String four =
        with("dimension", "4")
            .replace("sizes: ", "sizes: 1 ")
            .replace("directions: ", "directions: none ");
    assertEquals("2×1×3", read(four).geometry().describeShape());
    assertEquals(1, read(four).channels().size());
  }

  @Test
  void channelsBesideChannelsAndOtherNumbersOfAxesOfSpaceAreRefused() throws IOException {
    assertRefused(
        with("dimension", "5")
            .replace("2 1 3", "2 2 1 3 3")
            .replace("(2,0,0)", "none (2,0,0)")
            .replace("(0,0,4)", "(0,0,4) none")
            .replace("encoding", "kinds: list space space space time\nencoding"),
        "axis 4 (time) has 3 values beside 2 along another axis");
    assertRefused(
        with("dimension", "4")
            .replace("2 1 3", "2 1 3 99999999")
            .replace("(0,0,4)", "(0,0,4) none"),
        "99999999 channels of 6 voxels are more than");
    assertRefused(
        HEADER
            .replace("dimension: 3", "dimension: 2")
            .replace("2 1 3", "2 3")
            .replace(" (0,0,4)", ""),
        "has 2 axes of space; a volume has 3");
    Path series = golden("itk_series.nrrd");
    GoldenVolume.assertRefused(
        series, "has 4 axes of space", () -> VolumeFormats.NRRD.readVolume(series));
    assertRefused(with("space", "left-posterior-superior-time"), "its space has 4 dimensions");
  }

  @Test
  void headersThatSayTooLittleOrTooMuchAreRefused() throws IOException {
    assertRefused("NRRD0006\n" + HEADER.substring(9), "not a NRRD file");
    assertRefused(with("type", "block"), "type block is not a real number type");
    assertRefused(with("encoding", "zstd"), "its voxels are written as zstd");
    assertRefused(with("type", "short").replace("ascii", "raw"), "lacks the field endian");
    assertRefused(with("sizes", "2 0 3"), "axis 1 has the size 0");
    assertRefused(with("sizes", "2 1"), "sizes has 2 parts, not 3");
    assertRefused(with("sizes", "99999 99999 3"), "99999×99999×3 voxels are more than");
    assertRefused(with("sizes", "2 1 30000"), "the file cannot hold them");
    assertRefused(with("space directions", "(2,0,0) (2,0,0) (0,0,4)"), "the affine is singular");
    assertRefused(with("space directions", "(2,0,0) (0,nan,0) (0,0,4)"), "not finite");
    assertRefused(HEADER.replace("space origin", "space orgin"), "unknown field: space orgin");
    assertRefused(HEADER.replace("type", "type: uint8\ntype"), "the field type twice");
    assertRefused(HEADER.replace("encoding", "data file: LIST\nencoding"), "several files (LIST)");
    assertRefused(
        HEADER.replace("encoding", "data file: a%03d.raw 1 9 1\nencoding"), "several files");
    assertRefused(HEADER.replace("encoding", "byte skip: -1\nencoding"), "byte skip -1");
    assertEquals(3, read(HEADER.replace("type", "# a note\nkey:=value: 1\ntype")).voxels()[1]);
  }

  @Test
  void voxelsThatAreMissingOrNoNumbersAreRefused() throws IOException {
    assertRefused(HEADER, "1 2 3 4 5", "promises 6 voxels, the file has 5");
    assertRefused(HEADER, "1 2 three 4 5 6", "a voxel is no number: three");
    Path nan = file(with("type", "float"), "1 2 nan 4 5 6");
    GoldenVolume.assertRefused(
        nan, "voxel [0, 0, 1] is NaN, not a number", () -> VolumeFormats.NRRD.readVolume(nan));
    Path raw = golden("itk_raw.nrrd");
    byte[] bytes = Files.readAllBytes(raw);
    Files.write(raw, Arrays.copyOf(bytes, bytes.length - 1));
    GoldenVolume.assertRefused(
        raw,
        "promises 48 bytes of voxels, the file has 47",
        () -> VolumeFormats.NRRD.readVolume(raw));
    Files.write(raw, Arrays.copyOf(bytes, bytes.length + 9));
    GoldenVolume.assertIs(VolumeFormats.NRRD.readVolume(raw));
    Path gzip = golden("itk_gzip.nrrd");
    bytes = Files.readAllBytes(gzip);
    bytes[bytes.length - 6] ^= 1;
    Files.write(gzip, bytes);
    GoldenVolume.assertRefused(gzip, "wrong checksum", () -> VolumeFormats.NRRD.readVolume(gzip));
    Path bzip2 = golden("teem_bz2.nrrd");
    GoldenVolume.assertRefused(
        bzip2, "written as bzip2", () -> VolumeFormats.NRRD.readVolume(bzip2));
  }

  @Test
  void labelsAreWrittenIntoTheSpaceTheirScanHas() throws IOException {
    for (String name : new String[] {"RAS", "LAS", "scanner-xyz"}) {
      Path scan = file(with("space", name), "1 2 3 4 5 6");
      LabelMap labels = VolumeFormats.NRRD.readLabels(scan);
      Path written = folder.resolve("b.nrrd");
      VolumeFormats.write(written, labels);
      LabelMap back = VolumeFormats.NRRD.readLabels(written);
      assertEquals(labels.geometry(), back.geometry());
      assertArrayEquals(labels.labels(), back.labels());
    }
    Geometry oblique = Geometry.of(4, 3, 2, GoldenVolume.AFFINE);
    Path written = folder.resolve("c.nrrd");
    VolumeFormats.write(written, new LabelMap(oblique, new byte[24]));
    GoldenVolume.assertAffine(
        GoldenVolume.AFFINE, VolumeFormats.NRRD.readGeometry(written).affine());
    String header = new String(Files.readAllBytes(written), StandardCharsets.ISO_8859_1);
    assertEquals("space: left-posterior-superior", header.lines().toList().get(3));
  }
}
