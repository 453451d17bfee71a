package org.onelabel.pipeline.features;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.volumes.Volume;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;
import org.onelabel.volumes.grid.VoxelArray;

/**
 * Dense local descriptors that need no learnt weights: intensities and gradients at several scales,
 * self-similarity context (Heinrich et al., MICCAI 2013: how much a voxel's surroundings differ
 * from itself, relative to what is usual nearby), and the position in the volume. Every channel has
 * mean 0 and deviation 1 over the volume, times the weight of its group, so that Euclidean distance
 * compares them.
 */
public final class DescriptorEncoder implements Encoder {
  private static final double[] SCALES = {1, 2, 4};
  private static final int[] REACHES = {2, 4};

  /**
   * How much each group of channels counts in a distance.
   *
   * @param position of one half of the volume's side
   */
  public record Weights(
      double intensity, double gradient, double selfSimilarity, double position) {}

  /** Channels that are learnt: their values in every voxel, of the weight they are to have. */
  interface Learnt extends AutoCloseable {
    Learnt NOTHING = _ -> List.of();

    List<float[]> channels(Volume volume);

    @Override
    default void close() {}
  }

  private final int[] stride;
  private final Weights weights;
  private final Learnt learnt;

  /**
   * An encoder with one descriptor for every box of {@code stride} working voxels along x, y, z.
   */
  public DescriptorEncoder(int[] stride, Weights weights) {
    this(stride, weights, Learnt.NOTHING);
  }

  /** The same with what was learnt beside them; it closes {@code learnt}. */
  DescriptorEncoder(int[] stride, Weights weights, Learnt learnt) {
    if (stride.length != 3 || Arrays.stream(stride).anyMatch(s -> s < 1)) {
      throw new IllegalArgumentException("strides are at least 1, not " + Arrays.toString(stride));
    }
    this.stride = stride.clone();
    this.weights = weights;
    this.learnt = learnt;
  }

  @Override
  public FeatureGrid encode(Volume volume) {
    Extent extent = volume.geometry().extent();
    int[] counts = new int[3];
    int[] covered = new int[3];
    for (int a = 0; a < 3; a++) {
      counts[a] = Math.ceilDiv(extent.size(a), stride[a]);
      covered[a] = counts[a] * stride[a];
    }
    Extent cells = Extent.of(counts);
    Box box = Box.of(Extent.of(covered));
    VoxelCells voxelCells = VoxelCells.of(cells, box, extent);
    List<float[]> channels = new ArrayList<>();
    for (int c = 0; c < volume.channels().size(); c++) {
      describe(volume.array(c), shares(volume.geometry().spacing()), voxelCells, channels);
    }
    for (float[] values : learnt.channels(volume)) {
      channels.add(voxelCells.means(values));
    }
    int described = channels.size();
    addPosition(extent, cells, channels);
    CellValues all = CellValues.ofPlanes(channels, cells.voxels());
    return new FeatureGrid(
        all.rows(),
        all.columns(),
        cells,
        box,
        3,
        GlobalDescriptor.of(channels.subList(0, described), cells));
  }

  @Override
  public void close() {
    learnt.close();
  }

  /** How much of the finest voxel side a voxel is along each axis: scales are in finest sides. */
  private static double[] shares(double[] spacing) {
    double finest = Arrays.stream(spacing).min().orElseThrow();
    return Arrays.stream(spacing).map(side -> finest / side).toArray();
  }

  private static double[] scaled(double[] shares, double scale) {
    return Arrays.stream(shares).map(share -> share * scale).toArray();
  }

  private void describe(
      VoxelArray voxels, double[] shares, VoxelCells cells, List<float[]> channels) {
    Extent extent = voxels.extent();
    float[] fine = null;
    for (double scale : SCALES) {
      float[] smooth = Smoothing.gaussian(voxels.values(), extent, scaled(shares, scale));
      fine = fine == null ? smooth : fine;
      channels.add(standardised(cells.means(smooth), weights.intensity));
      float[] magnitude = new float[smooth.length];
      for (int axis = 0; axis < 3; axis++) {
        float[] slope = Smoothing.gradient(smooth, extent, axis);
        for (int i = 0; i < magnitude.length; i++) {
          float rise = (float) shares[axis] * slope[i];
          magnitude[i] += rise * rise;
        }
        if (scale == SCALES[1]) {
          channels.add(standardised(cells.means(slope), weights.gradient));
        }
      }
      for (int i = 0; i < magnitude.length; i++) {
        magnitude[i] = (float) Math.sqrt(magnitude[i]);
      }
      channels.add(standardised(cells.means(magnitude), weights.gradient));
    }
    for (int reach : REACHES) {
      for (float[] similarity : selfSimilarity(fine, extent, shares, reach)) {
        channels.add(standardised(cells.means(similarity), weights.selfSimilarity));
      }
    }
  }

  /**
   * exp(−d/v) for the six neighbours at {@code reach}: d the local squared difference, v its mean.
   */
  private static List<float[]> selfSimilarity(
      float[] values, Extent extent, double[] shares, int reach) {
    List<float[]> distances = new ArrayList<>();
    float[] mean = new float[values.length];
    for (int axis = 0; axis < 3; axis++) {
      int n = extent.size(axis);
      int step = extent.stride(axis);
      int far = Math.max(1, (int) Math.rint(reach * shares[axis]));
      for (int sign = -1; sign <= 1; sign += 2) {
        float[] distance = new float[values.length];
        for (int i = 0; i < values.length; i++) {
          int place = i / step % n;
          int other = i + (Math.clamp(place + sign * far, 0, n - 1) - place) * step;
          distance[i] = (values[i] - values[other]) * (values[i] - values[other]);
        }
        distance = Smoothing.gaussian(distance, extent, shares);
        for (int i = 0; i < mean.length; i++) {
          mean[i] += distance[i] / 6;
        }
        distances.add(distance);
      }
    }
    for (float[] distance : distances) {
      for (int i = 0; i < distance.length; i++) {
        distance[i] = (float) Math.exp(-distance[i] / (mean[i] + 1e-4f));
      }
    }
    return distances;
  }

  private void addPosition(Extent extent, Extent cells, List<float[]> channels) {
    for (int axis = 0; axis < 3; axis++) {
      float[] position = new float[cells.voxels()];
      for (int i = 0; i < position.length; i++) {
        double voxel = (cells.place(i, axis) + 0.5) * stride[axis];
        position[i] = (float) (weights.position * (2 * voxel / extent.size(axis) - 1));
      }
      channels.add(position);
    }
  }

  private static float[] standardised(float[] values, double weight) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / values.length;
    double deviation = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
    double scale = deviation > 1e-6 ? weight / deviation : 0;
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) ((values[i] - mean) * scale);
    }
    return result;
  }
}
