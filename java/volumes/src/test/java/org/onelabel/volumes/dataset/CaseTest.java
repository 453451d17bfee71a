package org.onelabel.volumes.dataset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Spacing;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

class CaseTest {
  @TempDir private Path folder;

  private static Case of(Path file, OptionalInt ignored, double spacing) {
    return new Case("a", List.of(file), Optional.of(file), ignored, Spacing.cube(spacing));
  }

  @Test
  void theSpacingOfTheDatasetIsThatOfFilesWithoutOne() {
    Path file = folder.resolve("a.h5");
    try (WritableHdfFile hdf = HdfFile.write(file)) {
      hdf.putDataset("image", new float[2][3][4]);
      hdf.putDataset("label", new int[2][3][4]);
    }
    Case scan = of(file, OptionalInt.empty(), 1.5);
    double[] sides = {1.5, 1.5, 1.5};
    assertArrayEquals(sides, scan.readVolume().geometry().spacing());
    assertArrayEquals(sides, scan.readGeometry().spacing());
    assertEquals(scan.readGeometry(), scan.readLabels(scan.readGeometry()).geometry());
  }

  @Test
  void filesThatTellTheirSpacingKeepIt() {
    Path file = folder.resolve("a.nii");
    Geometry geometry = Geometry.of(2, 3, 4, Affine.ofSpacing(1, 2, 3));
    VolumeFormats.NIFTI.write(file, new Volume(geometry, new float[24]));
    assertArrayEquals(
        new double[] {1, 2, 3},
        of(file, OptionalInt.empty(), 0.5).readVolume().geometry().spacing());
  }

  @Test
  void aHighClassCanBeTheIgnoredOne() {
    Path file = folder.resolve("a.nii");
    Geometry geometry = Geometry.of(1, 1, 3, Affine.ofSpacing(1, 1, 1));
    VolumeFormats.NIFTI.write(file, new LabelMap(geometry, new byte[] {1, (byte) 200, (byte) 128}));
    byte[] labels = of(file, OptionalInt.of(200), 1).readLabels(geometry).labels();
    assertArrayEquals(new byte[] {1, (byte) LabelMap.IGNORED, (byte) 128}, labels);
  }
}
