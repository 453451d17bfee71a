package org.onelabel.pipeline.registration;

import org.onelabel.volumes.LabelMap;
import org.onelabel.volumes.grid.Smoothing;

/**
 * A labelled scan whose anatomy is looked for in others.
 *
 * @param weight what each voxel counts in a comparison: {@link #NEAR} in and around structures,
 *     {@link #FAR} elsewhere
 */
public record Template(Image image, Frame frame, float[] weight) {
  private static final float NEAR = 1.3f;
  private static final float FAR = 0.3f;

  /** Standard deviation of what counts as around, as a share of the frame's longest side. */
  private static final double SURROUNDINGS = 0.06;

  /** Where a smoothed structure still counts: at about two deviations from its surface. */
  private static final float LEAST = 0.02f;

  static Template of(Image image, byte[] labels, Frame frame) {
    float[] structure = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      structure[i] = LabelMap.isStructure(labels[i]) ? 1 : 0;
    }
    double longest = 0;
    for (double side : frame.extent()) {
      longest = Math.max(longest, side);
    }
    double[] sigma = new double[3];
    for (int a = 0; a < 3; a++) {
      sigma[a] = SURROUNDINGS * longest / image.spacing()[a];
    }
    float[] weight = Smoothing.gaussian(structure, image.shape(), sigma);
    for (int i = 0; i < weight.length; i++) {
      weight[i] = weight[i] > LEAST ? NEAR : FAR;
    }
    return new Template(image, frame, weight);
  }

  /** Where the middle of the frame lies, voxels along {@code axis}. */
  double centre(int axis) {
    return frame.start()[axis] + 0.5 * (frame.shape()[axis] - 1);
  }

  /** The weight at a place in the template, voxels; 0 outside the frame. */
  float weightAt(double x, double y, double z) {
    int i = (int) Math.rint(x) - frame.start()[0];
    int j = (int) Math.rint(y) - frame.start()[1];
    int k = (int) Math.rint(z) - frame.start()[2];
    int[] shape = frame.shape();
    if (i < 0 || j < 0 || k < 0 || i >= shape[0] || j >= shape[1] || k >= shape[2]) {
      return 0;
    }
    int[] all = image.shape();
    return weight[
        ((i + frame.start()[0]) * all[1] + j + frame.start()[1]) * all[2] + k + frame.start()[2]];
  }

  /**
   * How far from where it lies in the template the middle of the frame lies in a scan: both as
   * shares of the extent, squared.
   *
   * @param centre millimetres from the scan's first voxel
   */
  double shift(double[] centre, int[] shape, double[] spacing) {
    double sum = 0;
    for (int a = 0; a < 3; a++) {
      double here = (centre[a] / spacing[a] + 0.5) / shape[a];
      double there = (centre(a) + 0.5) / image.shape()[a];
      sum += (here - there) * (here - there);
    }
    return sum;
  }
}
