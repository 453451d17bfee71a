package org.onelabel.pipeline.atlas;

import org.onelabel.pipeline.cohort.PseudoLabel;
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
      int x0 = (int) px;
      int y0 = (int) py;
      int z0 = (int) pz;
      for (int corner = 0; corner < 8; corner++) {
        double shareX = (corner & 4) != 0 ? px - x0 : x0 + 1 - px;
        double shareY = (corner & 2) != 0 ? py - y0 : y0 + 1 - py;
        double shareZ = (corner & 1) != 0 ? pz - z0 : z0 + 1 - pz;
        float share = (float) (shareX * shareY * shareZ);
        byte label =
            labels[
                frame.index(
                    Math.min(x0 + (corner >> 2), last0),
                    Math.min(y0 + (corner >> 1 & 1), last1),
                    Math.min(z0 + (corner & 1), last2))];
        if (share > 0 && label != (byte) LabelArray.IGNORED) {
          votes[LabelArray.classOf(label)][i] += share;
        }
      }
    }
  }

  /** The class with most votes, the first of those with as many; how far it is ahead as trust. */
  public PseudoLabel result() {
    PseudoLabel result = new PseudoLabel(new byte[frame.voxels()], new float[frame.voxels()]);
    for (int i = 0; i < frame.voxels(); i++) {
      int best = 0;
      for (int c = 1; c < votes.length; c++) {
        best = votes[c][i] > votes[best][i] ? c : best;
      }
      float second = 0;
      for (int c = 0; c < votes.length; c++) {
        second = c == best ? second : Math.max(second, votes[c][i]);
      }
      result.labels()[i] = (byte) best;
      result.confidence()[i] = Math.clamp((votes[best][i] - second) / all, 0, 1);
    }
    return result;
  }
}
