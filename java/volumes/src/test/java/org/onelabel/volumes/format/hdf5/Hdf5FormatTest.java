package org.onelabel.volumes.format.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

class Hdf5FormatTest {
  private static final float[][][] IMAGE = new float[2][3][4];
  private static final float[][][] LABEL = new float[2][3][4];

  static {
    for (int i = 0; i < 24; i++) {
      IMAGE[i / 12][i / 4 % 3][i % 4] = i / 2f;
      LABEL[i / 12][i / 4 % 3][i % 4] = i % 3;
    }
  }

  @TempDir private Path folder;

  private Path write(Map<String, Object> sets) {
    Path file = folder.resolve("case.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      sets.forEach(hdf::putDataset);
    }
    return file;
  }

  /** A file that h5py wrote, with the values above. */
  private Path h5py(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = Hdf5FormatTest.class.getResourceAsStream("h5py/" + name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private static void assertImage(Volume volume) {
    assertArrayEquals(new int[] {2, 3, 4}, volume.geometry().shape());
    assertFalse(volume.geometry().isPlaced());
    for (int i = 0; i < 24; i++) {
      assertEquals(i / 2f, volume.voxels()[i]);
    }
  }

  private static void assertLabels(LabelMap labels) {
    for (int i = 0; i < 24; i++) {
      assertEquals(i % 3, labels.labels()[i]);
    }
  }

  private static void assertRefused(Path file, Executable reading, String cause) {
    InputException e = assertThrows(InputException.class, reading);
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(cause), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"filters.h5", "lzf.h5"})
  void filtersByteOrdersAndTheNewestLayoutAreRead(String name) throws IOException {
    Path file = h5py(name);
    assertImage(VolumeFormats.HDF5.readVolume(file));
    assertLabels(VolumeFormats.HDF5.readLabels(file));
  }

  @Test
  void booleansAreClasses0And1() throws IOException {
    LabelMap labels = VolumeFormats.HDF5.readLabels(h5py("booleans.h5"));
    Path ours = write(Map.of("label", new boolean[][][] {{{false, true, true}}}));
    assertArrayEquals(new byte[] {0, 1, 1}, VolumeFormats.HDF5.readLabels(ours).labels());
    for (int i = 0; i < 24; i++) {
      assertEquals(i % 3 > 0 ? 1 : 0, labels.labels()[i]);
    }
  }

  @Test
  void aFilterThatIsMissingIsNamed() throws IOException {
    Path file = h5py("scale_offset.h5");
    assertRefused(file, () -> VolumeFormats.HDF5.readVolume(file), "scaleoffset");
  }

  @Test
  void chunksThatWereNeverWrittenAreNoZeros() throws IOException {
    Path file = h5py("fill_value.h5");
    assertRefused(file, () -> VolumeFormats.HDF5.readVolume(file), "misses the chunk at [1, 0, 0]");
    assertLabels(VolumeFormats.HDF5.readLabels(file));
  }

  @Test
  void aWrongChecksumIsNoticed() throws IOException {
    Path file = h5py("filters.h5");
    byte[] bytes = Files.readAllBytes(file);
    // The label's chunk is not compressed: 24 numbers of 8 bytes, big-endian, from 0 1 2 0 on.
    int at = find(bytes, new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2});
    bytes[at + 7] = 2;
    Files.write(file, bytes);
    assertRefused(file, () -> VolumeFormats.HDF5.readLabels(file), "checksum");
    assertImage(VolumeFormats.HDF5.readVolume(file));
  }

  private static int find(byte[] bytes, byte[] wanted) {
    int at = 0;
    while (!java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
      at++;
    }
    return at;
  }

  @Test
  void labelsMayBeRoundedAndNothingElse() {
    float[][][] near = {{{0.9999f, 3.9996f, -0.0001f, 254}}};
    Path file = write(Map.of("label", near));
    assertArrayEquals(
        new byte[] {1, 4, 0, (byte) 254}, VolumeFormats.HDF5.readLabels(file).labels());
    for (float value : new float[] {0.99f, -1, 255, Float.NaN}) {
      Path wrong = write(Map.of("label", new float[][][] {{{0, 1}, {0, value}}}));
      assertRefused(
          wrong, () -> VolumeFormats.HDF5.readLabels(wrong), "label [0, 1, 1] is " + value);
    }
    Path big = write(Map.of("label", new long[][][] {{{1L << 60}}}));
    assertRefused(big, () -> VolumeFormats.HDF5.readLabels(big), "not 0…254");
  }

  @ParameterizedTest
  @CsvSource({"raw, seg", "img, gt", "data, mask", "Image, Labels", "volume, segmentation"})
  void otherUsualNamesAreTakenWhereTheyAreAlone(String image, String label) {
    Path file = write(Map.of(image, IMAGE, label, LABEL, "weights", new float[2][3][4]));
    assertImage(VolumeFormats.HDF5.readVolume(file));
    assertLabels(VolumeFormats.HDF5.readLabels(file));
  }

  @Test
  void thePublishedNameGoesBeforeOthers() {
    Path file =
        write(Map.of("image", IMAGE, "raw", new float[2][3][4], "label", LABEL, "mask", IMAGE));
    assertImage(VolumeFormats.HDF5.readVolume(file));
    assertLabels(VolumeFormats.HDF5.readLabels(file));
  }

  @Test
  void whatIsNotCertainIsRefusedWithWhatIsThere() {
    Path two = write(Map.of("raw", IMAGE, "data", IMAGE));
    assertRefused(
        two, () -> VolumeFormats.HDF5.readVolume(two), "has several data sets, none named image");
    Path other = folder.resolve("other.h5");
    try (WritableHdfFile hdf = HdfFile.write(other)) {
      hdf.putDataset("t1", IMAGE);
      hdf.putGroup("volumes").putDataset("raw", new short[2][2][3]);
    }
    assertRefused(other, () -> VolumeFormats.HDF5.readVolume(other), "t1 2×3×4 float32");
    assertRefused(other, () -> VolumeFormats.HDF5.readVolume(other), "volumes/raw 2×2×3 int16");
    assertRefused(
        other,
        () -> VolumeFormats.HDF5.readLabels(other),
        "has no data set named label (or labels");
  }

  @Test
  void aFirstAxisMoreIsTheChannels() {
    float[][][] second = {{{7, 7, 7, 7}, {7, 7, 7, 7}, {7, 7, 7, 7}}, new float[3][4]};
    Path file =
        write(
            Map.of(
                "image",
                new float[][][][] {IMAGE, second},
                "label",
                new float[][][][] {LABEL, LABEL}));
    Volume volume = VolumeFormats.HDF5.readVolume(file);
    assertImage(volume);
    assertEquals(2, volume.channels().size());
    assertEquals(7, volume.channels().get(1)[11]);
    assertEquals(0, volume.channels().get(1)[12]);
    assertRefused(
        file, () -> VolumeFormats.HDF5.readLabels(file), "label is 2×2×3×4; a label has 3");
  }

  @Test
  void axesOfLengthOneAreDropped() {
    Path file =
        write(Map.of("image", new float[][][][][] {{IMAGE}}, "label", new float[][][][] {LABEL}));
    assertImage(VolumeFormats.HDF5.readVolume(file));
    assertLabels(VolumeFormats.HDF5.readLabels(file));
    Path flat = write(Map.of("image", new float[3][4]));
    assertRefused(flat, () -> VolumeFormats.HDF5.readVolume(flat), "image is 3×4, not x×y×z");
  }

  @Test
  void whatIsNotANumberIsRefusedWithItsPlace() {
    Path file = write(Map.of("image", new double[][][] {{{0, 1}, {Double.NaN, 1e300}}}));
    assertRefused(
        file,
        () -> VolumeFormats.HDF5.readVolume(file),
        "voxel [0, 1, 0] is NaN, not a number; 2 of 4");
    Path text = write(Map.of("image", new String[][][] {{{"a", "b"}}}));
    assertRefused(text, () -> VolumeFormats.HDF5.readVolume(text), "image is of type string");
  }

  @Test
  void fletcherSumsAreThoseOfTheLibrary() {
    // H5_checksum_fletcher32 of these bytes.
    assertEquals(0x00030001, Fletcher32.of(new byte[] {0, 1, 0, 0, 0, 0}, 6));
    assertEquals(0x04020402, Fletcher32.of(new byte[] {4, 2}, 2));
  }

  @Test
  void anInterruptionIsNoFaultOfTheFile() {
    Path file = write(Map.of("image", IMAGE));
    Thread.currentThread().interrupt();
    UncheckedIOException e =
        assertThrows(UncheckedIOException.class, () -> VolumeFormats.HDF5.readVolume(file));
    assertTrue(Thread.interrupted());
    assertInstanceOf(ClosedByInterruptException.class, e.getCause());
    assertImage(VolumeFormats.HDF5.readVolume(file));
  }
}
