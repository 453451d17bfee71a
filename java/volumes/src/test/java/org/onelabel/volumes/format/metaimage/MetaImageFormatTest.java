package org.onelabel.volumes.format.metaimage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.format.GoldenVolume;
import org.onelabel.volumes.format.VolumeFormats;

class MetaImageFormatTest {
  private static final String HEADER =
      """
      ObjectType = Image
      NDims = 3
      BinaryData = False
      TransformMatrix = 0 1 0 1 0 0 0 0 -1
      Offset = 10 20 30
      CenterOfRotation = 5 5 5
      ElementSpacing = 2 3 4
      DimSize = 2 1 3
      ElementType = MET_UCHAR
      ElementDataFile = LOCAL
      """;

  @TempDir private Path folder;

  private Path golden(String name) throws IOException {
    return GoldenVolume.copy(MetaImageFormatTest.class, name, folder);
  }

  private Path file(String header) throws IOException {
    return Files.writeString(folder.resolve("a.mha"), header + "1 2 3 4 5 6");
  }

  private Geometry geometry(String header) throws IOException {
    return VolumeFormats.METAIMAGE.readVolume(file(header)).geometry();
  }

  private void assertRefused(String header, String cause) throws IOException {
    Path file = file(header);
    GoldenVolume.assertRefused(file, cause, () -> VolumeFormats.METAIMAGE.readVolume(file));
    GoldenVolume.assertRefused(file, cause, () -> VolumeFormats.METAIMAGE.readLabels(file));
  }

  private static String with(String key, String value) {
    return HEADER.replaceAll("(?m)^" + key + " = .*$", key + " = " + value);
  }

  private static String also(String line) {
    return HEADER.replace("ElementDataFile", line + "\nElementDataFile");
  }

  @ParameterizedTest
  @ValueSource(strings = {"itk_raw.mha", "itk_zlib.mha", "plastimatch.mha"})
  void filesOfItkAndPlastimatchAreReadAsItkReadsThem(String name) throws IOException {
    Path file = golden(name);
    GoldenVolume.assertIs(VolumeFormats.METAIMAGE.readVolume(file));
    assertEquals(List.of(file), VolumeFormats.files(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"itk_detached raw", "itk_zlib_detached zraw"})
  void voxelsInAnotherFileAreReadAndNamedAmongTheFiles(String name) throws IOException {
    Path raw = golden(name.replace(' ', '.'));
    Path header = golden(name.substring(0, name.indexOf(' ')) + ".mhd");
    GoldenVolume.assertIs(VolumeFormats.METAIMAGE.readVolume(header));
    assertEquals(List.of(header, raw), VolumeFormats.files(header));
    Files.delete(raw);
    GoldenVolume.assertRefused(
        raw, "no such file", () -> VolumeFormats.METAIMAGE.readVolume(header));
  }

  @Test
  void theMatrixHasTheDirectionOfAnAxisInARowAndTheCentreOfRotationCountsNothing()
      throws IOException {
    Geometry geometry = geometry(HEADER);
    assertEquals(
        Affine.of(0, -3, 0, -10, -2, 0, 0, -20, 0, 0, -4, 30).toString().replace("-0.0", "0.0"),
        geometry.affine().toString().replace("-0.0", "0.0"));
    GoldenVolume.assertAffine(geometry.affine(), geometry(with("DistanceUnits", "mm")).affine());
    assertEquals(-40, geometry(also("DistanceUnits = cm")).affine().at(2, 2));
    assertRefused(also("DistanceUnits = inch"), "its lengths are in inch");
  }

  @Test
  void spacingsAloneTellVoxelSidesAlone() throws IOException {
    String bare = HEADER.replaceAll("(?m)^(TransformMatrix|Offset).*\n", "");
    Geometry geometry = geometry(bare);
    assertFalse(geometry.isPlaced());
    assertEquals(Affine.ofSpacing(2, 3, 4), geometry.affine());
    assertRefused(bare.replaceAll("ElementSpacing.*\n", ""), "tells no voxel sides");
    assertRefused(with("ElementSpacing", "2 0 4"), "the affine is singular or not finite");
    assertRefused(with("ElementSpacing", "2 NaN 4"), "the affine is singular or not finite");
    assertRefused(with("TransformMatrix", "1 0 0 1 0 0 0 0 1"), "the affine is singular");
  }

  @ParameterizedTest
  @ValueSource(strings = {"itk_vector.mha", "itk_vector_packed.mha", "itk_series.mha"})
  void valuesOfAVoxelAndStepsOfAFurtherAxisAreChannels(String name) throws IOException {
    Path file = golden(name);
    GoldenVolume.assertIs(VolumeFormats.METAIMAGE.readVolume(file), 3);
    GoldenVolume.assertRefused(
        file, "has 3 channels; a label has one", () -> VolumeFormats.METAIMAGE.readLabels(file));
  }

  @Test
  void furtherAxesAreDroppedWhereTheyHaveOneStep() throws IOException {
    String four =
        with("NDims", "4")
            .replace("0 1 0 1 0 0 0 0 -1", "0 1 0 0 1 0 0 0 0 0 -1 0 0 0 0 1")
            .replace("10 20 30", "10 20 30 0")
            .replace("2 3 4", "2 3 4 1")
            .replace("2 1 3", "2 1 3 1");
    assertEquals(geometry(HEADER).affine(), geometry(four).affine());
    String five = four.replace("2 1 3 1", "2 1 3 5");
    assertRefused(five, "promises 30 voxels, the file has 6");
    assertRefused(
        five.replace("0 0 0 1\n", "0 0 2 1\n"), "axis 3 runs through space; a volume has 3 axes");
    assertRefused(
        five.replace("ElementData", "ElementNumberOfChannels = 2\nElementData"),
        "has 5 values along axis 3 beside 2 channels");
    assertRefused(with("NDims", "2"), "has 2 axes; a volume has 3");
    assertRefused(also("ElementNumberOfChannels = 0"), "has 0 values a voxel");
    assertRefused(
        also("ElementNumberOfChannels = 99999999"), "99999999 channels of 6 voxels are more than");
  }

  @Test
  void headersThatSayTooLittleOrTooMuchAreRefused() throws IOException {
    assertRefused("nonsense\n", "not a MetaImage file");
    assertRefused(HEADER.replace("ElementDataFile", "Element"), "not a MetaImage file");
    assertRefused(with("ObjectType", "Tube"), "holds the object Tube, not an Image");
    assertRefused(with("ElementType", "MET_UCHAR_ARRAY"), "is not a real number type");
    assertRefused(with("DimSize", "2 0 3"), "DimSize of axis 1 is 0.0");
    assertRefused(with("DimSize", "2 3"), "DimSize has 2 numbers, not 3");
    assertRefused(with("DimSize", "99999 99999 3"), "99999×99999×3 voxels are more than");
    assertRefused(with("DimSize", "2 1 30000"), "the file cannot hold them");
    assertRefused(with("ElementDataFile", "LIST"), "several files (LIST)");
    assertRefused(with("ElementDataFile", "a%03d.raw 1 9 1"), "several files");
    assertRefused(also("ElementToIntensityFunctionSlope = 2"), "scales its voxels (slope 2.0");
    assertRefused(also("CompressedData = True"), "contradict each other");
    assertRefused(also("DimSize = 2 1 3"), "the header has DimSize twice");
    assertRefused(with("DimSize", "2 1 4"), "promises 8 voxels, the file has 6");
  }

  @Test
  void compressedVoxelsAreVerified() throws IOException {
    Path file = golden("itk_zlib.mha");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    GoldenVolume.assertRefused(
        file, "incorrect data check", () -> VolumeFormats.METAIMAGE.readVolume(file));
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 10));
    GoldenVolume.assertRefused(file, "truncated", () -> VolumeFormats.METAIMAGE.readVolume(file));
  }

  @Test
  void labelsAreWrittenIntoTheSpaceTheirScanHas() throws IOException {
    for (String header :
        new String[] {HEADER, HEADER.replaceAll("(?m)^(TransformMatrix|Offset).*\n", "")}) {
      LabelMap labels = VolumeFormats.METAIMAGE.readLabels(file(header));
      Path written = folder.resolve("b.mha");
      VolumeFormats.write(written, labels);
      LabelMap back = VolumeFormats.METAIMAGE.readLabels(written);
      assertEquals(labels.geometry(), back.geometry());
      assertArrayEquals(labels.labels(), back.labels());
    }
    Path written = folder.resolve("c.mha");
    VolumeFormats.write(
        written, new LabelMap(Geometry.of(4, 3, 2, GoldenVolume.AFFINE), new byte[24]));
    GoldenVolume.assertAffine(
        GoldenVolume.AFFINE, VolumeFormats.METAIMAGE.readGeometry(written).affine());
  }
}
