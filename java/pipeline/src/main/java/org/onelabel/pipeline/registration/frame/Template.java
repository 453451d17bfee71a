package org.onelabel.pipeline.registration.frame;

import java.util.Arrays;
import org.onelabel.volumes.grid.LabelArray;
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

  public static Template of(Image image, LabelArray labels, Frame frame) {
    float[] structure = new float[labels.labels().length];
    for (int i = 0; i < structure.length; i++) {
      structure[i] = LabelArray.isStructure(labels.labels()[i]) ? 1 : 0;
    }
    double longest = Arrays.stream(frame.sides()).max().orElseThrow();
    double[] sigma = new double[3];
    for (int a = 0; a < 3; a++) {
      sigma[a] = SURROUNDINGS * longest / image.spacing()[a];
    }
    float[] weight = Smoothing.gaussian(structure, image.extent(), sigma);
    for (int i = 0; i < weight.length; i++) {
      weight[i] = weight[i] > LEAST ? NEAR : FAR;
    }
    return new Template(image, frame, weight);
  }

  /** Where the middle of the frame lies, voxels along {@code axis}. */
  public double centre(int axis) {
    return frame.box().start(axis) + 0.5 * (frame.extent().size(axis) - 1);
  }

  /** The weight at a place in the template, voxels; 0 outside the frame. */
  public float weightAt(double x, double y, double z) {
    int i = (int) Math.rint(x);
    int j = (int) Math.rint(y);
    int k = (int) Math.rint(z);
    return frame.box().contains(i, j, k) ? weight[image.extent().index(i, j, k)] : 0;
  }

  /**
   * How far from where it lies in the template the middle of the frame lies in a scan: both as
   * shares of the extent, squared.
   *
   * @param centre millimetres from the scan's first voxel
   */
  public double shift(double[] centre, Image scan) {
    double sum = 0;
    for (int a = 0; a < 3; a++) {
      double here = (centre[a] / scan.spacing()[a] + 0.5) / scan.extent().size(a);
      double there = (centre(a) + 0.5) / image.extent().size(a);
      sum += (here - there) * (here - there);
    }
    return sum;
  }
}
