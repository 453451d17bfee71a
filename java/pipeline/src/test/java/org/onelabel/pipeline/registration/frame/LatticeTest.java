package org.onelabel.pipeline.registration.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;

/** Fields of blocks and of the cells that they have. */
class LatticeTest {
  private final SplittableRandom random = new SplittableRandom(1);

  private static Lattice lattice(int x, int y, int z, double thickness) {
    double[] spacing = {1, 1, thickness};
    return Lattice.over(Frame.whole(new Extent(x, y, z), spacing), spacing, 1e9);
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({"7, 6, 9, 1", "8, 5, 1, 1", "6, 9, 4, 3", "1, 1, 2, 1"})
  void cellsHaveWhatLiesBetweenTheMiddlesOfBlocks(int x, int y, int z, double thickness) {
    Lattice lattice = lattice(x, y, z, thickness);
    assertEquals(thickness > 1 ? 1 : 2, lattice.block()[2]);
    Extent size = lattice.size();
    float[] ofBlocks = values(lattice.blocks().voxels());
    float[] before = values(size.voxels());
    float[] ofCells = before.clone();
    lattice.addBlocks(ofBlocks, ofCells);
    float[] place = new float[3];
    for (int n = 0; n < ofCells.length; n++) {
      for (int a = 0; a < 3; a++) {
        place[a] = (size.place(n, a) + 0.5f) / lattice.block()[a] - 0.5f;
      }
      assertEquals(
          before[n]
              + Interpolation.trilinear(ofBlocks, lattice.blocks(), place[0], place[1], place[2]),
          ofCells[n],
          "to the bit");
    }
  }

  @ParameterizedTest
  @CsvSource({"7, 6, 9, 1", "8, 5, 1, 1", "6, 9, 4, 3", "1, 1, 2, 1"})
  void aBlockHasTheSumOfItsCells(int x, int y, int z, double thickness) {
    Lattice lattice = lattice(x, y, z, thickness);
    Extent size = lattice.size();
    float[] ofCells = values(size.voxels());
    double[] expected = new double[lattice.blocks().voxels()];
    int[] cells = new int[expected.length];
    for (int n = 0; n < ofCells.length; n++) {
      int b =
          lattice
              .blocks()
              .index(
                  size.place(n, 0) / lattice.block()[0],
                  size.place(n, 1) / lattice.block()[1],
                  size.place(n, 2) / lattice.block()[2]);
      expected[b] += ofCells[n];
      cells[b]++;
    }
    float[] sums = lattice.sums(ofCells);
    for (int b = 0; b < sums.length; b++) {
      assertEquals(expected[b], sums[b], 1e-6);
      assertEquals(cells[b], lattice.cellsOf(b));
    }
  }

  @ParameterizedTest
  @CsvSource({"7, 6, 9, 1", "6, 9, 4, 3"})
  void rowsMayLieApart(int x, int y, int z, double thickness) {
    Lattice lattice = lattice(x, y, z, thickness);
    Extent size = lattice.size();
    float[] ofCells = values(size.voxels());
    float[] sums = new float[lattice.blocks().voxels()];
    int pitch = z + 5;
    for (int slab = 0; slab < x; slab++) {
      float[] rows = new float[2 + y * pitch];
      for (int row = 0; row < y; row++) {
        System.arraycopy(ofCells, size.index(slab, row, 0), rows, 2 + row * pitch, z);
      }
      lattice.addSums(rows, 2, pitch, slab, sums);
    }
    assertArrayEquals(lattice.sums(ofCells), sums);
  }
}
