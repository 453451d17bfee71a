package org.onelabel.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Case;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.NiftiFile;
import org.onelabel.volumes.Volume;

class WorkingScanTest {
  private static final double[] MILLIMETRE = {1, 1, 1};

  @TempDir private Path folder;

  private Case scan(double spacing) {
    Geometry geometry = Geometry.of(30, 30, 30, Affine.ofSpacing(spacing, spacing, spacing));
    Path file = folder.resolve("scan.nii");
    NiftiFile.write(file, new Volume(geometry, new float[geometry.voxels()]));
    return new Case("scan", List.of(file), Optional.empty());
  }

  @Test
  void aSpacingInAnotherUnitIsRefusedWithFileAndSpacing() {
    for (double spacing : new double[] {1000, 30, 0.001}) {
      Case scan = scan(spacing);
      InputException e =
          assertThrows(InputException.class, () -> WorkingScan.read(scan, MILLIMETRE));
      assertTrue(e.getMessage().startsWith(scan.images().getFirst() + ": "), e.getMessage());
      assertTrue(e.getMessage().contains("%.4g × ".formatted(spacing)), e.getMessage());
    }
    assertArrayEquals(new int[] {15, 15, 15}, WorkingScan.read(scan(0.5), MILLIMETRE).shape());
  }
}
