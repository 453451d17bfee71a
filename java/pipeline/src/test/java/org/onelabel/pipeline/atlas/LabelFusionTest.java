package org.onelabel.pipeline.atlas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

class LabelFusionTest {
  private static final byte IGNORED = (byte) LabelArray.IGNORED;

  private static Bend shift(float x) {
    return new Bend(new float[][] {{x}, {0}, {0}}, new Extent(1, 1, 1));
  }

  private static PseudoLabel fused(PseudoLabel own, byte[]... atlases) {
    LabelFusion fusion = new LabelFusion(own, new Extent(own.labels().length, 1, 1), 3);
    for (byte[] atlas : atlases) {
      fusion.add(atlas, Bend.none());
    }
    return fusion.result();
  }

  @Test
  void aScansOwnLabelCountsAsThreeAtlases() {
    PseudoLabel own = PseudoLabel.certain(new byte[] {2, 2});
    byte[] other = {1, 1};
    PseudoLabel fused = fused(own, other, other, other, new byte[] {1, 0});
    assertArrayEquals(new byte[] {1, 1}, fused.labels());
    // Of seven votes four against three; three for each of two classes, the first of which stands.
    assertArrayEquals(new float[] {1 / 7f, 0}, fused.confidence(), 1e-6f);
  }

  @Test
  void withoutAnAtlasTheLabelStands() {
    PseudoLabel fused = fused(PseudoLabel.certain(new byte[] {0, 2}));
    assertArrayEquals(new byte[] {0, 2}, fused.labels());
    assertArrayEquals(new float[] {1, 1}, fused.confidence());
  }

  @Test
  void whatIsIgnoredInAnAtlasDoesNotVote() {
    PseudoLabel own = PseudoLabel.certain(new byte[] {1});
    PseudoLabel fused = fused(own, new byte[] {IGNORED}, new byte[] {IGNORED}, new byte[] {2});
    assertEquals(1, fused.labels()[0]);
    assertEquals((3 - 1) / 6f, fused.confidence()[0], 1e-6f);
  }

  @Test
  void labelsComeFromWhereTheBendPoints() {
    Extent frame = new Extent(4, 1, 1);
    byte[] atlas = {0, 1, 1, 2};
    LabelFusion fusion = new LabelFusion(PseudoLabel.nothing(4), frame, 3);
    for (int i = 0; i < 4; i++) {
      fusion.add(atlas, shift(1));
    }
    // The last place has no voxel beyond it: the edge repeats.
    assertArrayEquals(new byte[] {1, 1, 2, 2}, fusion.result().labels());
  }

  @Test
  void aPlaceBetweenVoxelsSharesItsVote() {
    LabelFusion fusion = new LabelFusion(PseudoLabel.nothing(2), new Extent(2, 1, 1), 2);
    fusion.add(new byte[] {0, 1}, shift(0.25f));
    // Own 3 and three quarters for the background, a quarter for the structure, of four.
    assertEquals((3.75f - 0.25f) / 4, fusion.result().confidence()[0], 1e-6f);
  }

  @Test
  void bendsAreReadAsTheyWereWritten() {
    Bend bend = new Bend(new float[][] {{1, 2}, {3, 4}, {5, 6}}, new Extent(1, 2, 1));
    AtlasBends bends =
        new AtlasBends(new TreeMap<>(Map.of("scan.one", bend, "b", shift(7), "a", shift(2))));
    assertEquals(bends, AtlasBends.of(bends.file()));
    // Votes are sums of floats: another order would be other bytes.
    assertEquals(
        List.of("a", "b", "scan.one"), List.copyOf(AtlasBends.of(bends.file()).bends().keySet()));
  }
}
