package org.onelabel.pipeline.registration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;
import org.onelabel.volumes.grid.Smoothing;

/**
 * Bends a scan that was brought into the frame onto the template by coupled convex optimisation
 * (Heinrich, Papież, Schnabel, Handels, WBIR 2014; ConvexAdam, Siebert, Hansen, Heinrich 2021,
 * without its second part): every cell is compared with all places in a window, {@link
 * SelfSimilarity} deciding, while a smooth field pulls ever harder at the choices. What is chosen
 * is chosen for blocks of cells: the field is smoother than they are. Coarse steps first. Immutable
 * and thread-safe.
 */
final class Bending {
  /**
   * A pass.
   *
   * @param step of the window, cells
   * @param smoothing deviation of the smooth field, the finest cells
   */
  private record Pass(int step, double smoothing) {}

  private static final List<Pass> PASSES = List.of(new Pass(2, 4), new Pass(1, 2.5));

  /** Cells along each side of a block; one across slices that are as thick. */
  private static final int BLOCK = 2;

  /** Steps of a window to either side; across thick slices one cell. */
  private static final int WINDOW = 3;

  private final Frame frame;
  private final Cells cells;
  private final Extent size;
  private final int[] block;
  private final Extent blocks;
  private final boolean planar;
  private final int across;
  private final List<float[]> template;

  /**
   * A bending onto a template.
   *
   * @param count about how many cells the frame has
   */
  Bending(Template template, double count) {
    frame = template.frame();
    Image image = template.image();
    planar = image.isPlanar();
    across = image.acrossSlices();
    cells = Cells.of(frame.sides(), image.spacing(), count);
    size = cells.covering(frame.sides());
    block = new int[3];
    int[] counts = new int[3];
    for (int a = 0; a < 3; a++) {
      block[a] = cells.sides()[a] < BLOCK * cells.finest() ? BLOCK : 1;
      counts[a] = Math.ceilDiv(size.size(a), block[a]);
    }
    blocks = Extent.of(counts);
    this.template = describe(image, frame.placement());
  }

  /** Self-similarity of an image's channels on the cells of the frame. */
  private List<float[]> describe(Image image, Placement placement) {
    List<float[]> all = new ArrayList<>();
    for (float[] channel : image.channels()) {
      float[] values = new float[size.voxels()];
      sample(
          placement,
          (n, x, y, z) -> values[n] = Interpolation.trilinear(channel, image.extent(), x, y, z));
      all.addAll(SelfSimilarity.of(values, size, cells));
    }
    return all;
  }

  @FunctionalInterface
  private interface Visitor {
    void at(int cell, double x, double y, double z);
  }

  /** Visits where the middle of each cell lies in a scan, voxels. */
  private void sample(Placement placement, Visitor visitor) {
    int n = 0;
    Extent voxels = frame.extent();
    for (int i = 0; i < size.sizeX(); i++) {
      double fx = (i + 0.5) * voxels.sizeX() / size.sizeX() - 0.5;
      for (int j = 0; j < size.sizeY(); j++) {
        double fy = (j + 0.5) * voxels.sizeY() / size.sizeY() - 0.5;
        for (int k = 0; k < size.sizeZ(); k++) {
          double fz = (k + 0.5) * voxels.sizeZ() / size.sizeZ() - 0.5;
          visitor.at(
              n++,
              placement.map(0, fx, fy, fz),
              placement.map(1, fx, fy, fz),
              placement.map(2, fx, fy, fz));
        }
      }
    }
  }

  /** The bend of a scan that lies in the frame by {@code placement}. */
  Bend bend(Image scan, Placement placement) {
    List<float[]> described = describe(scan, placement);
    boolean[] inside = new boolean[size.voxels()];
    sample(placement, (n, x, y, z) -> inside[n] = scan.covers(x, y, z));
    float[][] field = new float[3][inside.length];
    for (Pass pass : PASSES) {
      float[][] more = choices(pass).coupled(costs(pass, described, inside, field));
      for (int a = 0; a < 3; a++) {
        addBlocks(more[a], field[a]);
        field[a] = Smoothing.gaussian(field[a], size, sigmas(1));
      }
    }
    for (int a = 0; a < 3; a++) {
      float voxels = frame.extent().size(a) / (float) size.size(a);
      for (int n = 0; n < inside.length; n++) {
        field[a][n] *= voxels;
      }
    }
    return new Bend(field, size);
  }

  /** Adds a field of the blocks, interpolated, to one of the cells. */
  private void addBlocks(float[] ofBlocks, float[] ofCells) {
    int n = 0;
    for (int x = 0; x < size.sizeX(); x++) {
      double bx = (x + 0.5) / block[0] - 0.5;
      for (int y = 0; y < size.sizeY(); y++) {
        double by = (y + 0.5) / block[1] - 0.5;
        for (int z = 0; z < size.sizeZ(); z++, n++) {
          double bz = (z + 0.5) / block[2] - 0.5;
          ofCells[n] += Interpolation.trilinear(ofBlocks, blocks, bx, by, bz);
        }
      }
    }
  }

  /** The same in blocks. */
  private double[] blockSigmas(double sigma) {
    double[] sigmas = sigmas(sigma);
    for (int a = 0; a < 3; a++) {
      sigmas[a] /= block[a];
    }
    return sigmas;
  }

  /** A smoothing in cells whose deviation is {@code sigma} of the finest ones in millimetres. */
  private double[] sigmas(double sigma) {
    double[] sigmas = new double[3];
    for (int a = 0; a < 3; a++) {
      sigmas[a] = sigma * cells.finest() / cells.sides()[a];
    }
    return sigmas;
  }

  /** The displacements of a window, cells. */
  private List<int[]> window(int step) {
    List<int[]> window = new ArrayList<>();
    int[] most = {WINDOW, WINDOW, WINDOW};
    int[] steps = {step, step, step};
    if (planar) {
      most[across] = 1;
      steps[across] = 1;
    }
    for (int x = -most[0]; x <= most[0]; x++) {
      for (int y = -most[1]; y <= most[1]; y++) {
        for (int z = -most[2]; z <= most[2]; z++) {
          window.add(new int[] {x * steps[0], y * steps[1], z * steps[2]});
        }
      }
    }
    return window;
  }

  /** What decides among the displacements of a pass. */
  private DisplacementChoice choices(Pass pass) {
    double[] squares = new double[3];
    for (int a = 0; a < 3; a++) {
      double side = cells.sides()[a] / cells.finest();
      squares[a] = side * side;
    }
    return new DisplacementChoice(window(pass.step), squares, blocks, blockSigmas(pass.smoothing));
  }

  /** What each displacement of the window costs each block, of its cells inside the scan. */
  private float[][] costs(Pass pass, List<float[]> scan, boolean[] inside, float[][] field) {
    List<int[]> window = window(pass.step);
    int pad = WINDOW * pass.step;
    Extent padded =
        new Extent(size.sizeX() + 2 * pad, size.sizeY() + 2 * pad, size.sizeZ() + 2 * pad);
    float[][] costs = new float[window.size()][];
    float[][] moved = new float[scan.size()][];
    for (int c = 0; c < moved.length; c++) {
      moved[c] = moved(template.get(c), field, pad, padded);
    }
    double[] sigma = blockSigmas(0.7 * pass.step);
    float[] cost = new float[inside.length];
    for (int d = 0; d < costs.length; d++) {
      Arrays.fill(cost, 0);
      for (int c = 0; c < moved.length; c++) {
        add(scan.get(c), moved[c], padded, pad, window.get(d), cost);
      }
      costs[d] = Smoothing.gaussian(ofBlocks(cost, inside, scan.size()), blocks, sigma);
    }
    return costs;
  }

  /** Means over the cells of each block that are inside, a share of a whole block's. */
  private float[] ofBlocks(float[] cost, boolean[] inside, int channels) {
    float[] sums = new float[blocks.voxels()];
    int[] cells = new int[sums.length];
    int n = 0;
    for (int x = 0; x < size.sizeX(); x++) {
      for (int y = 0; y < size.sizeY(); y++) {
        int row = blocks.index(x / block[0], y / block[1], 0);
        for (int z = 0; z < size.sizeZ(); z++, n++) {
          int b = row + z / block[2];
          sums[b] += inside[n] ? cost[n] : 0;
          cells[b]++;
        }
      }
    }
    for (int b = 0; b < sums.length; b++) {
      sums[b] /= cells[b] * channels;
    }
    return sums;
  }

  /** Template values where the field says, with a margin in which the edge repeats. */
  private float[] moved(float[] values, float[][] field, int pad, Extent padded) {
    float[] result = new float[padded.voxels()];
    int next = 0;
    for (int x = -pad; x < size.sizeX() + pad; x++) {
      int cx = Math.clamp(x, 0, size.sizeX() - 1);
      for (int y = -pad; y < size.sizeY() + pad; y++) {
        int cy = Math.clamp(y, 0, size.sizeY() - 1);
        for (int z = -pad; z < size.sizeZ() + pad; z++) {
          int n = size.index(cx, cy, Math.clamp(z, 0, size.sizeZ() - 1));
          result[next++] =
              Interpolation.trilinear(
                  values, size, x + field[0][n], y + field[1][n], z + field[2][n]);
        }
      }
    }
    return result;
  }

  private void add(
      float[] scan, float[] moved, Extent padded, int pad, int[] displacement, float[] cost) {
    int length = size.sizeZ();
    for (int x = 0; x < size.sizeX(); x++) {
      for (int y = 0; y < size.sizeY(); y++) {
        int from =
            padded.index(
                x + pad + displacement[0], y + pad + displacement[1], pad + displacement[2]);
        int row = size.index(x, y, 0);
        for (int z = 0; z < length; z++) {
          float d = scan[row + z] - moved[from + z];
          cost[row + z] += d * d;
        }
      }
    }
  }
}
