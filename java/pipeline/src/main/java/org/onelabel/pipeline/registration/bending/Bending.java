package org.onelabel.pipeline.registration.bending;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.pipeline.registration.frame.Lattice;
import org.onelabel.pipeline.registration.frame.Placement;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;
import org.onelabel.volumes.grid.Smoothing;

/**
 * Bends a scan that was brought into the frame onto another, the template above all, as ConvexAdam
 * does (Siebert, Hansen, Heinrich 2021). First coupled convex optimisation (Heinrich, Papież,
 * Schnabel, Handels, WBIR 2014): every cell is compared with all places in a window, {@link
 * SelfSimilarity} deciding, while a smooth field pulls ever harder at the choices. What is chosen
 * is chosen for blocks of cells: the field is smoother than they are. Coarse steps first. Then
 * {@link FieldRefinement}. Immutable and thread-safe.
 */
public final class Bending {
  /**
   * A pass.
   *
   * @param step of the window, cells
   * @param smoothing deviation of the smooth field, the finest cells
   */
  private record Pass(int step, double smoothing) {}

  private static final List<Pass> PASSES = List.of(new Pass(2, 4), new Pass(1, 2.5));

  /** Steps of a window to either side; across thick slices one cell. */
  private static final int WINDOW = 3;

  private final Lattice lattice;
  private final Extent size;
  private final Extent blocks;
  private final boolean planar;
  private final int across;
  private final List<float[]> template;
  private final FieldRefinement refinement;

  /**
   * A bending onto an image.
   *
   * @param placement of the frame in it
   * @param count about how many cells the frame has
   */
  public Bending(Image image, Placement placement, Frame frame, double count) {
    planar = image.isPlanar();
    across = image.acrossSlices();
    lattice = Lattice.over(frame, image.spacing(), count);
    size = lattice.size();
    blocks = lattice.blocks();
    List<float[]> channels = sampled(image, placement);
    this.template = describe(channels);
    refinement = new FieldRefinement(lattice, channels);
  }

  /** An image's channels on the cells of the frame. */
  private List<float[]> sampled(Image image, Placement placement) {
    return image.channels().stream()
        .map(channel -> lattice.sampled(channel, image.extent(), placement))
        .toList();
  }

  /** Self-similarity of channels. */
  private List<float[]> describe(List<float[]> channels) {
    List<float[]> all = new ArrayList<>();
    for (float[] channel : channels) {
      all.addAll(SelfSimilarity.of(channel, size, lattice.cells()));
    }
    return all;
  }

  /** The bend of a scan that lies in the frame by {@code placement}. */
  public Bend bend(Image scan, Placement placement) {
    List<float[]> channels = sampled(scan, placement);
    List<float[]> described = describe(channels);
    boolean[] inside = new boolean[size.voxels()];
    lattice.visit(placement, (n, x, y, z) -> inside[n] = scan.covers(x, y, z));
    float[][] field = new float[3][inside.length];
    for (Pass pass : PASSES) {
      float[][] more = choices(pass).coupled(costs(pass, described, inside, field));
      for (int a = 0; a < 3; a++) {
        lattice.addBlocks(more[a], field[a]);
        field[a] = Smoothing.gaussian(field[a], size, lattice.cellSigmas(1));
      }
    }
    field = refinement.refine(channels, inside, field);
    Extent voxels = lattice.frame().extent();
    for (int a = 0; a < 3; a++) {
      float side = voxels.size(a) / (float) size.size(a);
      for (int n = 0; n < inside.length; n++) {
        field[a][n] *= side;
      }
    }
    return new Bend(field, size);
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
      double side = 1 / lattice.alongCells(a, 1);
      squares[a] = side * side;
    }
    return new DisplacementChoice(
        window(pass.step), squares, blocks, lattice.blockSigmas(pass.smoothing));
  }

  /** What each displacement of the window costs each block, of its cells inside the scan. */
  private float[][] costs(Pass pass, List<float[]> scan, boolean[] inside, float[][] field) {
    List<int[]> window = window(pass.step);
    int pad = WINDOW * pass.step;
    Extent padded =
        new Extent(size.sizeX() + 2 * pad, size.sizeY() + 2 * pad, size.sizeZ() + 2 * pad);
    float[][] costs = new float[window.size()][];
    float[][] moved = new float[scan.size()][];
    float[][] fixed = new float[scan.size()][];
    for (int c = 0; c < moved.length; c++) {
      moved[c] = moved(template.get(c), field, pad, padded);
      fixed[c] = spread(scan.get(c), padded.sizeZ());
    }
    double[] sigma = lattice.blockSigmas(0.7 * pass.step);
    float[] cost = new float[size.sizeX() * size.sizeY() * padded.sizeZ()];
    float[] there = new float[cost.length];
    for (int d = 0; d < costs.length; d++) {
      Arrays.fill(cost, 0);
      for (int c = 0; c < moved.length; c++) {
        lay(moved[c], padded, pad, window.get(d), there);
        addSquares(fixed[c], there, cost);
      }
      costs[d] =
          Smoothing.gaussian(
              ofBlocks(gathered(cost, padded.sizeZ()), inside, scan.size()), blocks, sigma);
    }
    return costs;
  }

  /** Means over the cells of each block that are inside, a share of a whole block's. */
  private float[] ofBlocks(float[] cost, boolean[] inside, int channels) {
    for (int n = 0; n < cost.length; n++) {
      cost[n] = inside[n] ? cost[n] : 0;
    }
    float[] means = lattice.sums(cost);
    for (int b = 0; b < means.length; b++) {
      means[b] /= lattice.cellsOf(b) * channels;
    }
    return means;
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

  private static void addSquares(float[] one, float[] other, float[] sums) {
    for (int n = 0; n < sums.length; n++) {
      float difference = one[n] - other[n];
      sums[n] += difference * difference;
    }
  }

  /** Rows of cells so far apart as those of what they are compared with. */
  private float[] spread(float[] values, int pitch) {
    float[] rows = new float[size.sizeX() * size.sizeY() * pitch];
    for (int r = 0; r < size.sizeX() * size.sizeY(); r++) {
      System.arraycopy(values, r * size.sizeZ(), rows, r * pitch, size.sizeZ());
    }
    return rows;
  }

  /** The cells of {@link #spread} rows. */
  private float[] gathered(float[] rows, int pitch) {
    float[] values = new float[size.voxels()];
    for (int r = 0; r < size.sizeX() * size.sizeY(); r++) {
      System.arraycopy(rows, r * pitch, values, r * size.sizeZ(), size.sizeZ());
    }
    return values;
  }

  /**
   * Lays the displaced template over the scan's rows, so that both are read at one index: such a
   * loop is vectorised.
   */
  private void lay(float[] moved, Extent padded, int pad, int[] displacement, float[] there) {
    int slab = size.sizeY() * padded.sizeZ();
    for (int x = 0; x < size.sizeX(); x++) {
      int from =
          padded.index(x + pad + displacement[0], pad + displacement[1], pad + displacement[2]);
      System.arraycopy(moved, from, there, x * slab, Math.min(slab, moved.length - from));
    }
  }
}
