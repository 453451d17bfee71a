package org.onelabel.pipeline.refinement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.onelabel.kernels.Kernels;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.features.FeatureGrid;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

class RegionRefinementTest {
  private static final int[] SHAPE = {4, 4, 4};
  private static final Extent EXTENT = Extent.of(SHAPE);
  private static final int VOXELS = 64;

  /** Half of the volume is the structure; features say which half, labels err in one voxel. */
  private static Refinement.Volume volume(boolean template, int wrong, boolean sure) {
    byte[] labels = new byte[VOXELS];
    float[] margins = new float[VOXELS];
    float[] map = new float[VOXELS];
    float[] rows = new float[VOXELS];
    for (int i = 0; i < VOXELS; i++) {
      labels[i] = (byte) (i < VOXELS / 2 ? 1 : 0);
      rows[i] = labels[i];
      margins[i] = 0.9f;
      map[i] = 0.01f;
    }
    if (wrong >= 0) {
      labels[wrong] ^= 1;
      margins[wrong] = sure ? 0.9f : 0.1f;
      map[wrong] = 0.7f;
    }
    FeatureGrid grid = new FeatureGrid(rows, 1, EXTENT, Box.of(EXTENT), 0, new float[] {1});
    return template
        ? new Refinement.Template(PseudoLabel.certain(labels), SHAPE, () -> grid, grid.global())
        : predicted(new PseudoLabel(labels, margins), map, grid);
  }

  private static Refinement.Volume predicted(PseudoLabel label, float[] map, FeatureGrid grid) {
    return new Refinement.Predicted(label, label, 0.1, map, SHAPE, () -> grid, grid.global());
  }

  private static List<PseudoLabel> refine(boolean ownVolume, Refinement.Volume... volumes) {
    try (Kernels kernels = Kernels.open()) {
      return new RegionRefinement(
              kernels, new RegionRefinement.Settings(0.99, 5, 0.1, ownVolume, 1, 0.5))
          .refine(List.of(volumes), 2);
    }
  }

  @Test
  void anUncertainVoxelTakesTheVoteOfCellsThatAreAlike() {
    Refinement.Volume unsure = volume(false, 5, false);
    List<PseudoLabel> refined = refine(false, volume(true, -1, true), unsure);
    assertEquals(0, unsure.label().labels()[5]);
    assertEquals(1, refined.get(1).labels()[5]);
    assertEquals(1, refined.get(1).labels()[4]);
  }

  @Test
  void whatTheSpecialistIsSureOfStays() {
    List<PseudoLabel> refined = refine(false, volume(true, -1, true), volume(false, 5, true));
    assertEquals(0, refined.get(1).labels()[5]);
  }

  @Test
  void aVolumeAloneIsAskedOnlyIfItMayBe() {
    assertEquals(0, refine(false, volume(false, 5, false)).getFirst().labels()[5]);
    assertEquals(1, refine(true, volume(false, 5, false)).getFirst().labels()[5]);
  }

  /** The structure fills x < 2; the only features are positions, {@code shift} further along x. */
  private static Refinement.Volume placed(boolean template, float shift, int wrong) {
    Refinement.Volume volume = volume(template, wrong, false);
    float[] rows = new float[3 * VOXELS];
    for (int i = 0; i < VOXELS; i++) {
      rows[3 * i] = 2 * (i / 16) + shift;
      rows[3 * i + 1] = 2 * (i / 4 % 4);
      rows[3 * i + 2] = 2 * (i % 4);
    }
    FeatureGrid grid = new FeatureGrid(rows, 3, EXTENT, Box.of(EXTENT), 3, new float[] {1});
    return switch (volume) {
      case Refinement.Template t ->
          new Refinement.Template(t.label(), SHAPE, () -> grid, grid.global());
      case Refinement.Predicted p -> predicted(p.label(), p.map(), grid);
    };
  }

  @Test
  void positionsCountFromWhereTheStructuresLie() {
    // x = 1; where the other volume begins, the template has background.
    int wrong = 16 + 5;
    List<PseudoLabel> refined = refine(false, placed(true, 0, -1), placed(false, 5, wrong));
    assertEquals(1, refined.get(1).labels()[wrong]);
  }

  @Test
  void aVolumeWithoutStructuresStaysWhereItIs() {
    Refinement.Volume empty = placed(false, 0, 5);
    Arrays.fill(empty.label().labels(), (byte) 0);
    List<PseudoLabel> refined = refine(false, placed(true, 0, -1), empty);
    assertEquals(1, refined.get(1).labels()[5], "the template's neighbours say so");
  }
}
