package org.onelabel.pipeline.registration;

import java.util.ArrayList;
import java.util.List;
import org.onelabel.volumes.Smoothing;

/**
 * What a coarse comparison of two scans looks at: each channel, smoothed to the size of a cell, and
 * the strength of its edges.
 *
 * @param channels two for each of the image, on its voxels
 */
record Appearance(List<float[]> channels, int[] shape) {
  /** Standard deviation of the smoothing in cells: about what averaging over a cell does. */
  private static final double SMOOTHING = 0.4;

  static Appearance of(Image image, Cells cells) {
    double[] sigma = new double[3];
    for (int a = 0; a < 3; a++) {
      double side = cells.sides()[a] / image.spacing()[a];
      sigma[a] = side > 1 ? SMOOTHING * side : 0;
    }
    List<float[]> channels = new ArrayList<>();
    for (float[] values : image.channels()) {
      float[] smooth = Smoothing.gaussian(values, image.shape(), sigma);
      channels.add(smooth);
      channels.add(edges(smooth, image));
    }
    return new Appearance(channels, image.shape());
  }

  /** Length of the gradient per millimetre; within the slices alone where they are thick. */
  private static float[] edges(float[] values, Image image) {
    float[] squares = new float[values.length];
    for (int axis = 0; axis < 3; axis++) {
      if (image.isPlanar() && axis == image.acrossSlices()) {
        continue;
      }
      float[] slope = Smoothing.gradient(values, image.shape(), axis);
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
