package org.onelabel.pipeline.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;

class StructureStatisticsTest {
  // Sheared: a voxel takes the determinant, 2 · 3 · 10 = 60 mm³, not the product of its sides.
  private static final Geometry GRID =
      Geometry.of(4, 3, 2, Affine.of(2, 1, 0, 5, 0, 3, 0, 6, 0, 0, 10, 7));

  @Test
  void voxelsMillilitresMeansAndPiecesAreThoseOfTheFile() {
    byte[] labels = new byte[24];
    labels[GRID.extent().index(0, 0, 0)] = 1;
    labels[GRID.extent().index(1, 1, 1)] = 1;
    labels[GRID.extent().index(3, 2, 0)] = 1;
    labels[GRID.extent().index(3, 0, 0)] = 3;
    labels[GRID.extent().index(2, 2, 1)] = (byte) LabelMap.IGNORED;
    float[] first = new float[24];
    float[] second = new float[24];
    for (int i = 0; i < 24; i++) {
      first[i] = -1000 + i;
      second[i] = 0.5f * i;
    }
    List<StructureStatistics> all =
        StructureStatistics.of(
            new LabelMap(GRID, labels), new Volume(GRID, List.of(first, second)), 3);
    // Voxels 0, 9 and 22 of 4·3·2; the first two touch in a corner.
    assertEquals(3, all.get(0).voxels());
    assertEquals(0.18, all.get(0).millilitres(), 1e-12);
    assertArrayEquals(new double[] {-1000 + 31 / 3.0, 31 / 6.0}, all.get(0).means(), 1e-9);
    assertEquals(2, all.get(0).pieces());
    assertEquals(0, all.get(1).voxels());
    assertArrayEquals(new double[] {Double.NaN, Double.NaN}, all.get(1).means());
    assertEquals(0, all.get(1).pieces());
    assertEquals(1, all.get(2).pieces());
    assertEquals(0.06, all.get(2).millilitres(), 1e-12);
  }
}
