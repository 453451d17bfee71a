package org.onelabel.pipeline.features;

import org.onelabel.volumes.grid.Box;
import org.onelabel.volumes.grid.Extent;

/** The published input of an encoder: the middle of a volume, zero-padded where it is smaller. */
public final class CentrePatch {
  private CentrePatch() {}

  /**
   * Where the patch lies; before the volume where it begins in the padding. The smaller half of the
   * padding, and of what is cropped, comes first.
   */
  public static Box of(Extent volume, Extent patch) {
    int[] start = new int[3];
    for (int a = 0; a < 3; a++) {
      int more = volume.size(a) - patch.size(a);
      start[a] = more >= 0 ? more / 2 : -(-more / 2);
    }
    return new Box(start[0], start[1], start[2], patch);
  }
}
