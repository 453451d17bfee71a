package org.onelabel.pipeline.picture;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.onelabel.networks.augmentation.Anisotropy;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.pipeline.picture.SliceStack.Contour;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Draws slices of a scan's first channel to move through: those around what is labelled, so many
 * and so large that a page can hold them. They are axial, or lie in the planes of thick slices.
 */
public final class StackDrawing {
  /** Of more slices every second, third, … is shown. */
  static final int MOST_SLICES = 40;

  /** Of longer sides, two, three, … voxels are one pixel. */
  static final int MOST_PIXELS = 160;

  /** The longer side of a slice in pixels of the page. */
  private static final double SHOWN = 420;

  private static final List<String> PLANES = List.of("sagittal", "coronal", "axial");
  private static final int AXIAL = 2;

  private final float[] intensities;
  private final double[] spacing;
  private final Extent extent;
  private final List<Layer> layers;
  private final Box box;
  private final int axis;
  private final int across;
  private final int up;
  private final int voxelsPerPixel;
  private final int width;
  private final int height;

  /** Labels on the grid of the scan, and the colours of their classes. */
  public record Layer(byte[] labels, IntFunction<Color> colours) {}

  /**
   * Slices of a scan.
   *
   * @param layers of labels, upper ones last
   * @param margin what is shown around the labelled voxels, as a share of their longest side
   */
  public StackDrawing(WorkingScan scan, List<Layer> layers, double margin) {
    intensities = scan.volume().voxels();
    spacing = scan.geometry().spacing();
    extent = scan.extent();
    this.layers = List.copyOf(layers);
    box = around(margin);
    int thick = new Anisotropy(spacing).acrossSlices();
    axis = thick < 0 ? AXIAL : thick;
    across = axis == 0 ? 1 : 0;
    up = axis == 2 ? 1 : 2;
    int longest = Math.max(box.extent().size(across), box.extent().size(up));
    voxelsPerPixel = Math.ceilDiv(longest, MOST_PIXELS);
    width = Math.ceilDiv(box.extent().size(across), voxelsPerPixel);
    height = Math.ceilDiv(box.extent().size(up), voxelsPerPixel);
  }

  private Box around(double margin) {
    byte[] labelled = new byte[extent.voxels()];
    for (Layer layer : layers) {
      for (int i = 0; i < labelled.length; i++) {
        labelled[i] |= (byte) (LabelArray.isStructure(layer.labels[i]) ? 1 : 0);
      }
    }
    LabelArray all = new LabelArray(extent, labelled);
    return all.highest() > 0 ? Frame.around(all, spacing, margin).box() : Box.of(extent);
  }

  /**
   * The slices.
   *
   * @param name what they show
   * @param at a voxel; its slice is among them and seen first, if it is near what is labelled
   */
  public SliceStack draw(String name, int[] at) {
    int step = Math.ceilDiv(box.extent().size(axis), MOST_SLICES);
    int seen = Math.clamp(at[axis], box.start(axis), box.end(axis) - 1);
    int before = (seen - box.start(axis)) / step;
    int count = before + 1 + (box.end(axis) - 1 - seen) / step;
    int first = seen - before * step;
    GreyWindow window = GreyWindow.of(intensities);
    BufferedImage sheet = new BufferedImage(width, height * count, BufferedImage.TYPE_BYTE_GRAY);
    List<List<Contour>> contours = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      int slice = first + s * step;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          sheet.getRaster().setSample(x, s * height + y, 0, window.grey(mean(slice, x, y)));
        }
      }
      contours.add(contours(slice));
    }
    double longest = voxelsPerPixel * Math.max(width * spacing[across], height * spacing[up]);
    double scale = SHOWN / longest * voxelsPerPixel;
    return new SliceStack(
        PLANES.get(axis),
        Picture.jpeg(name, sheet),
        scale * spacing[across],
        scale * spacing[up],
        contours,
        before);
  }

  /** The first voxel of a pixel along the slice; up is up. */
  private int left(int x) {
    return box.start(across) + x * voxelsPerPixel;
  }

  private int bottom(int y) {
    return box.start(up) + (height - 1 - y) * voxelsPerPixel;
  }

  private float mean(int slice, int x, int y) {
    double sum = 0;
    int count = 0;
    for (int i = left(x); i < Math.min(box.end(across), left(x) + voxelsPerPixel); i++) {
      for (int j = bottom(y); j < Math.min(box.end(up), bottom(y) + voxelsPerPixel); j++) {
        sum += intensities[voxel(slice, i, j)];
        count++;
      }
    }
    return (float) (sum / count);
  }

  private int voxel(int slice, int i, int j) {
    return slice * extent.stride(axis) + i * extent.stride(across) + j * extent.stride(up);
  }

  private List<Contour> contours(int slice) {
    List<Contour> contours = new ArrayList<>();
    for (Layer layer : layers) {
      LabelSlice labels = labels(slice, layer.labels);
      int highest = new LabelArray(new Extent(width, height, 1), labels.labels()).highest();
      for (int structure = 1; structure <= highest; structure++) {
        String path = labels.outline(structure);
        if (!path.isEmpty()) {
          contours.add(new Contour(Palette.text(layer.colours.apply(structure)), path));
        }
      }
    }
    return contours;
  }

  /** The class in the middle of each pixel. */
  private LabelSlice labels(int slice, byte[] labels) {
    byte[] pixels = new byte[width * height];
    int middle = voxelsPerPixel / 2;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int i = Math.min(left(x) + middle, box.end(across) - 1);
        int j = Math.min(bottom(y) + middle, box.end(up) - 1);
        pixels[y * width + x] = labels[voxel(slice, i, j)];
      }
    }
    return new LabelSlice(width, height, pixels);
  }
}
