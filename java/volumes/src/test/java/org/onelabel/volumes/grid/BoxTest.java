package org.onelabel.volumes.grid;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BoxTest {
  private static Box random(SplittableRandom random) {
    return new Box(
        random.nextInt(-4, 5),
        random.nextInt(-4, 5),
        random.nextInt(-4, 5),
        new Extent(random.nextInt(1, 6), random.nextInt(1, 6), random.nextInt(1, 6)));
  }

  @Test
  void whatIsSharedLiesInBoth() {
    SplittableRandom random = new SplittableRandom(1);
    for (int trial = 0; trial < 200; trial++) {
      Box a = random(random);
      Box b = random(random);
      int both = 0;
      for (int x = -5; x < 11; x++) {
        for (int y = -5; y < 11; y++) {
          for (int z = -5; z < 11; z++) {
            both += a.contains(x, y, z) && b.contains(x, y, z) ? 1 : 0;
          }
        }
      }
      assertEquals(both, a.intersect(b).map(box -> box.extent().voxels()).orElse(0));
      assertEquals(a.intersect(b), b.intersect(a));
    }
  }

  @Test
  void aBoxIsCutOutWithZerosAroundTheGrid() {
    SplittableRandom random = new SplittableRandom(2);
    Extent extent = new Extent(3, 4, 5);
    VoxelArray array = new VoxelArray(extent);
    byte[] labels = new byte[60];
    for (int i = 0; i < 60; i++) {
      array.values()[i] = i + 1;
      labels[i] = (byte) (i + 190);
    }
    LabelArray classes = new LabelArray(extent, labels);
    for (int trial = 0; trial < 200; trial++) {
      Box box = random(random);
      VoxelArray part = array.cut(box);
      LabelArray partClasses = classes.cut(box);
      VoxelArray pasted = new VoxelArray(extent);
      pasted.paste(part, box.x(), box.y(), box.z());
      for (int x = -5; x < 11; x++) {
        for (int y = -5; y < 11; y++) {
          for (int z = -5; z < 11; z++) {
            boolean inGrid = extent.contains(x, y, z);
            boolean inBox = box.contains(x, y, z);
            if (inBox) {
              int i = x - box.x();
              int j = y - box.y();
              int k = z - box.z();
              assertEquals(inGrid ? array.at(x, y, z) : 0, part.at(i, j, k));
              assertEquals(inGrid ? classes.at(x, y, z) : 0, partClasses.at(i, j, k));
            }
            if (inGrid) {
              assertEquals(inBox ? array.at(x, y, z) : 0, pasted.at(x, y, z));
            }
          }
        }
      }
    }
  }

  @Test
  void clampedBoxesLieInTheGrid() {
    Extent grid = new Extent(3, 3, 3);
    assertEquals(
        Optional.of(new Box(0, 1, 0, new Extent(2, 2, 3))),
        new Box(-1, 1, -1, new Extent(3, 5, 9)).clamp(grid));
    assertEquals(Optional.empty(), new Box(3, 0, 0, grid).clamp(grid));
  }

  @Test
  void cuttingIntoAnArrayLeavesTheRestOfIt() {
    VoxelArray array = new VoxelArray(new Extent(1, 1, 2), new float[] {1, 2});
    float[] target = {9, 9, 9, 9};
    array.cut(new Box(0, 0, 1, new Extent(1, 1, 2)), target, 1);
    assertArrayEquals(new float[] {9, 2, 9, 9}, target);
  }
}
