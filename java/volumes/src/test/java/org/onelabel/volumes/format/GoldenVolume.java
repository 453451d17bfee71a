package org.onelabel.volumes.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.function.Executable;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;

/**
 * The volume that the golden files hold: 4×3×2 voxels, x + 10 y + 100 z − 5, turned about all axes.
 * Other tools wrote the files; the affine is the one that ITK 5.2 reads from them.
 */
public final class GoldenVolume {
  /** Right, front, up. */
  public static final Affine AFFINE =
      Affine.of(
          -0.4300446739804209,
          0.5873361641200061,
          -0.5960080020755844,
          -40.5,
          -0.20324456367841778,
          -1.0831676380869242,
          -0.8688884367530598,
          12.25,
          -0.15412081532435237,
          -0.2104378723471393,
          2.808880087497274,
          7);

  private GoldenVolume() {}

  /** Copies a resource of a test beside it into a folder. */
  public static Path copy(Class<?> test, String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = test.getResourceAsStream(name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  /** Affines as ITK prints them. */
  public static void assertAffine(Affine expected, Affine affine) {
    assertArrayEquals(expected.values(), affine.values(), 1e-9);
  }

  /** The whole volume of one channel. */
  public static void assertIs(Volume volume) {
    assertIs(volume, 1);
  }

  /** The whole volume; the values of a channel are 1000 above those of the one before it. */
  public static void assertIs(Volume volume, int channels) {
    assertEquals(channels, volume.channels().size());
    assertAffine(AFFINE, volume.geometry().affine());
    assertTrue(volume.geometry().isPlaced());
    assertEquals("4×3×2", volume.geometry().describeShape());
    for (int x = 0; x < 4; x++) {
      for (int y = 0; y < 3; y++) {
        for (int z = 0; z < 2; z++) {
          int index = volume.geometry().extent().index(x, y, z);
          for (int c = 0; c < channels; c++) {
            assertEquals(x + 10 * y + 100 * z - 5 + 1000 * c, volume.channels().get(c)[index]);
          }
        }
      }
    }
  }

  /** A refusal in one line that names the file and the cause. */
  public static void assertRefused(Path file, String cause, Executable reading) {
    InputException e = assertThrows(InputException.class, reading);
    assertTrue(e.getMessage().startsWith(file.toString() + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(cause), e.getMessage());
  }
}
