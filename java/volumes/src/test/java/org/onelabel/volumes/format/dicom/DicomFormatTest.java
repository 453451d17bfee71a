package org.onelabel.volumes.format.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.GoldenVolume;
import org.onelabel.volumes.format.VolumeFormats;

class DicomFormatTest {
  @TempDir private Path folder;

  /** Series that pydicom wrote and dcmtk packed; ITK reads them as the golden volume. */
  private static Path golden(String name) throws URISyntaxException {
    return Path.of(DicomFormatTest.class.getResource(name).toURI());
  }

  private void write(SliceBytes... slices) throws IOException {
    for (int i = 0; i < slices.length; i++) {
      Files.write(folder.resolve("slice" + i), slices[i].bytes());
    }
  }

  private static SliceBytes slice(double z) {
    return new SliceBytes().at(0, 0, z);
  }

  private void assertRefused(Path named, String cause) {
    GoldenVolume.assertRefused(named, cause, () -> VolumeFormats.DICOM.readVolume(folder));
    GoldenVolume.assertRefused(named, cause, () -> VolumeFormats.DICOM.readLabels(folder));
  }

  /** What is wrong with the first of three slices. */
  private void assertSliceRefused(SliceBytes first, String cause) throws IOException {
    write(first, slice(1), slice(2));
    assertRefused(folder.resolve("slice0"), cause);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "explicit",
        "implicit",
        "big_endian",
        "deflated",
        "run_length",
        "jpeg_lossless",
        "enhanced"
      })
  void seriesAreReadAsItkReadsThemInAnyTransferSyntax(String name) throws Exception {
    Path series = golden(name);
    assertEquals(Optional.of(VolumeFormats.DICOM), VolumeFormats.of(series));
    GoldenVolume.assertIs(VolumeFormats.DICOM.readVolume(series));
    GoldenVolume.assertAffine(
        GoldenVolume.AFFINE, VolumeFormats.DICOM.readGeometry(series).affine());
    assertEquals(Optional.of(name), VolumeFormats.stem(series));
    assertEquals(".nii.gz", VolumeFormats.labelEnding(series));
  }

  @Test
  void syntaxesThatAreNotReadAreNamed() throws Exception {
    Path series = golden("jpeg_ls");
    GoldenVolume.assertRefused(
        series.resolve("a"),
        "its pixels are packed as JPEG-LS lossless (1.2.840.10008.1.2.4.80), which is not read",
        () -> VolumeFormats.DICOM.readVolume(series));
  }

  @Test
  void everyPixelOfALosslessJpegIsUnpackedByAnyPredictor() throws Exception {
    for (int predictor = 1; predictor <= 7; predictor++) {
      Volume volume = VolumeFormats.DICOM.readVolume(golden("predictors/" + predictor));
      GoldenVolume.assertIs(volume);
    }
  }

  @Test
  void slicesAreOrderedByTheirPlacesAndLieInPatientSpace() throws IOException {
    write(slice(4), slice(0), slice(2));
    Volume volume = VolumeFormats.DICOM.readVolume(folder);
    assertEquals(Affine.of(-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 2, 0), positive(volume));
    assertArrayEquals(new float[] {1, 1, 1, 3, 3, 3, 2, 2, 2, 4, 4, 4}, volume.voxels());
    assertEquals(3, VolumeFormats.files(folder).size());
  }

  private static Affine positive(Volume volume) {
    return Affine.of(
        Arrays.stream(volume.geometry().affine().values()).map(value -> value + 0.0).toArray());
  }

  @Test
  void storedBitsAloneCountWithTheirSign() throws IOException {
    SliceBytes signed =
        slice(0)
            .with(DicomTags.BITS_STORED, 2)
            .with(DicomTags.HIGH_BIT, 2)
            .with(DicomTags.PIXEL_REPRESENTATION, 1);
    write(signed, slice(1));
    // 1, 2, 3, 4 are 0, 1, 1, 2 in bits 1 and 2, of which 2 is −2.
    Volume volume = VolumeFormats.DICOM.readVolume(folder);
    assertArrayEquals(new float[] {0, 1, 1, 3, 1, 2, -2, 4}, volume.voxels());
  }

  @Test
  void theSlopeOfEachSliceCounts() throws IOException {
    write(
        slice(0).with(DicomTags.SLOPE, "2").with(DicomTags.INTERCEPT, "-10"),
        slice(1).with(DicomTags.SLOPE, "0.5"));
    assertArrayEquals(
        new float[] {-8, 0.5f, -4, 1.5f, -6, 1, -2, 2},
        VolumeFormats.DICOM.readVolume(folder).voxels());
  }

  /** As dcm2niix 1.0.20220720 and GDCM 3.0.21 do; ITK 5.2 makes 1942.5 of the first 95. */
  @Test
  void valuesThatAreShownInvertedAreNotInverted() throws Exception {
    Path series = golden("monochrome1");
    GoldenVolume.assertIs(VolumeFormats.DICOM.readVolume(series));
    String line = VolumeFormats.DICOM.describe(series).orElseThrow();
    assertTrue(line.contains("MONOCHROME1: shown inverted, values as stored"), line);
    String other = VolumeFormats.DICOM.describe(golden("explicit")).orElseThrow();
    assertFalse(other.contains("MONOCHROME"), other);
  }

  @Test
  void whatIsNoEvenStackOfOneSeriesIsRefusedByName() throws IOException {
    write(slice(0));
    assertRefused(folder, "holds a single slice");
    write(slice(0), slice(1), slice(1));
    assertRefused(folder, "two slices lie at one place: slice1 and slice2");
    write(slice(0), slice(1), slice(3));
    assertRefused(folder, "slices are not evenly spaced (one missing?)");
    write(slice(0), slice(1), slice(2.02));
    assertEquals(3, VolumeFormats.DICOM.readGeometry(folder).sizeZ());
    write(slice(0), slice(1), new SliceBytes().at(0, 0.6, 2));
    assertRefused(folder, "its slices are sheared, as a tilted gantry leaves them: slice2");
    write(slice(0), slice(1), slice(2).with(DicomTags.ORIENTATION, "0\\1\\0\\0\\0\\1"));
    assertRefused(folder, "slices differ in orientation or pixel spacing: slice0 and slice2");
    write(slice(0), slice(1), slice(2).with(DicomTags.PIXEL_SPACING, "1\\2"));
    assertRefused(folder, "slices differ in orientation or pixel spacing: slice0 and slice2");
    write(slice(0), slice(1), slice(2).with(DicomTags.ROWS, 1));
    assertRefused(folder, "slices differ in size: slice0 has 2×2 pixels, slice2 2×1");
    write(slice(0), slice(1), slice(2).with(DicomTags.SERIES, "1.2.4"));
    assertRefused(folder, "holds 2 series, give each a folder of its own: 1.2.3 (2 files), 1.2.4");
  }

  @Test
  void slicesThatSayTooLittleOrTooMuchAreRefused() throws IOException {
    assertSliceRefused(slice(0).without(DicomTags.POSITION), "has no ImagePositionPatient");
    assertSliceRefused(slice(0).without(DicomTags.ORIENTATION), "has no ImageOrientationPatient");
    assertSliceRefused(slice(0).without(DicomTags.PIXEL_SPACING), "has no PixelSpacing");
    assertSliceRefused(slice(0).without(DicomTags.ROWS), "has no Rows");
    assertSliceRefused(slice(0).with(DicomTags.POSITION, "0\\nan\\0"), "not 3 numbers");
    assertSliceRefused(slice(0).with(DicomTags.POSITION, "0\\0"), "not 3 numbers");
    assertSliceRefused(slice(0).with(DicomTags.SAMPLES, 3), "its pixels are colours");
    assertSliceRefused(slice(0).with(DicomTags.PHOTOMETRIC, "RGB"), "its pixels are colours (RGB)");
    assertSliceRefused(slice(0).with(DicomTags.BITS_ALLOCATED, 12), "has pixels of 12 bits");
    assertSliceRefused(slice(0).with(DicomTags.MODALITY, "SEG"), "is a DICOM segmentation");
    assertSliceRefused(
        slice(0).without(0x7fe00010).with(DicomTags.MODALITY, "RTSTRUCT"),
        "holds no image (RTSTRUCT)");
    assertSliceRefused(slice(0).with(DicomTags.FRAMES, "3"), "has 3 frames and does not say where");
    assertSliceRefused(slice(0).with(0x00020010, "1.2"), "packed as transfer syntax 1.2");
    assertSliceRefused(
        slice(0).with(DicomTags.MODALITY_TABLE, "x"), "scales its values by a table");
    write(slice(0));
    Files.write(folder.resolve("slice0.dcm"), new byte[200]);
    assertRefused(folder.resolve("slice0.dcm"), "not a DICOM file: no DICM mark");
  }

  @Test
  void cutFilesAreRefused() throws IOException {
    write(slice(0), slice(1));
    byte[] whole = slice(0).bytes();
    for (int length = 133; length < whole.length - 1; length += 7) {
      Files.write(folder.resolve("slice0"), Arrays.copyOf(whole, length));
      GoldenVolume.assertRefused(
          folder.resolve("slice0"), "", () -> VolumeFormats.DICOM.readVolume(folder));
    }
  }

  @Test
  void otherFilesOfAFolderDoNotMatterAndVolumesMakeItNoSeries() throws IOException {
    write(slice(0), slice(1));
    Files.writeString(folder.resolve("LICENSE"), "text");
    Files.write(folder.resolve("DICOMDIR"), slice(5).bytes());
    assertEquals(2, VolumeFormats.DICOM.readGeometry(folder).sizeZ());
    assertEquals(
        List.of(folder.resolve("slice0"), folder.resolve("slice1")), VolumeFormats.files(folder));
    Files.writeString(folder.resolve("a.nii"), "");
    assertTrue(VolumeFormats.of(folder).isEmpty());
  }
}
