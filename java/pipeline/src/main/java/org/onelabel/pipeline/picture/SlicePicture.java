package org.onelabel.pipeline.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.function.IntFunction;
import org.onelabel.pipeline.cohort.WorkingScan;
import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.Volume;

/**
 * Axial, coronal and sagittal slices of one volume side by side: grey intensities, contours of
 * labels, heat maps. The volume's axes run right, front, up.
 */
public final class SlicePicture {
  /** Pixels of the outlines of labels. */
  public static final float WIDTH = 1.6f;

  private static final int GAP = 6;
  private static final int TARGET_WIDTH = 620;

  /** The horizontal and the vertical axis of each slice. */
  private static final int[][] PLANES = {{0, 1}, {0, 2}, {1, 2}};

  private final int[] shape;
  private final double[] spacing;
  private final int[] at;
  private final double scale;
  private final int[] left = new int[3];
  private final BufferedImage image;
  private final Graphics2D graphics;

  /**
   * Slices through voxel {@code at}.
   *
   * @param intensities on the grid
   */
  public SlicePicture(float[] intensities, int[] shape, double[] spacing, int[] at) {
    this.shape = shape;
    this.spacing = spacing;
    this.at = at;
    double width = 0;
    double height = 0;
    for (int[] plane : PLANES) {
      width += shape[plane[0]] * spacing[plane[0]];
      height = Math.max(height, shape[plane[1]] * spacing[plane[1]]);
    }
    scale = (TARGET_WIDTH - 2.0 * GAP) / width;
    int next = 0;
    for (int p = 0; p < 3; p++) {
      left[p] = next;
      next += (int) Math.round(shape[PLANES[p][0]] * spacing[PLANES[p][0]] * scale) + GAP;
    }
    image =
        new BufferedImage(next - GAP, (int) Math.ceil(height * scale), BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    GreyWindow window = GreyWindow.of(intensities);
    paint(
        voxel -> {
          int grey = window.grey(intensities[voxel]);
          return new Color(grey, grey, grey);
        });
  }

  /** Slices of a scan through the middle of its structures, with their outlines. */
  public static SlicePicture of(Volume scan, LabelMap labels) {
    int[] shape = scan.geometry().shape();
    int[] at = centre(labels.labels(), shape);
    return new SlicePicture(scan.voxels(), shape, scan.geometry().spacing(), at)
        .contours(labels.labels(), WIDTH);
  }

  /** Slices of a scan's first channel through voxel {@code at}. */
  public static SlicePicture of(WorkingScan scan, int[] at) {
    return new SlicePicture(scan.volume().voxels(), scan.shape(), scan.geometry().spacing(), at);
  }

  private interface Shade {
    /** The colour of a voxel, or null to leave what is there. */
    Color of(int voxel);
  }

  private void paint(Shade shade) {
    for (int p = 0; p < 3; p++) {
      int across = PLANES[p][0];
      int up = PLANES[p][1];
      for (int i = 0; i < shape[across]; i++) {
        for (int j = 0; j < shape[up]; j++) {
          Color colour = shade.of(voxel(p, i, j));
          if (colour != null) {
            int x = x(p, i);
            int y = y(p, j + 1);
            graphics.setColor(colour);
            graphics.fillRect(x, y, x(p, i + 1) - x, y(p, j) - y);
          }
        }
      }
    }
  }

  private int voxel(int plane, int i, int j) {
    int[] v = at.clone();
    v[PLANES[plane][0]] = i;
    v[PLANES[plane][1]] = j;
    return (v[0] * shape[1] + v[1]) * shape[2] + v[2];
  }

  private int x(int plane, int i) {
    return left[plane] + (int) Math.round(i * spacing[PLANES[plane][0]] * scale);
  }

  /** Up is up: the first voxel is at the bottom of its slice. */
  private int y(int plane, int j) {
    int axis = PLANES[plane][1];
    return (int) Math.round((shape[axis] - j) * spacing[axis] * scale);
  }

  /** Outlines every structure of a label map in its colour. Ignored voxels are no structure. */
  public SlicePicture contours(byte[] labels, float width) {
    return contours(labels, Palette::of, width);
  }

  /** The same in one colour. */
  public SlicePicture contours(byte[] labels, Color colour, float width) {
    return contours(labels, _ -> colour, width);
  }

  private SlicePicture contours(byte[] labels, IntFunction<Color> colours, float width) {
    int classes = 0;
    for (byte label : labels) {
      int structure = label & 255;
      classes = structure == LabelMap.IGNORED ? classes : Math.max(classes, structure);
    }
    graphics.setStroke(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    for (int c = 1; c <= classes; c++) {
      graphics.setColor(colours.apply(c));
      for (int p = 0; p < 3; p++) {
        graphics.draw(outline(labels, c, p));
      }
    }
    return this;
  }

  /** The edges between voxels of a class and others in one slice. */
  private Path2D outline(byte[] labels, int structure, int plane) {
    Path2D path = new Path2D.Double();
    int across = shape[PLANES[plane][0]];
    int up = shape[PLANES[plane][1]];
    for (int i = 0; i < across; i++) {
      for (int j = 0; j < up; j++) {
        boolean here = (labels[voxel(plane, i, j)] & 255) == structure;
        boolean right = i + 1 < across && (labels[voxel(plane, i + 1, j)] & 255) == structure;
        boolean above = j + 1 < up && (labels[voxel(plane, i, j + 1)] & 255) == structure;
        if (here != right && i + 1 < across) {
          path.moveTo(x(plane, i + 1), y(plane, j));
          path.lineTo(x(plane, i + 1), y(plane, j + 1));
        }
        if (here != above && j + 1 < up) {
          path.moveTo(x(plane, i), y(plane, j + 1));
          path.lineTo(x(plane, i + 1), y(plane, j + 1));
        }
      }
    }
    return path;
  }

  /** Lays values over the intensities, from nothing at 0 over red to yellow at {@code most}. */
  public SlicePicture heat(float[] values, double most) {
    paint(
        voxel -> {
          double t = Math.clamp(values[voxel] / most, 0, 1);
          int alpha = (int) (230 * Math.min(1, 1.6 * t));
          return t < 0.02
              ? null
              : new Color(
                  (int) (255 * Math.min(1, 0.35 + 1.3 * t)),
                  (int) (235 * Math.max(0, 1.5 * t - 0.5)),
                  (int) (80 * (1 - t)),
                  alpha);
        });
    return this;
  }

  /** The picture as it is; nothing can be drawn on it any more. */
  public Picture picture(String name) {
    graphics.dispose();
    return Picture.png(name, image);
  }

  /** The bytes of a PNG of the picture as it is; nothing can be drawn on it any more. */
  public byte[] png() {
    graphics.dispose();
    return Picture.pngBytes(image);
  }

  /** The middle of what is labelled; of the volume where nothing is. */
  public static int[] centre(byte[] labels, int[] shape) {
    long[] sums = new long[3];
    long count = 0;
    for (int i = 0; i < labels.length; i++) {
      if (LabelMap.isStructure(labels[i])) {
        int row = i / shape[2];
        sums[0] += row / shape[1];
        sums[1] += row % shape[1];
        sums[2] += i % shape[2];
        count++;
      }
    }
    if (count == 0) {
      return middle(shape);
    }
    int[] centre = new int[3];
    for (int a = 0; a < 3; a++) {
      centre[a] = (int) (sums[a] / count);
    }
    return centre;
  }

  /** The middle voxel of a volume. */
  public static int[] middle(int[] shape) {
    return new int[] {shape[0] / 2, shape[1] / 2, shape[2] / 2};
  }
}
