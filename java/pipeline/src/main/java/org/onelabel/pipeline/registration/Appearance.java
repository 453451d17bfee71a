package org.onelabel.pipeline.registration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.onelabel.pipeline.registration.frame.Cells;
import org.onelabel.pipeline.registration.frame.Frame;
import org.onelabel.pipeline.registration.frame.Image;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.Smoothing;

/**
 * What a coarse comparison of two scans looks at: each channel, smoothed to the size of a cell, the
 * strength of its edges, and how it stands out of its wider surroundings, which no bias of a coil
 * changes.
 *
 * @param channels three for each of the image, on its voxels
 */
record Appearance(List<float[]> channels, Extent extent) {
  /** Standard deviation of the smoothing in cells: about what averaging over a cell does. */
  private static final double SMOOTHING = 0.4;

  /**
   * What a place is compared with to see how it stands out, as a share of the frame's longest side:
   * wider than a wall, narrower than the bias of a coil.
   */
  private static final double SURROUNDINGS = 0.13;

  /** Of the mean variance, what is added to each: the noise of air does not stand out. */
  private static final double LEAST_VARIANCE = 0.01;

  static Appearance of(Image image, Cells cells, Frame frame) {
    double surroundings = SURROUNDINGS * Arrays.stream(frame.sides()).max().orElseThrow();
    double[] sigma = new double[3];
    for (int a = 0; a < 3; a++) {
      double side = cells.sides()[a] / image.spacing()[a];
      sigma[a] = side > 1 ? SMOOTHING * side : 0;
    }
    List<float[]> channels = new ArrayList<>();
    for (float[] values : image.channels()) {
      float[] smooth = Smoothing.gaussian(values, image.extent(), sigma);
      channels.add(smooth);
      channels.add(edges(smooth, image));
      channels.add(contrast(smooth, image, surroundings));
    }
    return new Appearance(channels, image.extent());
  }

  /** How far a place stands out of its wider surroundings, in their deviations. */
  private static float[] contrast(float[] values, Image image, double surroundings) {
    double[] sigma = new double[3];
    for (int a = 0; a < 3; a++) {
      sigma[a] = surroundings / image.spacing()[a];
    }
    float[] mean = Smoothing.gaussian(values, image.extent(), sigma);
    float[] squares = new float[values.length];
    double all = 0;
    for (int i = 0; i < values.length; i++) {
      float d = values[i] - mean[i];
      squares[i] = d * d;
      all += squares[i];
    }
    float least = (float) (LEAST_VARIANCE * all / values.length) + Float.MIN_NORMAL;
    float[] variance = Smoothing.gaussian(squares, image.extent(), sigma);
    for (int i = 0; i < values.length; i++) {
      squares[i] = (float) ((values[i] - mean[i]) / Math.sqrt(variance[i] + least));
    }
    return squares;
  }

  /** Length of the gradient per millimetre; within the slices alone where they are thick. */
  private static float[] edges(float[] values, Image image) {
    float[] squares = new float[values.length];
    for (int axis = 0; axis < 3; axis++) {
      if (image.isPlanar() && axis == image.acrossSlices()) {
        continue;
      }
      float[] slope = Smoothing.gradient(values, image.extent(), axis);
      float scale = (float) (1 / image.spacing()[axis]);
      for (int i = 0; i < squares.length; i++) {
        squares[i] += scale * slope[i] * scale * slope[i];
      }
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] = (float) Math.sqrt(squares[i]);
    }
    return squares;
  }
}
