package org.onelabel.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.onelabel.pipeline.picture.Palette;
import org.onelabel.pipeline.picture.Picture;
import org.onelabel.pipeline.picture.SliceStack;

/**
 * Pictures of some volumes of a run.
 *
 * @param key what the colours of the contours mean
 */
record RunPictures(List<KeyEntry> key, List<VolumePictures> volumes) {

  /** A colour, such as {@code #ff8c1a}, and what has it. */
  record KeyEntry(String colour, String name) {
    private static KeyEntry of(java.awt.Color colour, String name) {
      return new KeyEntry(Palette.text(colour), name);
    }
  }

  /**
   * The pictures of one volume.
   *
   * @param stack its slices with the final labels, where it has them
   * @param pictures what each round made of it
   */
  record VolumePictures(String title, Optional<SliceStack> stack, List<Picture> pictures) {}

  /** The key of these structures and the truth. */
  static List<KeyEntry> key(List<String> structures) {
    List<KeyEntry> key = new ArrayList<>();
    for (int structure = 1; structure <= structures.size(); structure++) {
      key.add(KeyEntry.of(Palette.of(structure), structures.get(structure - 1)));
    }
    key.add(KeyEntry.of(Palette.TRUTH, "truth"));
    return key;
  }
}
