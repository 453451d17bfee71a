package org.onelabel.pipeline.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.onelabel.pipeline.report.StructureSizes.Sized;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.LabelMap;

class StructureSizesTest {
  private static final List<String> STRUCTURES = List.of("left", "right");

  private static Sized sized(String id, double left, double right) {
    return new Sized("pool", id, List.of(left, right));
  }

  @Test
  void aStructureTakesItsVoxelsTimesTheVolumeOfOne() {
    // Sheared: a voxel takes the determinant, 2 · 3 · 10 = 60 mm³, not the product of its sides.
    Geometry grid = Geometry.of(4, 3, 2, Affine.of(2, 1, 0, 5, 0, 3, 0, 6, 0, 0, 10, 7));
    byte[] labels = new byte[24];
    Arrays.fill(labels, 0, 7, (byte) 1);
    Arrays.fill(labels, 7, 9, (byte) 3);
    Arrays.fill(labels, 9, 12, (byte) LabelMap.IGNORED);
    assertEquals(
        new Sized("test", "t", List.of(0.42, 0.0, 0.12)),
        Sized.of("test", "t", new LabelMap(grid, labels), 3));
  }

  @Test
  void whatIsUnlikeTheOthersComesFirstAndIsNamed() {
    List<Sized> volumes =
        IntStream.range(0, 10).mapToObj(i -> sized("v" + i, 100 + i, 10 + i)).toList();
    List<Sized> all = new ArrayList<>(volumes);
    all.add(sized("odd", 10, 0));
    all.add(sized("huge", 104, 300));
    StructureSizes sizes = StructureSizes.of(STRUCTURES, sized("a", 1, 15), all);
    assertEquals(
        List.of("odd", "huge", "v0", "v1"),
        sizes.volumes().stream().limit(4).map(Sized::id).toList());
    assertEquals(List.of("odd (left small, right missing)", "huge (right large)"), sizes.unusual());
    assertEquals("small", sizes.mark(sizes.template(), 0).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.00",
    "0.00412, 0.00412",
    "0.18, 0.180",
    "1.094, 1.09",
    "47.58, 47.6",
    "163.29, 163",
    "1234.6, 1235"
  })
  void threeDigitsCount(double millilitres, String text) {
    assertEquals(text, StructureSizes.text(millilitres));
  }
}
