package org.onelabel.volumes.format.nifti;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;
import org.onelabel.volumes.format.stored.VoxelType;

class StoredFileTest {
  private static final byte[] PLAIN =
      NiftiBytes.file(1, ByteOrder.LITTLE_ENDIAN, VoxelType.FLOAT32);
  private static final byte[] ZIPPED = NiftiBytes.gzip(PLAIN);

  @TempDir private Path folder;

  private Volume original() throws IOException {
    return VolumeFormats.NIFTI.readVolume(Files.write(folder.resolve("original.nii"), PLAIN));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at < 0 ? bytes.length + at : at] ^= 0x40;
    return changed;
  }

  private void assertRead(byte[] bytes) throws IOException {
    for (String name : new String[] {"a.nii", "a.nii.gz"}) {
      Path file = Files.write(folder.resolve(name), bytes);
      assertEquals(8.5f, VolumeFormats.NIFTI.readVolume(file).voxels()[0]);
    }
  }

  private void assertRefused(byte[] bytes, String cause) throws IOException {
    Path file = Files.write(folder.resolve("a.nii.gz"), bytes);
    for (boolean labels : new boolean[] {false, true}) {
      InputException e =
          assertThrows(
              InputException.class,
              () -> {
                if (labels) {
                  VolumeFormats.NIFTI.readLabels(file);
                } else {
                  VolumeFormats.NIFTI.readVolume(file);
                }
              });
      assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
      assertTrue(e.getMessage().contains(cause), e.getMessage());
    }
  }

  @Test
  void contentDecidesWhetherAFileIsCompressed() throws IOException {
    assertRead(PLAIN);
    assertRead(ZIPPED);
  }

  @Test
  void membersAreJoinedAndWhatIsBehindThemIsPassedOver() throws IOException {
    byte[] first = NiftiBytes.gzip(Arrays.copyOf(PLAIN, 370));
    byte[] second = NiftiBytes.gzip(Arrays.copyOfRange(PLAIN, 370, PLAIN.length));
    assertRead(joined(first, second));
    assertRead(joined(ZIPPED, new byte[700]));
    assertRead(joined(ZIPPED, "garbage".repeat(20).getBytes(StandardCharsets.UTF_8)));
    assertRead(joined(PLAIN, new byte[4096]));
    assertRead(NiftiBytes.gzip(joined(PLAIN, new byte[100_000])));
  }

  @Test
  void checksumAndLengthOfEveryMemberAreVerified() throws IOException {
    assertRefused(flipped(ZIPPED, -6), "wrong checksum");
    assertRefused(flipped(ZIPPED, -3), "wrong checksum or length");
    byte[] behind = NiftiBytes.gzip(joined(PLAIN, new byte[100_000]));
    assertRefused(flipped(behind, -6), "wrong checksum");
    byte[] half = NiftiBytes.gzip(Arrays.copyOf(PLAIN, 400));
    byte[] rest = NiftiBytes.gzip(Arrays.copyOfRange(PLAIN, 400, PLAIN.length));
    assertRefused(joined(flipped(half, -6), rest), "wrong checksum");
    assertRefused(joined(half, flipped(rest, -6)), "wrong checksum");
    assertRefused(joined(half, flipped(rest, 0)), "promises 96 bytes of voxels, the file has 48");
  }

  @Test
  void aFlippedBitOfTheDataIsNoticedOrChangesNothing() throws IOException {
    Volume original = original();
    int noticed = 0;
    for (int at = 10; at < ZIPPED.length; at++) {
      Path file = Files.write(folder.resolve("a.nii.gz"), flipped(ZIPPED, at));
      try {
        Volume volume = VolumeFormats.NIFTI.readVolume(file);
        assertArrayEquals(original.voxels(), volume.voxels());
        assertEquals(original.geometry(), volume.geometry());
      } catch (InputException _) {
        noticed++;
      }
    }
    // A few bits mean nothing: those that fill up the last byte, and codes that are not used.
    assertTrue(noticed > 0.8 * ZIPPED.length, noticed + " of " + ZIPPED.length);
  }

  @Test
  void cutFilesAreRefusedWhereverTheyEnd() throws IOException {
    for (int length = 0; length < ZIPPED.length; length++) {
      String cause = length == 0 ? "is empty" : length == 1 ? "only 1 bytes" : "truncated";
      assertRefused(Arrays.copyOf(ZIPPED, length), cause);
    }
    assertRefused(Arrays.copyOf(PLAIN, PLAIN.length - 1), "the file has 95");
  }

  @Test
  void pointersAndDeadLinksAreCalledWhatTheyAre() throws IOException {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 12345\n";
    assertRefused(pointer.getBytes(StandardCharsets.UTF_8), "is a Git LFS pointer, not a volume");
    assertRefused("/annex/objects/MD5E-s1--1.nii.gz\n".getBytes(StandardCharsets.UTF_8), "annex");
    Path hdf5 = Files.writeString(folder.resolve("a.h5"), pointer);
    InputException e =
        assertThrows(InputException.class, () -> VolumeFormats.HDF5.readVolume(hdf5));
    assertTrue(e.getMessage().contains("is a Git LFS pointer"), e.getMessage());
    Path link = folder.resolve("link.nii.gz");
    Files.createSymbolicLink(link, folder.resolve("gone"));
    e = assertThrows(InputException.class, () -> VolumeFormats.NIFTI.readVolume(link));
    assertTrue(e.getMessage().contains("a link to a file that is not there"), e.getMessage());
  }
}
