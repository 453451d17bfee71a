package org.onelabel.pipeline.cohort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.pipeline.intensity.Intensities;
import org.onelabel.pipeline.intensity.IntensityKind;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.dataset.Case;
import org.onelabel.volumes.format.VolumeFormats;

class WorkingScanTest {
  private static final double[] MILLIMETRE = {1, 1, 1};

  @TempDir private Path folder;

  private Case scan(double spacing) {
    Geometry geometry = Geometry.of(30, 30, 30, Affine.ofSpacing(spacing, spacing, spacing));
    Path file = folder.resolve("scan.nii");
    VolumeFormats.NIFTI.write(file, new Volume(geometry, new float[geometry.voxels()]));
    return new Case("scan", List.of(file), Optional.empty());
  }

  @Test
  void aSpacingInAnotherUnitIsRefusedWithFileAndSpacing() {
    for (double spacing : new double[] {1000, 30, 0.001}) {
      Case scan = scan(spacing);
      InputException e =
          assertThrows(InputException.class, () -> WorkingScan.unnormalised(scan, MILLIMETRE));
      assertTrue(e.getMessage().startsWith(scan.images().getFirst() + ": "), e.getMessage());
      assertTrue(e.getMessage().contains("%.4g × ".formatted(spacing)), e.getMessage());
    }
    assertArrayEquals(
        new int[] {15, 15, 15}, WorkingScan.unnormalised(scan(0.5), MILLIMETRE).shape());
  }

  @Test
  void aScanInAnotherUnitThanTheTemplateIsRefusedByItsFile() {
    Geometry geometry = Geometry.of(4, 1, 1, Affine.ofSpacing(1, 1, 1));
    Intensities intensities =
        Intensities.of(
            IntensityKind.HOUNSFIELD,
            List.of(),
            new Volume(geometry, new float[] {-1000, -90, 40, 60}),
            new byte[] {0, 0, 1, 1});
    Case scan = scan(1);
    InputException e =
        assertThrows(InputException.class, () -> WorkingScan.read(scan, MILLIMETRE, intensities));
    assertTrue(e.getMessage().startsWith(scan.images().getFirst() + ": "), e.getMessage());
    assertTrue(e.getMessage().contains("no Hounsfield units"), e.getMessage());
  }
}
