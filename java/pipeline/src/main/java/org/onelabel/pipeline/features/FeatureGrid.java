package org.onelabel.pipeline.features;

import java.util.Arrays;
import java.util.List;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Interpolation;

/**
 * Feature vectors of one volume on a regular grid over a box of working voxels.
 *
 * @param rows one row of {@code dimension} values for each cell, cells in [x, y, z] order with z
 *     fastest; shared, not copied
 * @param size cells along x, y, z
 * @param box working voxels that they cover; it may begin and end in the padding
 * @param positions how many of the last channels tell where a cell lies; 0 or 3
 * @param global one vector for the whole volume, of length 1
 */
public record FeatureGrid(
    float[] rows, int dimension, Extent size, Box box, int positions, float[] global) {

  public FeatureGrid {
    if (rows.length != (long) size.voxels() * dimension) {
      throw new IllegalArgumentException(
          "%d values for %s cells of %d".formatted(rows.length, size, dimension));
    }
  }

  /** Cells in all. */
  public int cells() {
    return size.voxels();
  }

  /** The features of some cells, one row after another. */
  public float[] rows(int[] cells) {
    return new CellValues(rows, dimension).of(cells).rows();
  }

  /** Where every cell lies. */
  public CellValues positionChannels() {
    float[] channels = new float[cells() * positions];
    for (int n = 0; n < cells(); n++) {
      System.arraycopy(rows, (n + 1) * dimension - positions, channels, n * positions, positions);
    }
    return new CellValues(channels, positions);
  }

  /** The same cells with other channels, means over each cell's voxels; its positions stay. */
  public FeatureGrid withChannels(float[][] voxels, Extent volume) {
    VoxelCells voxelCells = VoxelCells.of(this, volume);
    List<float[]> means = Arrays.stream(voxels).map(voxelCells::means).toList();
    CellValues all = CellValues.ofPlanes(means, cells()).with(positionChannels());
    return new FeatureGrid(all.rows(), all.columns(), size, box, positions, global);
  }

  /** Every {@code step}-th cell along each axis. */
  public FeatureGrid thinned(int step) {
    Extent fewer =
        new Extent(
            Math.ceilDiv(size.sizeX(), step),
            Math.ceilDiv(size.sizeY(), step),
            Math.ceilDiv(size.sizeZ(), step));
    float[] kept = new float[fewer.voxels() * dimension];
    int to = 0;
    for (int x = 0; x < size.sizeX(); x += step) {
      for (int y = 0; y < size.sizeY(); y += step) {
        for (int z = 0; z < size.sizeZ(); z += step, to += dimension) {
          System.arraycopy(rows, size.index(x, y, z) * dimension, kept, to, dimension);
        }
      }
    }
    return new FeatureGrid(kept, dimension, fewer, box, positions, global);
  }

  /** Weighted mean and deviation of each position channel; {@code weight} has a value per cell. */
  public double[][] positionMoments(float[] weight) {
    double[][] moments = new double[positions][];
    for (int p = 0; p < positions; p++) {
      moments[p] = moments(dimension - positions + p, weight);
    }
    return moments;
  }

  /** The same grid, position channels shifted and scaled from some moments to others. */
  public FeatureGrid withPositions(double[][] from, double[][] to) {
    float[] moved = rows.clone();
    for (int p = 0; p < positions; p++) {
      double scale = from[p][1] > 0 ? Math.clamp(to[p][1] / from[p][1], 0.8, 1.25) : 1;
      for (int n = 0; n < cells(); n++) {
        int i = n * dimension + dimension - positions + p;
        moved[i] = (float) ((rows[i] - from[p][0]) * scale + to[p][0]);
      }
    }
    return new FeatureGrid(moved, dimension, size, box, positions, global);
  }

  /** Position channel {@code p} of a cell. */
  public float position(int cell, int p) {
    return rows[(cell + 1) * dimension - positions + p];
  }

  /**
   * The same grid, position channels moved.
   *
   * @param displacement of each position channel, on the grid of {@link #thinned}; between its
   *     cells it is interpolated
   * @param coarse size of that grid
   */
  public FeatureGrid displaced(float[][] displacement, Extent coarse, int step) {
    float[] moved = rows.clone();
    int n = 0;
    for (int x = 0; x < size.sizeX(); x++) {
      for (int y = 0; y < size.sizeY(); y++) {
        for (int z = 0; z < size.sizeZ(); z++, n++) {
          for (int p = 0; p < positions; p++) {
            moved[(n + 1) * dimension - positions + p] +=
                Interpolation.trilinear(
                    displacement[p],
                    coarse,
                    x / (double) step,
                    y / (double) step,
                    z / (double) step);
          }
        }
      }
    }
    return new FeatureGrid(moved, dimension, size, box, positions, global);
  }

  /** How far a place of the box is to be moved along an axis; all in voxels of the box. */
  @FunctionalInterface
  public interface Displacement {
    double at(int axis, double x, double y, double z);
  }

  /**
   * The same grid, positions moved; a position channel of weight w runs from −w to w in the box.
   */
  public FeatureGrid moved(Displacement displacement) {
    float[] moved = rows.clone();
    double[] units = new double[3];
    for (int a = 0; a < 3; a++) {
      // Between the first and the last cell the channel says how much a voxel is.
      int cells = size.size(a);
      int last = (cells - 1) * size.stride(a);
      double voxels = (cells - 1) * (box.extent().size(a) / (double) cells);
      units[a] = cells > 1 ? (position(last, a) - position(0, a)) / voxels : 0;
    }
    Extent voxels = box.extent();
    int n = 0;
    for (int x = 0; x < size.sizeX(); x++) {
      for (int y = 0; y < size.sizeY(); y++) {
        for (int z = 0; z < size.sizeZ(); z++, n++) {
          double vx = (x + 0.5) * voxels.sizeX() / size.sizeX() - 0.5;
          double vy = (y + 0.5) * voxels.sizeY() / size.sizeY() - 0.5;
          double vz = (z + 0.5) * voxels.sizeZ() / size.sizeZ() - 0.5;
          for (int p = 0; p < 3; p++) {
            moved[(n + 1) * dimension - positions + p] +=
                (float) (units[p] * displacement.at(p, vx, vy, vz));
          }
        }
      }
    }
    return new FeatureGrid(moved, dimension, size, box, positions, global);
  }

  /** Weighted mean and deviation of one channel; the plain ones where nothing has a weight. */
  private double[] moments(int channel, float[] weight) {
    double total = 0;
    double sum = 0;
    double squares = 0;
    for (int n = 0; n < cells(); n++) {
      double value = rows[n * dimension + channel];
      total += weight[n];
      sum += weight[n] * value;
      squares += weight[n] * value * value;
    }
    if (!(total > 0)) {
      return new double[] {0, 0};
    }
    double mean = sum / total;
    return new double[] {mean, Math.sqrt(Math.max(0, squares / total - mean * mean))};
  }
}
