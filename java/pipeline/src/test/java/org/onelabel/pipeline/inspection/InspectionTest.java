package org.onelabel.pipeline.inspection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.format.VolumeFormats;

class InspectionTest {
  @TempDir private Path folder;

  @Test
  void everyChannelAndTheNearestOrientationAreShown() {
    Affine oblique = Affine.of(0.70, 0.62, 0.35, 0, 0.60, -0.78, 0.19, 0, 0.39, 0.08, -0.92, 0);
    Geometry geometry = Geometry.of(2, 1, 1, oblique);
    Path file = folder.resolve("SCAN.NII.GZ");
    VolumeFormats.NIFTI.write(
        file, new Volume(geometry, List.of(new float[] {1, 2}, new float[] {3, 3})));
    List<String> lines = Inspection.of(file);
    assertTrue(lines.contains("orientation  RPI"), lines.toString());
    assertTrue(lines.contains("channels     2"), lines.toString());
    int second = lines.indexOf("channel 1");
    assertEquals(
        "values       3.00000 … 3.00000, mean 3.00000, median 3.00000", lines.get(second + 1));
    assertEquals("  value 3.00000  2 voxels", lines.get(second + 2));
    assertTrue(lines.contains("  value 1.00000  1 voxel"), lines.toString());
  }
}
