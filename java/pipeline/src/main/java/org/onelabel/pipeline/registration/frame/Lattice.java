package org.onelabel.pipeline.registration.frame;

import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;

/**
 * The cells of a frame, for each of which a displacement is looked for, and the blocks of cells
 * that move together. Immutable.
 *
 * @param frame what the cells cover
 * @param cells their sides
 * @param size how many there are along each axis
 * @param block cells along each side of a block
 * @param blocks how many blocks there are along each axis
 */
public record Lattice(Frame frame, Cells cells, Extent size, int[] block, Extent blocks) {
  /** Cells along each side of a block; one across slices that are as thick. */
  private static final int BLOCK = 2;

  /**
   * A lattice over a frame.
   *
   * @param count about how many cells it has
   */
  public static Lattice over(Frame frame, double[] spacing, double count) {
    Cells cells = Cells.of(frame.sides(), spacing, count);
    Extent size = cells.covering(frame.sides());
    int[] block = new int[3];
    int[] counts = new int[3];
    for (int a = 0; a < 3; a++) {
      block[a] = cells.sides()[a] < BLOCK * cells.finest() ? BLOCK : 1;
      counts[a] = Math.ceilDiv(size.size(a), block[a]);
    }
    return new Lattice(frame, cells, size, block, Extent.of(counts));
  }

  /** A length in the finest cells as one in the cells along an axis. */
  public double alongCells(int axis, double finest) {
    return finest * cells.finest() / cells.sides()[axis];
  }

  /** A deviation in the finest cells as one in the cells along each axis. */
  public double[] cellSigmas(double sigma) {
    return new double[] {alongCells(0, sigma), alongCells(1, sigma), alongCells(2, sigma)};
  }

  /** The same in blocks. */
  public double[] blockSigmas(double sigma) {
    double[] sigmas = cellSigmas(sigma);
    for (int a = 0; a < 3; a++) {
      sigmas[a] /= block[a];
    }
    return sigmas;
  }

  /** Visits where the middle of each cell lies in a scan, voxels. */
  public void visit(Placement placement, Placement.Visit visit) {
    int n = 0;
    Extent voxels = frame.extent();
    for (int i = 0; i < size.sizeX(); i++) {
      double fx = (i + 0.5) * voxels.sizeX() / size.sizeX() - 0.5;
      for (int j = 0; j < size.sizeY(); j++) {
        double fy = (j + 0.5) * voxels.sizeY() / size.sizeY() - 0.5;
        for (int k = 0; k < size.sizeZ(); k++) {
          double fz = (k + 0.5) * voxels.sizeZ() / size.sizeZ() - 0.5;
          visit.at(
              n++,
              placement.map(0, fx, fy, fz),
              placement.map(1, fx, fy, fz),
              placement.map(2, fx, fy, fz));
        }
      }
    }
  }

  /** A channel of an image at the middles of the cells. */
  public float[] sampled(float[] channel, Extent extent, Placement placement) {
    float[] values = new float[size.voxels()];
    visit(placement, (n, x, y, z) -> values[n] = Interpolation.trilinear(channel, extent, x, y, z));
    return values;
  }

  /** Adds a field of the blocks, interpolated, to one of the cells. */
  public void addBlocks(float[] ofBlocks, float[] ofCells) {
    float[] alongZ = stretched(ofBlocks, blocks.sizeX() * blocks.sizeY(), 2, 1);
    float[] alongBoth = stretched(alongZ, blocks.sizeX(), 1, size.sizeZ());
    float[] all = stretched(alongBoth, 1, 0, size.sizeY() * size.sizeZ());
    for (int n = 0; n < ofCells.length; n++) {
      ofCells[n] += all[n];
    }
  }

  /**
   * Values of blocks along an axis, interpolated at its cells; beyond the first and the last block
   * the edge repeats.
   *
   * @param outer how many rows along the axis lie one after the other
   * @param inner values beside each other of each block
   */
  private float[] stretched(float[] values, int outer, int axis, int inner) {
    int from = blocks.size(axis);
    int to = size.size(axis);
    float[] stretched = new float[outer * to * inner];
    for (int i = 0; i < to; i++) {
      double place = Math.clamp((i + 0.5) / block[axis] - 0.5, 0, from - 1);
      int low = (int) place;
      int step = low < from - 1 ? inner : 0;
      float share = (float) (place - low);
      for (int o = 0; o < outer; o++) {
        int source = (o * from + low) * inner;
        int target = (o * to + i) * inner;
        for (int k = 0; k < inner; k++) {
          float value = values[source + k];
          stretched[target + k] = value + share * (values[source + step + k] - value);
        }
      }
    }
    return stretched;
  }

  /** Sums over the cells of each block. */
  public float[] sums(float[] ofCells) {
    float[] sums = new float[blocks.voxels()];
    for (int x = 0; x < size.sizeX(); x++) {
      addSums(ofCells, x * size.stride(0), size.sizeZ(), x, sums);
    }
    return sums;
  }

  /**
   * Adds what the cells with one x have to the sums of their blocks.
   *
   * @param ofCells rows along z
   * @param from where the first row begins
   * @param pitch how far each row begins from the one before
   */
  public void addSums(float[] ofCells, int from, int pitch, int x, float[] sums) {
    for (int y = 0; y < size.sizeY(); y++) {
      int b = blocks.index(x / block[0], y / block[1], 0);
      int n = from + y * pitch;
      int end = n + size.sizeZ();
      if (block[2] == 2) {
        // The common case apart: a loop of two steps takes twice the time.
        for (; n < end - 1; n += 2) {
          sums[b] = sums[b] + ofCells[n] + ofCells[n + 1];
          b++;
        }
      }
      for (; n < end; n++) {
        sums[b++] += ofCells[n];
      }
    }
  }

  /** How many cells a block has; those at the end of an axis may have fewer. */
  public int cellsOf(int b) {
    int cells = 1;
    for (int a = 0; a < 3; a++) {
      cells *= Math.min(block[a], size.size(a) - blocks.place(b, a) * block[a]);
    }
    return cells;
  }
}
