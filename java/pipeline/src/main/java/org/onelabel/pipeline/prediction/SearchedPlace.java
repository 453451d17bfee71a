package org.onelabel.pipeline.prediction;

import java.util.Optional;
import org.onelabel.networks.inference.SlidingWindow;
import org.onelabel.pipeline.cohort.PseudoLabel;
import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;
import org.onelabel.volumes.grid.LabelArray;

/**
 * Where in a scan a network is asked: a scan of a whole body takes hundreds of times the windows of
 * an organ.
 *
 * @param scan its working voxels
 * @param anatomy the box of the propagated structures; empty where nothing is propagated
 */
record SearchedPlace(Extent scan, Optional<Box> anatomy) {
  /** A scan that takes at most this many times the windows is searched as a whole. */
  private static final int MUCH = 4;

  static SearchedPlace of(Extent scan, Optional<PseudoLabel> located) {
    return new SearchedPlace(
        scan, located.flatMap(label -> new LabelArray(scan, label.labels()).boundingBox()));
  }

  /**
   * The windows that touch the box of the anatomy and half a patch around it, where the whole scan
   * takes far more; else all windows.
   */
  SlidingWindow narrowed(SlidingWindow window) {
    int[] shape = scan.shape();
    return anatomy
        .map(box -> window.within(around(box, window.patch())))
        .filter(narrow -> window.windows(shape) > MUCH * narrow.windows(shape))
        .orElse(window);
  }

  private static Box around(Box box, int[] patch) {
    int[] start = new int[3];
    int[] size = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      start[axis] = box.start(axis) - patch[axis] / 2;
      size[axis] = box.extent().size(axis) + 2 * (patch[axis] / 2);
    }
    return Box.of(start, size);
  }
}
