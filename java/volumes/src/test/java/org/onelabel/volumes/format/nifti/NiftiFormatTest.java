package org.onelabel.volumes.format.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.format.stored.VoxelType;

class NiftiFormatTest {
  @TempDir private Path folder;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @ParameterizedTest
  @EnumSource(VoxelType.class)
  void everyTypeByteOrderAndVersionIsReadAndScaled(VoxelType type) throws IOException {
    for (int version = 1; version <= 2; version++) {
      for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
        for (boolean gzip : new boolean[] {false, true}) {
          byte[] bytes = NiftiBytes.file(version, order, type);
          Path file = file("a.nii" + (gzip ? ".gz" : ""), gzip ? NiftiBytes.gzip(bytes) : bytes);
          Volume volume = VolumeFormats.NIFTI.readVolume(file);
          assertArrayEquals(NiftiBytes.SHAPE, volume.geometry().shape());
          assertArrayEquals(new double[] {1, 2, 3}, volume.geometry().spacing(), 1e-12);
          for (int i = 0; i < 24; i++) {
            // The file runs along x first, our arrays along z.
            int index = (i % 4 * 3 + i / 4 % 3) * 2 + i / 12;
            double expected = NiftiBytes.value(type, i) * NiftiBytes.SLOPE + NiftiBytes.INTERCEPT;
            assertEquals(expected, volume.voxels()[index], 1e-6);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, a.nii", "2, a.nii", "1, a.nii.gz", "2, a.nii.gz"})
  void labelsAreWrittenBackIntoTheSameSpace(int version, String name) throws IOException {
    Path source =
        file("source.nii", NiftiBytes.file(version, ByteOrder.BIG_ENDIAN, VoxelType.INT16));
    Geometry geometry = VolumeFormats.NIFTI.readGeometry(source);
    byte[] labels = new byte[24];
    for (int i = 0; i < 24; i++) {
      labels[i] = (byte) (i * 10);
    }
    VolumeFormats.NIFTI.write(folder.resolve(name), new LabelMap(geometry, labels));
    LabelMap again = VolumeFormats.NIFTI.readLabels(folder.resolve(name));
    assertEquals(geometry, again.geometry());
    assertArrayEquals(labels, again.labels());
    float[] values = new float[24];
    values[7] = (float) Math.PI;
    VolumeFormats.NIFTI.write(folder.resolve(name), new Volume(geometry, values));
    assertArrayEquals(values, VolumeFormats.NIFTI.readVolume(folder.resolve(name)).voxels());
  }

  @Test
  void qformGivesTheAffineWhereThereIsNoSform() throws IOException {
    byte[] bytes = NiftiBytes.file(1, ByteOrder.LITTLE_ENDIAN, VoxelType.UINT8);
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    b.putShort(254, (short) 0).putShort(252, (short) 1).putFloat(76, -1);
    // A turn by 90° about z.
    b.putFloat(264, (float) Math.sqrt(0.5)).putFloat(268, 11);
    Affine affine = VolumeFormats.NIFTI.readGeometry(file("q.nii", bytes)).affine();
    double[] expected = {0, -2, 0, 11, 1, 0, 0, 0, 0, 0, -3, 0};
    assertArrayEquals(expected, affine.values(), 1e-6);
  }

  private void assertRefused(String name, byte[] bytes, String cause) throws IOException {
    Path file = file(name, bytes);
    InputException e =
        assertThrows(InputException.class, () -> VolumeFormats.NIFTI.readVolume(file));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(cause), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  private static byte[] changed(Consumer<ByteBuffer> change) {
    byte[] bytes = NiftiBytes.file(1, ByteOrder.LITTLE_ENDIAN, VoxelType.FLOAT32);
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    return bytes;
  }

  @Test
  void brokenFilesAreRefusedInOneLine() throws IOException {
    byte[] good = changed(_ -> {});
    byte[] zipped = NiftiBytes.gzip(good);
    assertRefused("text.nii", "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8), "NIfTI");
    assertRefused("zeros.nii", new byte[1000], "not a NIfTI file");
    assertRefused("cut.nii", Arrays.copyOf(good, 400), "promises 96 bytes");
    assertRefused("cut.nii.gz", Arrays.copyOf(zipped, zipped.length - 20), "truncated");
    assertRefused("huge.nii", changed(b -> b.putShort(42, (short) 30000)), "cannot hold");
    assertRefused(
        "nan.nii",
        changed(b -> b.putFloat(352 + 20, Float.NaN).putFloat(352 + 64, Float.NEGATIVE_INFINITY)),
        "voxel [0, 1, 1] is -Infinity, not a number; 2 of 24 are none");
    assertRefused("frames.nii", changed(b -> b.putShort(48, (short) 5)), "cannot hold");
    assertRefused("type.nii", changed(b -> b.putShort(70, (short) 128)), "128 (RGB colours)");
    assertRefused("complex.nii", changed(b -> b.putShort(70, (short) 32)), "32 (complex64)");
    assertRefused("long.nii", changed(b -> b.putShort(70, (short) 1536)), "1536 (float128)");
    assertRefused("dim0.nii", changed(b -> b.putShort(40, (short) 0x0300)), "dim[0] = 768");
    assertRefused("dim1.nii", changed(b -> b.putShort(42, (short) -4)), "dim[1] = -4");
    assertRefused("offset.nii", changed(b -> b.putFloat(108, 200)), "vox_offset 200");
    assertRefused("far.nii", changed(b -> b.putFloat(108, 1e30f)), "vox_offset 1.0");
    assertRefused("beyond.nii", changed(b -> b.putFloat(108, 1e6f)), "truncated");
    assertRefused("inter.nii", changed(b -> b.putFloat(116, Float.NaN)), "scl_inter NaN");
    assertRefused("pair.hdr", changed(b -> b.put(345, (byte) 'i')), ".img file");
    assertRefused("mark.nii", changed(b -> b.put(347, (byte) 'x')), "no n+1 mark");
    assertRefused("flat.nii", changed(b -> b.putFloat(320, 0)), "singular");
    assertThrows(
        InputException.class, () -> VolumeFormats.NIFTI.readVolume(folder.resolve("absent.nii")));
  }

  @Test
  void aSecondHeaderVersionSentAsTextIsRefused() throws IOException {
    byte[] bytes = NiftiBytes.file(2, ByteOrder.LITTLE_ENDIAN, VoxelType.UINT8);
    bytes[9] = '\r';
    assertRefused("text.nii", bytes, "line ends were converted");
  }

  @Test
  void bitpixAndUnscalableSlopesDoNotMatter() throws IOException {
    for (float slope : new float[] {0, Float.NaN, Float.POSITIVE_INFINITY}) {
      byte[] bytes =
          changed(b -> b.putShort(72, (short) 8).putFloat(112, slope).putFloat(116, Float.NaN));
      assertEquals(-3, VolumeFormats.NIFTI.readVolume(file("plain.nii", bytes)).voxels()[0]);
    }
  }

  /** The 24 voxels of a file as {@code frames} copies one behind the other, each 1 more. */
  private static byte[] series(int frames, int dimension) {
    byte[] one = changed(_ -> {});
    ByteBuffer all = ByteBuffer.allocate(352 + frames * 96).order(ByteOrder.LITTLE_ENDIAN);
    all.put(one, 0, 352);
    all.putShort(40, (short) dimension);
    for (int i = 4; i < 8; i++) {
      all.putShort(40 + 2 * i, (short) 1);
    }
    all.putShort(40 + 2 * dimension, (short) frames).putFloat(112, 1).putFloat(116, 0);
    for (int i = 0; i < frames * 24; i++) {
      all.putFloat(i % 24 + i / 24);
    }
    return all.array();
  }

  @ParameterizedTest
  @CsvSource({"4, false", "5, false", "4, true", "5, true"})
  void framesAlongDimension4Or5AreChannels(int dimension, boolean gzip) throws IOException {
    byte[] bytes = series(3, dimension);
    Path file = file("series.nii", gzip ? NiftiBytes.gzip(bytes) : bytes);
    Volume volume = VolumeFormats.NIFTI.readVolume(file);
    assertEquals(3, volume.channels().size());
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 24; i++) {
        assertEquals(i + c, volume.channels().get(c)[(i % 4 * 3 + i / 4 % 3) * 2 + i / 12]);
      }
    }
    Path copy = folder.resolve("copy.NII.GZ");
    VolumeFormats.NIFTI.write(copy, volume);
    assertEquals(0x1f, Files.readAllBytes(copy)[0]);
    Volume again = VolumeFormats.NIFTI.readVolume(copy);
    assertEquals(volume.geometry(), again.geometry());
    for (int c = 0; c < 3; c++) {
      assertArrayEquals(volume.channels().get(c), again.channels().get(c));
    }
    InputException e =
        assertThrows(InputException.class, () -> VolumeFormats.NIFTI.readLabels(file));
    assertTrue(e.getMessage().contains("has 3 frames; a label has one"), e.getMessage());
  }

  @Test
  void framesAlongTwoDimensionsOrOthersAreRefused() throws IOException {
    assertRefused("six.nii", series(3, 6), "3 frames along dimension 6");
    byte[] both = series(3, 5);
    ByteBuffer.wrap(both).order(ByteOrder.LITTLE_ENDIAN).putShort(48, (short) 2);
    assertRefused("both.nii", both, "3 frames along dimension 5");
  }

  @Test
  void labelsMayBeRoundedAndNothingElse() throws IOException {
    Path file = file("near.nii", changed(b -> b.putFloat(112, 1.00002f).putFloat(116, 3)));
    assertEquals(23, VolumeFormats.NIFTI.readLabels(file).highest());
    for (float value : new float[] {1.4f, -1, 255, 3e9f, Float.NaN}) {
      Path wrong =
          file(
              "far.nii",
              changed(b -> b.putFloat(112, 1).putFloat(116, 3).putFloat(352 + 36, value - 3)));
      InputException e =
          assertThrows(InputException.class, () -> VolumeFormats.NIFTI.readLabels(wrong));
      assertTrue(e.getMessage().contains("far.nii: label [1, 2, 0] is "), e.getMessage());
    }
  }

  @Test
  void sizesWithoutRoomInTheFirstVersionAreWrittenInTheSecond() {
    Geometry geometry = Geometry.of(40000, 1, 1, Affine.ofSpacing(1, 1, 1));
    Path file = folder.resolve("long.nii");
    VolumeFormats.NIFTI.write(file, new LabelMap(geometry, new byte[40000]));
    assertArrayEquals(geometry.shape(), VolumeFormats.NIFTI.readLabels(file).geometry().shape());
  }

  @Test
  void aFailedWriteLeavesNothing() throws IOException {
    Geometry geometry = Geometry.of(2, 2, 2, Affine.ofSpacing(1, 1, 1));
    Files.createDirectory(folder.resolve("taken.nii"));
    Files.writeString(folder.resolve("taken.nii").resolve("inside"), "x");
    assertThrows(
        InputException.class,
        () ->
            VolumeFormats.NIFTI.write(
                folder.resolve("taken.nii"), new LabelMap(geometry, new byte[8])));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void aCopyHasTheContentAndIsCompressedAsItsNameSays(@TempDir Path copies) throws IOException {
    Geometry grid = Geometry.of(3, 4, 5, Affine.ofSpacing(1, 2, 3));
    Path plain = copies.resolve("a.nii");
    Path packed = copies.resolve("b.nii.gz");
    float[] values = new float[grid.voxels()];
    values[7] = 2.5f;
    VolumeFormats.NIFTI.write(plain, new Volume(grid, values));
    VolumeFormats.NIFTI.copy(plain, packed);
    assertEquals(0x1f, Files.readAllBytes(packed)[0]);
    assertArrayEquals(values, VolumeFormats.NIFTI.readVolume(packed).voxels());
    Path same = copies.resolve("c.nii.gz");
    VolumeFormats.NIFTI.copy(packed, same);
    assertArrayEquals(Files.readAllBytes(packed), Files.readAllBytes(same));
    Path unpacked = copies.resolve("d.nii");
    VolumeFormats.NIFTI.copy(same, unpacked);
    assertArrayEquals(Files.readAllBytes(plain), Files.readAllBytes(unpacked));
  }

  @Test
  void theHeaderSaysHowManyDimensionsThereAre(@TempDir Path files) {
    Geometry grid = Geometry.of(3, 4, 5, Affine.ofSpacing(1, 2, 3));
    float[] values = new float[grid.voxels()];
    Path one = files.resolve("one.nii.gz");
    VolumeFormats.NIFTI.write(one, new Volume(grid, values));
    assertEquals(3, VolumeFormats.NIFTI.dimensions(one));
    Path two = files.resolve("two.nii.gz");
    VolumeFormats.NIFTI.write(two, grid, 2, _ -> values);
    assertEquals(4, VolumeFormats.NIFTI.dimensions(two));
    assertEquals(2, VolumeFormats.NIFTI.readVolume(two).channels().size());
  }
}
