package org.onelabel.pipeline.prediction;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.networks.model.Architecture;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.InputException;
import org.onelabel.volumes.WorkingGrid;

class DemandTest {
  private static final long GIB = 1L << 30;
  private static final Path SCAN = Path.of("scan.nii.gz");

  private static Demand of(int x, int y, int z, double spacing, int classes) {
    Geometry file = Geometry.of(x, y, z, Affine.ofSpacing(1, 1, 1));
    SlidingWindow window =
        new SlidingWindow(
            new int[] {64, 64, 64}, new int[] {32, 32, 32}, SlidingWindow.Blending.UNIFORM);
    return Demand.of(
        WorkingGrid.of(file, new double[] {spacing, spacing, spacing}),
        window,
        new Architecture(1, false, classes, 8),
        0);
  }

  @Test
  void aLargeScanSaysWhatItTakes() {
    // The scan, two classes and what filters them: seven floats for each of 78.6 million voxels.
    assertEquals(
        "512×512×300 voxels, 512×512×300 on the working grid: 2025 windows of 64×64×64,"
            + " 2100 MiB of memory at least",
        of(512, 512, 300, 1, 2).toString());
    assertEquals(
        "512×512×300 voxels, 256×256×150 on the working grid: 196 windows of 64×64×64,"
            + " 337 MiB of memory at least",
        of(512, 512, 300, 2, 2).toString());
    assertEquals(1, of(20, 64, 30, 1, 2).windows());
  }

  @Test
  void whatMemoryCannotHoldIsRefusedInALine() {
    Demand demand = of(512, 512, 300, 1, 105);
    InputException e =
        assertThrows(InputException.class, () -> demand.requireFits(SCAN, 2 * GIB, 64 * GIB));
    assertEquals(
        "scan.nii.gz: needs 33000 MiB of memory, this process may take 2048: set"
            + " ONELABEL_HEAP=49g, or train with a coarser spacing",
        e.getMessage());
    InputException small =
        assertThrows(InputException.class, () -> demand.requireFits(SCAN, 49 * GIB, 16 * GIB));
    assertEquals(
        "scan.nii.gz: needs 33000 MiB of memory, the machine has 16384: train with a coarser"
            + " spacing",
        small.getMessage());
    assertDoesNotThrow(() -> demand.requireFits(SCAN, 49 * GIB, 64 * GIB));
  }
}
