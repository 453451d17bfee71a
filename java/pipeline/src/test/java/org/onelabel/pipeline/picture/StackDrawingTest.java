package org.onelabel.pipeline.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.picture.StackDrawing.Layer;
import org.onelabel.volumes.Affine;
import org.onelabel.volumes.Geometry;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.WorkingGrid;
import org.onelabel.volumes.dataset.Case;

class StackDrawingTest {
  /** Brighter to the right and to the front, and from slice to slice. */
  private static WorkingScan scan(int sizeX, int sizeY, int sizeZ, double... spacing) {
    Geometry grid =
        Geometry.of(sizeX, sizeY, sizeZ, Affine.ofSpacing(spacing[0], spacing[1], spacing[2]));
    float[] voxels = new float[grid.voxels()];
    for (int i = 0; i < voxels.length; i++) {
      voxels[i] =
          grid.extent().place(i, 0) / (float) sizeX
              + grid.extent().place(i, 1) / (float) sizeY
              + 2 * grid.extent().place(i, 2) / (float) sizeZ;
    }
    return new WorkingScan(
        new Case("a", List.of(), Optional.empty()),
        WorkingGrid.of(grid, spacing),
        new Volume(grid, voxels));
  }

  private static byte[] box(WorkingScan scan, int first, int last) {
    byte[] labels = new byte[scan.extent().voxels()];
    for (int i = 0; i < labels.length; i++) {
      boolean inside = true;
      for (int axis = 0; axis < 3; axis++) {
        int place = scan.extent().place(i, axis);
        inside &= place >= first && place <= last;
      }
      labels[i] = (byte) (inside ? 1 : 0);
    }
    return labels;
  }

  private static BufferedImage image(Picture picture) throws IOException {
    byte[] bytes =
        Base64.getDecoder().decode(picture.source().replace("data:image/jpeg;base64,", ""));
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  @Test
  void everySliceHasItsGreyAndItsContourWhereTheyLieInTheScan() throws IOException {
    WorkingScan scan = scan(40, 30, 20, 1, 1, 1);
    // With a margin of half its side of 8 voxels, it is seen from voxel 2 to 17.
    byte[] labels = box(scan, 6, 13);
    SliceStack stack =
        new StackDrawing(scan, List.of(new Layer(labels, Palette::of)), 0.5)
            .draw("label", new int[] {9, 9, 9});
    assertEquals("axial", stack.plane());
    assertEquals(16, stack.slices().size());
    assertEquals(7, stack.shown());
    assertEquals(List.of(), stack.slices().get(3), "slice 5 of the scan");
    String contour = Palette.text(Palette.of(1));
    assertEquals(List.of(new SliceStack.Contour(contour, "M4 4h8v8h-8z")), stack.slices().get(4));
    GreyWindow window = GreyWindow.of(scan.volume().voxels());
    BufferedImage sheet = image(stack.sheet());
    assertEquals(16, sheet.getWidth());
    assertEquals(16 * 16, sheet.getHeight());
    for (int slice = 0; slice < 16; slice++) {
      for (int y = 0; y < 16; y++) {
        for (int x = 0; x < 16; x++) {
          // The first voxel of an axis is left and at the bottom.
          int voxel = scan.extent().index(2 + x, 17 - y, 2 + slice);
          assertEquals(
              window.grey(scan.volume().voxels()[voxel]),
              sheet.getRaster().getSample(x, 16 * slice + y, 0),
              12,
              "a JPEG is near");
        }
      }
    }
  }

  @Test
  void aLargeScanTakesAsManyPixelsAsAPageCanHold() {
    WorkingScan scan = scan(350, 200, 130, 1, 1, 1);
    byte[] labels = box(scan, 60, 129);
    SliceStack stack =
        new StackDrawing(scan, List.of(new Layer(labels, Palette::of)), 10)
            .draw("label", new int[] {100, 100, 77});
    assertTrue(stack.slices().size() <= StackDrawing.MOST_SLICES);
    assertEquals(33, stack.slices().size(), "every fourth, slice 77 among them");
    assertEquals(19, stack.shown());
    assertEquals(117, stack.sheet().width(), "three voxels a pixel");
    assertEquals(67, stack.height());
    assertTrue(stack.sheet().width() <= StackDrawing.MOST_PIXELS);
    assertEquals(420, stack.shownWidth());
    assertEquals(Math.round(420 * 67 / 117.0), stack.shownHeight());
    assertEquals(
        List.of(new SliceStack.Contour(Palette.text(Palette.of(1)), "M20 24h23v23h-23z")),
        stack.slices().get(stack.shown()));
  }

  @Test
  void thickSlicesAreShownInTheirPlanes() {
    WorkingScan scan = scan(40, 12, 30, 1, 5, 1.5);
    SliceStack stack =
        new StackDrawing(scan, List.of(new Layer(new byte[40 * 12 * 30], Palette::of)), 0.25)
            .draw("label", new int[] {20, 6, 15});
    assertEquals("coronal", stack.plane());
    assertEquals(12, stack.slices().size(), "the whole scan, where nothing is labelled");
    assertEquals(Math.round(420 * 40 / 45.0), stack.shownWidth());
    assertEquals(420, stack.shownHeight());
  }
}
