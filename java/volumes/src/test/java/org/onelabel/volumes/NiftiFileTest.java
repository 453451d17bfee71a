package org.onelabel.volumes;

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

class NiftiFileTest {
  @TempDir private Path folder;

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @ParameterizedTest
  @EnumSource(NiftiType.class)
  void everyTypeByteOrderAndVersionIsReadAndScaled(NiftiType type) throws IOException {
    for (int version = 1; version <= 2; version++) {
      for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
        for (boolean gzip : new boolean[] {false, true}) {
          byte[] bytes = NiftiBytes.file(version, order, type);
          Path file = file("a.nii" + (gzip ? ".gz" : ""), gzip ? NiftiBytes.gzip(bytes) : bytes);
          Volume volume = NiftiFile.readVolume(file);
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
        file("source.nii", NiftiBytes.file(version, ByteOrder.BIG_ENDIAN, NiftiType.INT16));
    Geometry geometry = NiftiFile.readGeometry(source);
    byte[] labels = new byte[24];
    for (int i = 0; i < 24; i++) {
      labels[i] = (byte) (i * 10);
    }
    NiftiFile.write(folder.resolve(name), new LabelMap(geometry, labels));
    LabelMap again = NiftiFile.readLabels(folder.resolve(name));
    assertEquals(geometry, again.geometry());
    assertArrayEquals(labels, again.labels());
    float[] values = new float[24];
    values[7] = (float) Math.PI;
    NiftiFile.write(folder.resolve(name), new Volume(geometry, values));
    assertArrayEquals(values, NiftiFile.readVolume(folder.resolve(name)).voxels());
  }

  @Test
  void qformGivesTheAffineWhereThereIsNoSform() throws IOException {
    byte[] bytes = NiftiBytes.file(1, ByteOrder.LITTLE_ENDIAN, NiftiType.UINT8);
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    b.putShort(254, (short) 0).putShort(252, (short) 1).putFloat(76, -1);
    // A turn by 90° about z.
    b.putFloat(264, (float) Math.sqrt(0.5)).putFloat(268, 11);
    Affine affine = NiftiFile.readGeometry(file("q.nii", bytes)).affine();
    double[] expected = {0, -2, 0, 11, 1, 0, 0, 0, 0, 0, -3, 0};
    assertArrayEquals(expected, affine.values(), 1e-6);
  }

  private void assertRefused(String name, byte[] bytes, String cause) throws IOException {
    Path file = file(name, bytes);
    InputException e = assertThrows(InputException.class, () -> NiftiFile.readVolume(file));
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertTrue(e.getMessage().contains(cause), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  private static byte[] changed(Consumer<ByteBuffer> change) {
    byte[] bytes = NiftiBytes.file(1, ByteOrder.LITTLE_ENDIAN, NiftiType.FLOAT32);
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
    assertRefused("nan.nii", changed(b -> b.putFloat(352 + 20, Float.NaN)), "[1, 1, 0] is NaN");
    assertRefused("frames.nii", changed(b -> b.putShort(48, (short) 5)), "5 frames");
    assertRefused("type.nii", changed(b -> b.putShort(70, (short) 128)), "type code 128");
    assertRefused("flat.nii", changed(b -> b.putFloat(320, 0)), "singular");
    assertThrows(InputException.class, () -> NiftiFile.readVolume(folder.resolve("absent.nii")));
  }

  @Test
  void aFailedWriteLeavesNothing() throws IOException {
    Geometry geometry = Geometry.of(2, 2, 2, Affine.ofSpacing(1, 1, 1));
    Files.createDirectory(folder.resolve("taken.nii"));
    Files.writeString(folder.resolve("taken.nii").resolve("inside"), "x");
    assertThrows(
        InputException.class,
        () -> NiftiFile.write(folder.resolve("taken.nii"), new LabelMap(geometry, new byte[8])));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }
}
