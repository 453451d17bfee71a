package org.onelabel.pipeline.atlas;

import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.pipeline.framing.Corners;
import org.onelabel.pipeline.registration.frame.Bend;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * The label of a scan and those that atlases bring to it, joined by majority (Heckemann et al.,
 * NeuroImage 2006). Atlases whose own labels came from one template correct what went wrong on
 * either way alone (Chakravarty et al., Human Brain Mapping 2013). For one thread.
 */
public final class LabelFusion {
  /** What the scan's own label counts beside an atlas. */
  private static final float OWN = 3;

  private final Extent frame;
  private final float[][] votes;
  private float all = OWN;

  /**
   * A fusion.
   *
   * @param own the scan's label in the frame
   * @param classes background included
   */
  public LabelFusion(PseudoLabel own, Extent frame, int classes) {
    this.frame = frame;
    votes = new float[classes][frame.voxels()];
    for (int i = 0; i < frame.voxels(); i++) {
      votes[LabelArray.classOf(own.labels()[i])][i] = OWN;
    }
  }

  /**
   * Adds the vote of an atlas; what is ignored in it does not vote.
   *
   * @param labels of the atlas in the frame
   * @param bend from the scan to the atlas
   */
  public void add(byte[] labels, Bend bend) {
    all++;
    Corners corners = new Corners(frame);
    int last0 = frame.sizeX() - 1;
    int last1 = frame.sizeY() - 1;
    int last2 = frame.sizeZ() - 1;
    for (int i = 0; i < frame.voxels(); i++) {
      int x = frame.place(i, 0);
      int y = frame.place(i, 1);
      int z = frame.place(i, 2);
      double px = Math.clamp(x + bend.at(0, frame, x, y, z), 0.0, last0);
      double py = Math.clamp(y + bend.at(1, frame, x, y, z), 0.0, last1);
      double pz = Math.clamp(z + bend.at(2, frame, x, y, z), 0.0, last2);
      corners.goTo(px, py, pz);
      for (int corner = 0; corner < Corners.COUNT; corner++) {
        byte label = labels[corners.voxel(corner)];
        if (label != (byte) LabelArray.IGNORED) {
          votes[LabelArray.classOf(label)][i] += (float) corners.share(corner);
        }
      }
    }
  }

  /** The class with most votes, the first of those with as many; how far it is ahead as trust. */
  public PseudoLabel result() {
    PseudoLabel result = PseudoLabel.best(votes);
    float[] confidence = result.confidence();
    for (int i = 0; i < confidence.length; i++) {
      confidence[i] = Math.clamp(confidence[i] / all, 0, 1);
    }
    return result;
  }
}
